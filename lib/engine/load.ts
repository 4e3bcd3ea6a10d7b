import { kernels } from "./kernels";

/** What the compiled kernels export: the functions of the same names in lib/engine/assembly. */
export type Kernels = Record<string, (...args: number[]) => number>;

/** The memory that kernels work in. After it has grown, by pages of 65536 bytes, `buffer` is another. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export interface Engine {
  kernels: Kernels;
  memory: Memory;
  module: object;
  /** Whether another thread can have the same memory. */
  shared: boolean;
}

type Size = { initial: number; maximum: number; shared?: boolean };

// TypeScript knows these only together with all of a browser's names.
declare const WebAssembly: {
  Memory: new (size: Size) => Memory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
  validate(bytes: Uint8Array): boolean;
};

/** Compiled once for each kind of memory; false where WebAssembly has no SIMD. */
const compiled: { own?: object | false; shared?: object | false } = {};

/**
 * The kernels with a memory of their own; undefined where WebAssembly has no SIMD, which is said once.
 * They are compiled and started at once, without waiting: Node, a worker and a page all allow that for so small
 * a module.
 * @param shareable whether it is to be a memory for several threads, where there are such
 */
export function loadKernels(pages: number, shareable = false): Engine | undefined {
  const memory = (shareable && sharedMemory(pages)) || undefined;
  const kind = memory ? "shared" : "own";
  compiled[kind] ??= compile(kind);
  const module = compiled[kind];
  if (!module) return undefined;
  const own = memory ?? new WebAssembly.Memory({ initial: pages, maximum: 65536 });
  const instance = new WebAssembly.Instance(module, { env: { memory: own } });
  return { kernels: instance.exports as Kernels, memory: own, module, shared: memory !== undefined };
}

/** Undefined where there is none, e.g. in a page that is not cross-origin isolated. */
function sharedMemory(initial: number): Memory | undefined {
  if (typeof SharedArrayBuffer === "undefined" || typeof WebAssembly !== "object") return undefined;
  for (const maximum of [65536, 16384]) {
    try {
      return new WebAssembly.Memory({ initial, maximum, shared: true });
    } catch {
      // So much address space is not to be had everywhere.
    }
  }
  return undefined;
}

function compile(kind: "own" | "shared"): object | false {
  const bytes = Uint8Array.from(atob(kernels), (letter) => letter.charCodeAt(0));
  if (kind === "own") bytes[sharedFlag(bytes)] = 1;
  if (typeof WebAssembly === "object" && WebAssembly.validate(bytes)) return new WebAssembly.Module(bytes);
  console.warn("unrolled: no WebAssembly SIMD here: the same numbers, but several times slower");
  return false;
}

/** Where the module says what memory it imports, as "env" "memory" 2 (a memory): 3 is a shared one, 1 is not. */
function sharedFlag(bytes: Uint8Array): number {
  const name = [..."memory"].map((letter) => letter.charCodeAt(0));
  const wanted = [...name, 2, 3];
  return bytes.findIndex((_, i) => wanted.every((byte, k) => bytes[i + k] === byte)) + wanted.length - 1;
}
