import { newBlocks } from "./blocks";
import { type Kernels, loadKernels, type Memory } from "./load";

/**
 * Rooms in the one memory that all float32 models share: a browser has address space for some hundred memories only.
 * They are given back when nobody holds the arena any more. Addresses are in bytes, multiples of 16.
 */
export interface Arena {
  kernels: Kernels;
  /** Room for so many float32 numbers, all 0; returns the address. */
  take(length: number): number;
  /** All of the memory as numbers: the one at an address is `numbers[address / 4]`. Taking room makes it anew. */
  readonly numbers: Float32Array;
  /** Some of the numbers, in place. */
  view(at: number, length: number): Float32Array;
  /** Zeros from an address on. */
  clear(at: number, length: number): void;
  /** Which pass the gradients and states in memory are of. */
  pass: number;
}

let shared: { kernels: Kernels; memory: Memory } | undefined;
let numbers: Float32Array;
const blocks = newBlocks();
type Taken = { at: number; size: number }[];
const givenUp = new FinalizationRegistry<Taken>((taken) => {
  for (const { at, size } of taken) blocks.give(at, size);
});

/** Undefined without SIMD. */
export function newArena(): Arena | undefined {
  shared ??= loadKernels(16);
  if (!shared) return undefined;
  const { kernels, memory } = shared;
  numbers ??= new Float32Array(memory.buffer);
  const taken: Taken = [];
  const view = (at: number, length: number): Float32Array => numbers.subarray(at / 4, at / 4 + length);
  const arena: Arena = {
    kernels,
    pass: 0,
    get numbers() {
      return numbers;
    },
    take(length) {
      const size = Math.ceil(length / 4) * 16; // what fills up the last four is 0 as well
      const at = blocks.take(size);
      taken.push({ at, size });
      if (grow(memory, blocks.end())) numbers = new Float32Array(memory.buffer);
      view(at, size / 4).fill(0);
      return at;
    },
    view,
    clear(at, length) {
      view(at, length).fill(0);
    },
  };
  givenUp.register(arena, taken);
  return arena;
}

/** @throws when 4 GB are full */
function grow(memory: Memory, size: number): boolean {
  const missing = size - memory.buffer.byteLength;
  if (missing <= 0) return false;
  try {
    memory.grow(Math.max(16, Math.ceil(missing / 65536)));
  } catch {
    const next = "keep copyParams(model.params) of models that you need no more, not the models";
    throw new Error(`arithmetic "float32": no memory for ${Math.round(size / 1e6)} MB of models; ${next}`);
  }
  return true;
}
