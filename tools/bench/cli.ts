/**
 * `npm run bench [-- NAME … --peers --json --growth]`: "training" unless others are named. Keras, PyTorch and NumPy
 * compete with --peers; --growth also measures how a step grows.
 */
import { readCommand } from "../command";
import { run as grade } from "./grade";
import { growth } from "./growth";
import { run as kernel } from "./kernel";
import { ensurePeers } from "./peers";
import { json, table } from "./report";
import { run as soak } from "./soak";
import { run as start } from "./start";
import type { Table } from "./table";
import { run as training } from "./training";

const TABLES: Record<string, () => Promise<Table>> = { kernel, start, soak, grade };
const NAMES = ["training", ...Object.keys(TABLES)];

async function main(args: string[]): Promise<void> {
  const { flags, words } = readCommand("bench", args);
  const unknown = words.find((name) => !NAMES.includes(name));
  if (unknown) throw new Error(`bench: no "${unknown}"; there is ${NAMES.join(", ")}`);
  const single = ["json", "growth"].find((name) => flags[name]);
  if (single && words.some((name) => name !== "training"))
    throw new Error(`bench: --${single} is for training alone, not for ${words.join(", ")}`);
  const peers = flags.peers === true;
  if (flags.growth) {
    if (peers) ensurePeers();
    console.log(await growth(peers));
    return;
  }
  if (flags.json) {
    // Only the answer goes to the standard output: what libraries print while they load does not.
    console.log = console.error;
    process.stdout.write(`${json(await training({ peers }))}\n`);
    return;
  }
  for (const name of words.length > 0 ? words : ["training"]) {
    console.log(`${name} (Node ${process.version})`);
    const measure = TABLES[name];
    console.log(measure ? lines(await measure()) : table(await training({ peers })));
    console.log();
  }
}

function lines({ columns, rows }: Table): string {
  return [["", ...columns], ...rows]
    .map(([what = "", ...values]) => what.padEnd(40) + values.map((value) => value.padStart(14)).join(""))
    .join("\n");
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
