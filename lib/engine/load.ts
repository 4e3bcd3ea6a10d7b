import { setFlagsFromString } from "node:v8";
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

/**
 * The kernels with a memory of their own; undefined where WebAssembly has no SIMD, which is said once.
 * They are compiled and started at once, without waiting: Node, a worker and a page all allow that for so small
 * a module.
 * @param shareable whether it is to be a memory for several threads, where there are such
 */
export function loadKernels(pages: number, shareable = false): Engine | undefined {
  const shared = shareable ? sharedMemory(pages) : undefined;
  const module = compile(kernels, shared !== undefined);
  if (!module) {
    warn();
    return undefined;
  }
  const memory = shared ?? new WebAssembly.Memory({ initial: pages, maximum: 65536 });
  return start(module, memory, shared !== undefined);
}

/**
 * The same with relaxed SIMD, multiply and add in one, in the memory of an engine: its bits differ between machines.
 * @throws where there is none
 */
export function loadRelaxed(engine: Engine | undefined): Engine {
  const { kernels } = require("./relaxed") as { kernels: string }; // not before it is asked for
  const shared = engine?.shared ?? false;
  let module = compile(kernels, shared);
  if (!module) {
    setFlagsFromString?.("--experimental-wasm-relaxed-simd"); // Node 20 has it behind this flag
    module = compile(kernels, shared);
  }
  if (engine && module) return start(module, engine.memory, shared);
  const next = 'use "float32", which runs everywhere';
  throw new Error(`arithmetic "float32-relaxed": there is no relaxed WebAssembly SIMD here; ${next}`);
}

function start(module: object, memory: Memory, shared: boolean): Engine {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { kernels: instance.exports as Kernels, memory, module, shared };
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

/** Undefined where WebAssembly has not what the kernels need. */
function compile(base64: string, shared: boolean): object | undefined {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  if (!shared) bytes[sharedFlag(bytes)] = 1;
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(bytes)) return undefined;
  return new WebAssembly.Module(bytes);
}

/** Where the module says what memory it imports, as "env" "memory" 2 (a memory): 3 is a shared one, 1 is not. */
function sharedFlag(bytes: Uint8Array): number {
  const name = [..."memory"].map((letter) => letter.charCodeAt(0));
  const wanted = [...name, 2, 3];
  return bytes.findIndex((_, i) => wanted.every((byte, k) => bytes[i + k] === byte)) + wanted.length - 1;
}

let warned = false;
function warn(): void {
  if (!warned) console.warn("unrolled: no WebAssembly SIMD here: the same numbers, but several times slower");
  warned = true;
}
