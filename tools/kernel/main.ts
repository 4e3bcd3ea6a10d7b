/** `node main.js --connection-file FILE`: the kernel, as Jupyter starts it in the notebook's folder. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { serve } from "./kernel";
import type { Connection } from "./message";

const { values } = parseArgs({ options: { "connection-file": { type: "string" } } });
const file = values["connection-file"];
if (!file) {
  console.error(
    "kernel: --connection-file is missing; Jupyter starts the kernel with it, from its kernel.json",
  );
  process.exit(2);
}
serve(JSON.parse(readFileSync(file, "utf8")) as Connection);
