/**
 * Control and heartbeat live in a thread of their own, so that they answer while a cell keeps the main
 * thread busy. This is the main thread's side; `control-thread.ts` is the other.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Connection } from "./message.js";

/** Places in the memory that both threads see. */
export const CODE = 0; // IDLE, RUNNING or STOPPING
export const PENDING = 1; // 1 from an interrupt until the main thread has seen it

export const IDLE = 0; // no code of a cell runs: it must not be killed
export const RUNNING = 1; // a cell's own code runs (TypeScript has compiled it)
export const STOPPING = 2; // the other thread is about to kill what runs

export type ControlEvent = "ready" | "interrupt" | "shutdown";

export interface Control {
  ready: Promise<void>;
  /** A cell's own code begins: it may be killed from now on. */
  begin(): void;
  /** It has ended; resolves when nothing can be killed any more. */
  end(): Promise<void>;
  /** Ends the process, once the thread has closed its sockets. */
  shutdown(): void;
}

export function startControl(connection: Connection, on: { interrupt(): void; shutdown(): void }): Control {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(join(__dirname, "control-thread.js"), { workerData: { connection, shared } });
  let struck = (): void => {};
  const ready = new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.on("message", (event: ControlEvent) => {
      if (event === "ready") return resolve();
      if (event === "shutdown") return on.shutdown();
      // The blow that is meant for the cell could hit us here. We are told again when it has fallen.
      if (Atomics.load(shared, CODE) === STOPPING) return;
      struck();
      if (Atomics.exchange(shared, PENDING, 0) === 1) on.interrupt();
    });
  });
  ignoreSignals();
  return {
    ready,
    begin: () => void Atomics.store(shared, CODE, RUNNING),
    async end() {
      const code = Atomics.compareExchange(shared, CODE, RUNNING, IDLE);
      if (code === STOPPING) await new Promise<void>((resolve) => (struck = resolve));
      Atomics.store(shared, CODE, IDLE);
      ignoreSignals();
    },
    shutdown: () => worker.postMessage("shutdown"),
  };
}

const ignore = (): void => {};

/** Interrupts come as messages; a signal must not end the kernel. A cell that is killed takes the listener with it. */
function ignoreSignals(): void {
  if (!process.listeners("SIGINT").includes(ignore)) process.on("SIGINT", ignore);
}
