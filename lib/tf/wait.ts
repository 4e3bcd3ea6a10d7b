import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const own = join(__dirname, "..", "..", "..", ".unrolled");
const STEP = 500;

/**
 * Waits while the course's installation, which began when JupyterLab was started, is still at TensorFlow. One line says
 * how far it is. An interrupt of the cell ends the wait.
 */
export function waitForInstallation(folder: string = own): void {
  let waited = 0;
  for (let doing = underWay(folder); doing !== undefined; doing = underWay(folder)) {
    process.stdout.write(`\rThis cell waits for TensorFlow, which is still being installed. ${doing} `);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP);
    waited += STEP;
  }
  if (waited > 0) process.stdout.write("\n");
}

/** What the installation is doing, unless TensorFlow's result is there or nobody installs. */
function underWay(folder: string): string | undefined {
  if (existsSync(join(folder, "tensorflow", "state.json"))) return undefined;
  try {
    const { pid, doing = "" } = JSON.parse(readFileSync(join(folder, "lock.json"), "utf8"));
    process.kill(pid, 0);
    return doing;
  } catch {
    return undefined;
  }
}
