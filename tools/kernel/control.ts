/**
 * Control and heartbeat live in a thread of their own, so that they answer while a cell keeps the main
 * thread busy. This is the main thread's side; `control-thread.ts` is the other.
 */
import { Session } from "node:inspector";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { framesOf } from "../session/stack";
import type { Connection } from "./message";

/** Places in the memory that both threads see. */
export const RUNNING = 0; // 1 while a cell's own code may be stopped, not while TypeScript compiles it
export const PENDING = 1; // 1 from an interrupt until the main thread has seen it

/** The symbol's name, under which the other thread finds `kill`. */
export const KILL = "unrolled.kill";

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
  const inspector = new Session();
  inspector.connect();
  // On a busy machine a thread may only be slow: where no code of a cell or the library runs, there is nothing to
  // kill, and the kernel must not be hit.
  const kill = (): void => {
    if (framesOf(new Error()).length > 0) inspector.post("Runtime.terminateExecution");
  };
  Reflect.set(globalThis, Symbol.for(KILL), kill);
  ignoreSignals();
  return {
    ready,
    setRunning(running) {
      Atomics.store(shared, RUNNING, Number(running));
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
