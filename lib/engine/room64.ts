import { type Kernels, loadKernels } from "./load";

/** Undefined before the first use, false without SIMD. */
let engine: ReturnType<typeof loadKernels> | false;
let numbers = new Float64Array(0); // the engine's memory

/**
 * The float64 kernels, and their memory, with room for so many numbers from its beginning: for one call's use.
 * Undefined where there is no SIMD.
 */
export function room64(length: number): { kernels: Kernels; numbers: Float64Array } | undefined {
  engine ??= loadKernels(16) ?? false;
  if (!engine) return undefined;
  if (length > numbers.length) {
    const missing = length * 8 - engine.memory.buffer.byteLength;
    if (missing > 0) engine.memory.grow(Math.ceil(missing / 65536));
    numbers = new Float64Array(engine.memory.buffer);
  }
  return { kernels: engine.kernels, numbers };
}
