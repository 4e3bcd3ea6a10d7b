// A second thread. The work of a pass is cut in two where that changes no bit: the rows of a batch know nothing of one
// another, and each column of a weight's gradient is summed by one thread, in the same order. The other thread has the
// same kernels in the same memory. It is offered half of the work as a list of calls; work that it has not yet taken
// when this thread is done with its own half is withdrawn and done here. So nobody waits for a thread that has not
// started, has no processor, or has died.

import { availableParallelism } from "node:os";
import { Worker as NodeWorker } from "node:worker_threads";
import type { Engine } from "./load";

/** Calls a kernel, now or in the other thread. */
export type Call = (kernel: string, ...numbers: number[]) => void;
/** One thread's part of n things, in whole groups: a range. */
export type Mine = (n: number, group: number) => { from: number; count: number };
type Part = (call: Call, mine: Mine) => void;

/** When sharing pays, and whether work is withdrawn. Tests change it. */
export const sharing = {
  /** Multiplications below which handing over costs more than it saves. */
  least: 500_000,
  /** The other thread starts when it would have been of use so many times. */
  startAfter: 20,
  withdraw: true,
};

/**
 * state[0]: nothing to do, work offered, taken, failed, or not ready yet. state[1] counts what the other thread has
 * done.
 */
const [FREE, OFFERED, TAKEN, FAILED, STARTING] = [0, 1, 2, 3, 4];
const SPINS = 50_000; // looks before a thread goes to sleep: some tenths of a millisecond
const SLEEP = 100; // ms, so that an interrupt gets through
const PATIENCE = 600; // sleeps

interface Other {
  state: Int32Array;
  /** How many calls; of each the kernel, how many numbers, the numbers. */
  calls: Float64Array;
  kernels: string[];
  end(): void;
}

/** For each engine its other thread, how often that has been wanted, and whether there is none to be had. */
const helpers = new Map<Engine, { wanted: number; none: boolean; other?: Other }>();
const others = (): Other[] => [...helpers.values()].flatMap(({ other }) => other ?? []);

/** How many halves other threads have done. */
export const done = (): number => others().reduce((n, { state }) => n + state[1], 0);

/** Ends the other threads; from then on one does it all. */
export function endThreads(): void {
  for (const other of others()) end(other);
}

const all: Mine = (n) => ({ from: 0, count: n });
const firstHalf: Mine = (n, group) => ({ from: 0, count: Math.min(n, group * Math.ceil(n / group / 2)) });
const secondHalf: Mine = (n, group) => {
  const from = firstHalf(n, group).count;
  return { from, count: n - from };
};

/** Does `part` whole in this thread, or a half of it in each of two; returns when all is done. */
export function share(engine: Engine, multiplications: number, part: Part): void {
  const call: Call = (kernel, ...numbers) => void engine.kernels[kernel](...numbers);
  const other = multiplications < sharing.least ? undefined : otherOf(engine);
  settle();
  if (!other || !record(other, part)) {
    part(call, all);
    return;
  }
  const { state } = other;
  Atomics.store(state, 0, OFFERED);
  Atomics.notify(state, 0);
  part(call, firstHalf);
  const isUntaken = sharing.withdraw && Atomics.compareExchange(state, 0, OFFERED, FREE) === OFFERED;
  if (isUntaken) part(call, secondHalf);
  else finish(other);
}

/** Waits until no other thread touches anything any more, also after a pass that was interrupted. */
export function settle(): void {
  for (const { other } of helpers.values()) {
    const now = other && Atomics.compareExchange(other.state, 0, OFFERED, FREE);
    if (other && (now === TAKEN || now === FAILED)) finish(other);
  }
}

function finish(other: Other): void {
  const { state } = other;
  const isBusy = (now: number): boolean => now === OFFERED || now === TAKEN;
  let now = Atomics.load(state, 0);
  for (let k = 0; k < SPINS && isBusy(now); k++) now = Atomics.load(state, 0);
  for (let k = 0; k < PATIENCE && isBusy(now); k++) {
    Atomics.wait(state, 0, now, SLEEP);
    now = Atomics.load(state, 0);
  }
  if (now === FREE) return;
  end(other);
  throw new Error(
    'arithmetic "float32": its second thread has ended; run the cell again, it goes on with one',
  );
}

