import * as scalar from "./math/exponential";
import { type Matrix, map, zeros } from "./matrix";

// The derivatives are written in terms of the function's OUTPUT: it is what the forward pass keeps.

/** h = tanh(a), element by element, in (−1, 1). */
export function tanh(a: Matrix): Matrix {
  const out = zeros(a.rows, a.cols);
  for (let i = 0; i < out.data.length; i++) out.data[i] = scalar.tanh(a.data[i]);
  return out;
}

/** dh/da = 1 − h², from the output h = tanh(a). It is at most 1, and 1 only at a = 0. */
export function dTanh(h: Matrix): Matrix {
  return map(h, (y) => 1 - y * y);
}

/** s = σ(a) = 1 / (1 + e⁻ᵃ), element by element, in (0, 1). */
export function sigmoid(a: Matrix): Matrix {
  const out = zeros(a.rows, a.cols);
  for (let i = 0; i < out.data.length; i++) out.data[i] = scalar.sigmoid(a.data[i]);
  return out;
}

/** ds/da = s(1 − s), from the output s = σ(a). It is at most ¼, at a = 0. */
export function dSigmoid(s: Matrix): Matrix {
  return map(s, (y) => y * (1 - y));
}

/** r = max(0, a), element by element. */
export function relu(a: Matrix): Matrix {
  return map(a, (x) => Math.max(0, x));
}

/** dr/da = 1 where the output r = max(0, a) is positive, else 0 (also at a = 0, where there is a kink). */
export function dRelu(r: Matrix): Matrix {
  return map(r, (y) => (y > 0 ? 1 : 0));
}

/**
 * Turns each row of scores (logits) into probabilities.
 *
 * pⱼ = exp(zⱼ) / Σₖ exp(zₖ)
 *
 * logits [B,V] → [B,V], each row sums to 1.
 */
export function softmax(logits: Matrix): Matrix {
  const out = map(logits, (z) => z);
  for (let i = 0; i < out.rows; i++) {
    const p = out.data.subarray(i * out.cols, (i + 1) * out.cols);
    const largest = p.reduce((most, z) => Math.max(most, z), -Infinity);
    // The largest score is subtracted from all: the quotient stays the same, and exp cannot overflow.
    for (let j = 0; j < p.length; j++) p[j] = scalar.exp(p[j] - largest);
    const total = p.reduce((t, e) => t + e, 0);
    for (let j = 0; j < p.length; j++) p[j] /= total;
  }
  return out;
}
