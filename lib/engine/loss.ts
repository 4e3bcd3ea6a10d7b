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
  const { T, B, halves, apart } = shape;
  const rows = B * halves;
  const isClass = (k: number): boolean => Number.isInteger(k) && k >= 0 && k < outputSize;
  const classes = targets as number[][];
  if (
    classes.length !== T ||
    !classes.every((c) => Array.isArray(c) && c.length === rows && c.every(isClass))
  )
    return;
  const isMask = (m: Matrix): boolean =>
    m?.rows === rows && m.cols === 1 && m.data.every((x) => x === 0 || x === 1);
  if (masks && !(masks.length === T && masks.every(isMask))) return;
  const counts = masks ? masks.reduce((n, m) => m.data.reduce((k, x) => k + x, n), 0) : T * rows;
  if (counts === 0) return;

  const numbers = arena.numbers;
  const integers = new Int32Array(numbers.buffer);
  /** Calls f for each row, with what row it is in the memory of its half. */
  const eachRow = (f: (t: number, b: number, at: number, i: number) => void): void => {
    for (let t = 0; t < T; t++) {
      for (let b = 0; b < rows; b++) f(t, b, (Math.floor(b / B) * apart) / 4, t * B + (b % B));
    }
  };
  eachRow((t, b, at, i) => {
    integers[labels / 4 + at + i] = classes[t][b];
    numbers[weights / 4 + at + i] = (masks ? masks[t].data[b] : 1) / counts;
  });
  for (let half = 0; half < halves; half++) {
    const [from, to, ...rest] = [y.at, dy.at, labels, weights, sums].map((at) => at + half * apart);
    arena.kernels.softmaxRows(from, y.step, to, outputSize, B, T, ...rest);
  }
  let total = 0;
  eachRow((t, b, at, i) => {
    if (masks && masks[t].data[b] === 0) return;
    const [largest, sum, own] = [0, 1, 2].map((k) => numbers[sums / 4 + at + 3 * i + k]);
    total += largest + log(sum) - own;
  });
  return total / counts;
}
