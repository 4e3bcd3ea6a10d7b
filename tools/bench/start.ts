/** How long `npm start` takes when nothing is missing: the bootstrap alone, and until JupyterLab answers. */
import { spawnSync } from "node:child_process";
import { projectRoot, START, startLab } from "../test/lab";
import type { Table } from "./table";

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(2)} s`;

export async function run(): Promise<Table> {
  await (await startLab(START)).stop(); // installs what is missing
  const code =
    'require("./tools/bootstrap/steps.js").ensure(["packages","build","python","kernel","tensorflow"])';
  let began = performance.now();
  spawnSync(process.execPath, ["-e", code], { cwd: projectRoot });
  const bootstrap = seconds(began);
  began = performance.now();
  const lab = await startLab(START);
  const answers = seconds(began);
  await lab.stop();
  return {
    columns: ["the course"],
    rows: [
      ["bootstrap, nothing missing", bootstrap],
      ["npm start, until JupyterLab answers", answers],
    ],
  };
}
