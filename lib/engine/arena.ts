import { type Kernels, loadKernels, type Memory } from "./load";

/** The memory of one model. Addresses are in bytes, multiples of 16; what is taken is zero and is never given back. */
export interface Arena {
  kernels: Kernels;
  /** Room for so many float32 numbers; returns the address. */
  take(length: number): number;
  /** Float32 numbers of the memory, in place. Taking more room leaves older views empty. */
  view(at: number, length: number): Float32Array;
  /** Which pass the gradients and states in memory are of. */
  pass: number;
}

/** Undefined without SIMD. */
export function newArena(): Arena | undefined {
  const loaded = loadKernels(1);
  if (!loaded) return undefined;
  const { kernels, memory } = loaded;
  let top = 16; // address 0 stands for "no bias"
  return {
    kernels,
    pass: 0,
    take(length) {
      const at = top;
      top += Math.ceil(length / 4) * 16;
      grow(memory, top);
      return at;
    },
    view: (at, length) => new Float32Array(memory.buffer, at, length),
  };
}

function grow(memory: Memory, size: number): void {
  const missing = size - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
}