/** Writes down the second half; false if it has too many calls. */
function record({ calls, kernels }: Other, part: Part): boolean {
  let [count, top] = [0, 1];
  part((kernel, ...numbers) => {
    count++;
    if (top + 2 + numbers.length <= calls.length) {
      calls[top] = kernels.indexOf(kernel);
      calls[top + 1] = numbers.length;
      calls.set(numbers, top + 2);
    }
    top += 2 + numbers.length;
  }, secondHalf);
  calls[0] = count;
  return top <= calls.length;
}

/**
 * What the other thread does for ever. It is sent there as text: it may use nothing from outside, and no functions of
 * its own.
 */
function help(
  [FREE, OFFERED, TAKEN, FAILED, STARTING, SPINS]: number[],
  WebAssembly: { Instance: new (module: object, imports: object) => { exports: unknown } },
  { module, memory, state, calls, kernels }: Pick<Engine, "module" | "memory"> & Other,
): void {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const run = instance.exports as Engine["kernels"];
  Atomics.compareExchange(state, 0, STARTING, FREE);
  for (;;) {
    for (let k = 0; k < SPINS && Atomics.load(state, 0) !== OFFERED; k++);
    if (Atomics.load(state, 0) === FREE) Atomics.wait(state, 0, FREE);
    if (Atomics.compareExchange(state, 0, OFFERED, TAKEN) !== OFFERED) continue;
    let next = FAILED;
    try {
      memory.buffer.byteLength; // sees that the memory has grown
      let at = 1;
      for (let left = calls[0]; left > 0; left--) {
        const end = at + 2 + calls[at + 1];
        run[kernels[calls[at]]](...calls.subarray(at + 2, end));
        at = end;
      }
      state[1]++;
      next = FREE;
    } finally {
      Atomics.store(state, 0, next);
      Atomics.notify(state, 0);
    }
  }
}

/** Started when it has been wanted often enough; undefined before, and where there is none. */
function otherOf(engine: Engine): Other | undefined {
  const helper = helpers.get(engine) ?? { wanted: 0, none: !engine.shared || cores() < 2 };
  helpers.set(engine, helper);
  if (helper.none || ++helper.wanted < sharing.startAfter) return undefined;
  try {
    helper.other ??= start(engine);
  } catch {
    helper.none = true; // threads may be forbidden
    return undefined;
  }
  const ready = Atomics.load(helper.other.state, 0) !== STARTING;
  return ready || !sharing.withdraw ? helper.other : undefined;
}

type WebWorker = { postMessage(message: unknown): void; terminate(): void };
declare const navigator: { hardwareConcurrency?: number } | undefined;
declare const document: unknown;

function cores(): number {
  if (typeof document !== "undefined") return 1; // a page may not wait
  return availableParallelism?.() ?? navigator?.hardwareConcurrency ?? 1;
}

function start({ module, memory, kernels }: Engine): Other {
  const buffer = new SharedArrayBuffer(1 << 18);
  const names = Object.keys(kernels);
  const shared = {
    state: new Int32Array(buffer, 0, 2),
    calls: new Float64Array(buffer, 64),
    kernels: names,
  };
  shared.state[0] = STARTING;
  const message = { module, memory, ...shared };
  const run = `(${help})(${JSON.stringify([FREE, OFFERED, TAKEN, FAILED, STARTING, SPINS])}, WebAssembly, data)`;
  if (NodeWorker) {
    const text = `const data = require("node:worker_threads").workerData; ${run}`;
    const worker = new NodeWorker(text, { eval: true, workerData: message, execArgv: [] });
    const other: Other = { ...shared, end: () => void worker.terminate() };
    worker.on("error", () => end(other));
    worker.on("exit", () => end(other));
    worker.unref(); // nobody stays alive for it
    return other;
  }
  const { Worker, Blob, URL } = globalThis as unknown as {
    Worker: new (url: string) => WebWorker;
    Blob: new (parts: string[]) => object;
    URL: { createObjectURL(blob: object): string };
  };
  const worker = new Worker(URL.createObjectURL(new Blob([`onmessage = ({ data }) => ${run};`])));
  worker.postMessage(message);
  return { ...shared, end: () => worker.terminate() };
}

function end(other: Other): void {
  for (const helper of helpers.values()) {
    if (helper.other === other) Object.assign(helper, { other: undefined, none: true });
  }
  other.end();
}
