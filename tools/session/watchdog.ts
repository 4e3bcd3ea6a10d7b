/**
 * A thread beside a session: ends the process when it holds too much memory (V8's own limit does not count typed
 * arrays, and those are what a matrix is made of), and when whoever started it has gone.
 */
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

const EVERY = 100; // ms
const { memory, parent } = workerData as { memory: number; parent: number };

/** Windows goes on naming a parent that is no more. */
function orphaned(): boolean {
  if (process.ppid !== parent) return true;
  try {
    return !process.kill(parent, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

setInterval(() => {
  const tooMuch = process.memoryUsage.rss() > memory * 2 ** 20;
  if (tooMuch) writeSync(2, "the process is out of memory\n");
  if (tooMuch || orphaned()) process.kill(process.pid, "SIGKILL");
}, EVERY);
