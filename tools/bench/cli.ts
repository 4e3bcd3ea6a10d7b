/** `npm run bench [-- NAME…]`: runs the measurements one after the other and prints what they found, side by side. */
import { readCommand } from "../command";
import { run as kernel } from "./kernel.js";
import { run as start } from "./start.js";
import type { Table } from "./table.js";

const BENCHES: Record<string, () => Promise<Table>> = { kernel, start };

async function main(args: string[]): Promise<void> {
  const { words: names } = readCommand("bench", args);
  const unknown = names.find((name) => !(name in BENCHES));
  if (unknown) throw new Error(`bench: no "${unknown}"; there is ${Object.keys(BENCHES).join(", ")}`);
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    const { columns, rows } = await BENCHES[name]();
    for (const [what, ...values] of [[`${name} (Node ${process.version})`, ...columns], ...rows])
      console.log(what.padEnd(40) + values.map((value) => value.padStart(14)).join(""));
    console.log();
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
