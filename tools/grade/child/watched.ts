/**
 * A thread beside a process of the grader: ends it when the grader has gone, which an endless loop cannot notice, and
 * when it holds too much memory. Bubblewrap and namespaces end what is in them by themselves, and the grader sees how
 * much they hold; elsewhere (sandbox.ts) the program gets the word.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";

export const WATCHED = "watched";

/** `memory`: megabytes. */
export function watch(memory: number): void {
  const workerData = { memory, parent: process.ppid };
  new Worker(join(__dirname, "../../session/watchdog.js"), { workerData }).unref();
}

/** The limit on V8's objects that the process was started with. */
export const heapLimit = (): number =>
  Number(/--max-old-space-size=(\d+)/.exec(process.execArgv.join(" "))?.[1]);

export const isWatched = (): boolean => process.argv.includes(WATCHED);
