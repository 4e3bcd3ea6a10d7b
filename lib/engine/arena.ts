import { type Kernels, loadKernels, type Memory } from "./load";

/** The memory of one model. Addresses are in bytes, multiples of 16; what is taken is zero and is never given back. */
export interface Arena {
  kernels: Kernels;
  /** Room for so many float32 numbers; returns the address. */
  take(length: number): number;
  /** All of the memory as numbers: the one at an address is `numbers[address / 4]`. Taking room makes it anew. */
  numbers: Float32Array;
  /** Some of the numbers, in place. */
  view(at: number, length: number): Float32Array;
  /** Zeros from an address on. */
  clear(at: number, length: number): void;
  /** Which pass the gradients and states in memory are of. */
  pass: number;
}

/** Undefined without SIMD. */
export function newArena(): Arena | undefined {
  const loaded = loadKernels(1);
  if (!loaded) return undefined;
  const { kernels, memory } = loaded;
  let top = 16; // address 0 stands for "no bias"
  const arena: Arena = {
    kernels,
    pass: 0,
    numbers: new Float32Array(memory.buffer),
    take(length) {
      const at = top;
      top += Math.ceil(length / 4) * 16;
      if (grow(memory, top)) arena.numbers = new Float32Array(memory.buffer);
      return at;
    },
    view: (at, length) => arena.numbers.subarray(at / 4, at / 4 + length),
    clear(at, length) {
      arena.numbers.fill(0, at / 4, at / 4 + length);
    },
  };
  return arena;
}

function grow(memory: Memory, size: number): boolean {
  const missing = size - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  return missing > 0;
}
