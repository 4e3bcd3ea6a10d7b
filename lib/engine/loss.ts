import type { Target } from "../losses";
import { log } from "../math";
import type { Matrix } from "../matrix";
import type { Arena } from "./arena";
import type { Sequence, Shape } from "./products";
import type { Workspace } from "./workspace";

/**
 * The softmax cross-entropy over time, as lib/losses.ts has it, and its gradient, without leaving the engine.
 * Undefined, with nothing done, for targets or masks that are not as they should be: the reference says what is wrong.
 */
export function softmaxLoss(
  arena: Arena,
  { labels, weights, sums }: Workspace,
  { shape, y, dy }: { shape: Shape; y: Sequence; dy: Sequence },
  outputSize: number,
  targets: Target[],
  masks?: Matrix[],
): number | undefined {
  const { T, B } = shape;
  const isClass = (k: number): boolean => Number.isInteger(k) && k >= 0 && k < outputSize;
  const classes = targets as number[][];
  if (classes.length !== T || !classes.every((c) => Array.isArray(c) && c.length === B && c.every(isClass)))
    return;
  const isMask = (m: Matrix): boolean =>
    m?.rows === B && m.cols === 1 && m.data.every((x) => x === 0 || x === 1);
  if (masks && !(masks.length === T && masks.every(isMask))) return;
  const counts = masks ? masks.reduce((n, m) => m.data.reduce((k, x) => k + x, n), 0) : T * B;
  if (counts === 0) return;

  const numbers = arena.numbers;
  const integers = new Int32Array(numbers.buffer, labels, T * B);
  for (let i = 0; i < T * B; i++) {
    const [t, b] = [Math.floor(i / B), i % B];
    integers[i] = classes[t][b];
    numbers[weights / 4 + i] = (masks ? masks[t].data[b] : 1) / counts;
  }
  arena.kernels.softmaxRows(y.at, y.step, dy.at, outputSize, B, T, labels, weights, sums);
  let total = 0;
  for (let i = 0; i < T * B; i++) {
    if (masks && masks[Math.floor(i / B)].data[i % B] === 0) continue;
    const [largest, sum, own] = [0, 1, 2].map((k) => numbers[sums / 4 + 3 * i + k]);
    total += largest + log(sum) - own;
  }
  return total / counts;
}
