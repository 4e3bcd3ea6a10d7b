import { kernels } from "./kernels";

/** What the compiled kernels export: the functions of the same names in lib/engine/assembly. */
export type Kernels = Record<string, (...args: number[]) => number>;

/** The memory that kernels work in. Growing it, by pages of 65536 bytes, leaves older views of `buffer` empty. */
export interface Memory {
  buffer: ArrayBuffer;
  grow(pages: number): number;
}

// TypeScript knows these only together with all of a browser's names.
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => Memory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
  validate(bytes: Uint8Array): boolean;
};

/** Compiled once; false where WebAssembly has no SIMD. */
let compiled: object | false | undefined;

/**
 * The kernels with a memory of their own; undefined where WebAssembly has no SIMD, which is said once.
 * They are compiled and started at once, without waiting: Node, a worker and a page all allow that for so small
 * a module.
 */
export function loadKernels(pages: number): { kernels: Kernels; memory: Memory } | undefined {
  compiled ??= compile();
  if (!compiled) return undefined;
  const memory = new WebAssembly.Memory({ initial: pages });
  const instance = new WebAssembly.Instance(compiled, { env: { memory } });
  return { kernels: instance.exports as Kernels, memory };
}

function compile(): object | false {
  const bytes = Uint8Array.from(atob(kernels), (letter) => letter.charCodeAt(0));
  if (typeof WebAssembly === "object" && WebAssembly.validate(bytes)) return new WebAssembly.Module(bytes);
  console.warn("unrolled: no WebAssembly SIMD here: the same numbers, but several times slower");
  return false;
}
