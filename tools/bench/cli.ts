/** `npm run bench [-- NAME…]`: runs the measurements one after the other and prints what they found. */
import { run as kernel } from "./kernel.js";

const BENCHES: Record<string, () => Promise<[string, string][]>> = { kernel };

async function main(names: string[]): Promise<void> {
  const unknown = names.find((name) => !(name in BENCHES));
  if (unknown) throw new Error(`bench: no "${unknown}"; there is ${Object.keys(BENCHES).join(", ")}`);
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    console.log(`${name} (Node ${process.version})`);
    for (const [what, value] of await BENCHES[name]())
      console.log(`  ${what.padEnd(40)} ${value.padStart(10)}`);
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
