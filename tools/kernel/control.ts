/**
 * Control and heartbeat live in a thread of their own, so that they answer while a cell keeps the main
 * thread busy. This is the main thread's side; `control-thread.ts` is the other.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Connection } from "./message.js";

/** Places in the memory that both threads see. */
export const RUNNING = 0; // 1 while a cell's own code may be stopped, not while TypeScript compiles it
export const PENDING = 1; // 1 from an interrupt until the main thread has seen it

export type ControlEvent = "ready" | "interrupt" | "shutdown";

export interface Control {
  ready: Promise<void>;
  setRunning(running: boolean): void;
  /** Ends the process, once the thread has closed its sockets. */
  shutdown(): void;
}

export function startControl(connection: Connection, on: { interrupt(): void; shutdown(): void }): Control {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(join(__dirname, "control-thread.js"), { workerData: { connection, shared } });
  const ready = new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.on("message", (event: ControlEvent) => {
      if (event === "ready") return resolve();
      if (event === "shutdown") return on.shutdown();
      Atomics.store(shared, PENDING, 0);
      on.interrupt();
    });
  });
  // A signal stops code that runs without a pause; there it becomes an error. Elsewhere it does nothing.
  process.on("SIGINT", () => {});
  return {
    ready,
    setRunning: (running) => void Atomics.store(shared, RUNNING, Number(running)),
    shutdown: () => worker.postMessage("shutdown"),
  };
}
