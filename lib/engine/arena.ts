import { newBlocks } from "./blocks";
import { type Engine, type Kernels, loadKernels, loadRelaxed, type Memory } from "./load";
import { settle, share } from "./share";

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
  /** Does work of so many multiplications in this thread, or half of it in another: see share.ts. */
  share(multiplications: number, part: Parameters<typeof share>[2]): void;
  /** Which pass the gradients and states in memory are of. */
  pass: number;
}

let engine: Engine | undefined;
let relaxedEngine: Engine | undefined;
let numbers: Float32Array;
const blocks = newBlocks();
type Taken = { at: number; size: number }[];
const givenUp = new FinalizationRegistry<Taken>((taken) => {
  for (const { at, size } of taken) blocks.give(at, size);
});

/**
 * Undefined without SIMD.
 * @param relaxed with relaxed SIMD
 * @throws where there is none
 */
export function newArena(relaxed = false): Arena | undefined {
  engine ??= loadKernels(16, true);
  if (relaxed) relaxedEngine ??= loadRelaxed(engine);
  const used = relaxed ? relaxedEngine : engine;
  if (!used) return undefined;
  const { kernels, memory } = used;
  const threads = process.env.UNROLLED_THREADS === "1" ? 1 : 2;
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
      settle(); // what an interrupted pass still writes to may be what is taken
      const size = Math.ceil(length / 4) * 16; // what fills up the last four is 0 as well
      const at = blocks.take(size);
      taken.push({ at, size });
      if (grow(memory, blocks.end())) numbers = new Float32Array(memory.buffer);
      view(at, size / 4).fill(0);
      return at;
    },
    view,
    clear(at, length) {
      kernels.clear(at, Math.ceil(length / 4) * 16);
    },
    share(multiplications, part) {
      share(used, threads === 1 ? 0 : multiplications, part);
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
