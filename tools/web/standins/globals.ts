/** Globals of Node that the bundled libraries and a learner's cells use. */
import { Buffer } from "buffer";

type Write = (chunk: string | Uint8Array, ...rest: unknown[]) => boolean;
const write: Write = () => true;
const process = {
  // tslab and mathjs ask; 22 is a version on which the course runs.
  version: "v22.0.0",
  versions: { node: "22.0.0" },
  platform: "browser",
  arch: "wasm32",
  browser: true,
  argv: [],
  env: { UNROLLED_TF: "wasm" } as Record<string, string>,
  cwd: () => "/course/notebooks",
  nextTick: (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
    queueMicrotask(() => callback(...args)),
  hrtime: Object.assign(() => [0, 0], { bigint: () => BigInt(Math.round(performance.now() * 1e6)) }),
  memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
  cpuUsage: () => ({ user: Math.round(performance.now() * 1000), system: 0 }),
  on() {},
  once() {},
  emitWarning(message: string) {
    console.warn(message);
  },
  stdout: { write, isTTY: false },
  stderr: { write, isTTY: false },
  exit(): never {
    throw new Error(
      "process.exit() would end the kernel and lose every variable: return, or throw an error, instead",
    );
  },
};

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();
/** The next turn of the event loop, without a browser's least pause of 4 ms between timers. */
function setImmediate(callback: (...args: unknown[]) => void, ...args: unknown[]): object {
  const entry = () => callback(...args);
  waiting.push(entry);
  channel.port2.postMessage(undefined);
  return entry;
}
function clearImmediate(entry: () => void): void {
  const at = waiting.indexOf(entry);
  if (at >= 0) waiting[at] = () => {};
}
Object.assign(globalThis, { process, Buffer, setImmediate, clearImmediate, global: globalThis });
