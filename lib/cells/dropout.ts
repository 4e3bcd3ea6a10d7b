import { type Matrix, map, multiply } from "../matrix";
import type { Random } from "../random";

/** What the backward pass needs from the forward pass: the factor of each number, 0 or 1 / (1 − rate). */
export type DropoutCache = { factors: Matrix };

/**
 * Leaves out each number with probability `rate`, so that no unit can rely on another one being there. In training
 * only: whoever evaluates takes h as it is.
 *
 * y = h ⊙ m,  m = 0 with probability rate, else 1 / (1 − rate)
 *
 * The factor keeps the mean: E[y] = h. h [B,H] → y [B,H].
 * @throws unless rate is in [0, 1)
 * @see Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014, sec. 10 (the
 *   factor in training, "inverted"); Zaremba, Sutskever and Vinyals, "Recurrent neural network regularization", 2014:
 *   on the way up only, not from step to step
 */
export function forward(h: Matrix, rate: number, random: Random): { y: Matrix; cache: DropoutCache } {
  if (!(rate >= 0 && rate < 1)) throw new Error(`dropout.forward: rate is ${rate}; it must be in [0, 1)`);
  const factors = map(h, () => (random.next() < rate ? 0 : 1 / (1 - rate)));
  return { y: multiply(h, factors), cache: { factors } };
}

/** dh = dy ⊙ m: what was left out learns nothing. dy [B,H] → dh [B,H]. */
export function backward(cache: DropoutCache, dy: Matrix): { dh: Matrix } {
  return { dh: multiply(dy, cache.factors) };
}
