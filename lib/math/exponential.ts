import { scaleByPowerOfTwo } from "./bits";

// ln 2 in two parts. The first has 21 trailing zero bits, so that k·ln2High is exact for every k that occurs.
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const log2OfE = Math.LOG2E;

/**
 * eˣ, to 1 ulp (the distance to the next double).
 *
 * x = k·ln 2 + r with |r| ≤ ½ ln 2,  eˣ = 2ᵏ·eʳ,  eʳ = 1 + r + r·c / (2 − c),  c = r − r²·P(r²)
 *
 * @see e_exp.c of FreeBSD's msun, from fdlibm: "Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved.
 *   Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
 *   preserved."
 */
export function exp(x: number): number {
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const k = Math.floor(x * log2OfE + 0.5);
  const high = x - k * ln2High;
  const low = k * ln2Low;
  const r = high - low;
  const z = r * r;
  const P =
    0.16666666666666602 +
    z *
      (-2.7777777777015593e-3 +
        z * (6.613756321437934e-5 + z * (-1.6533902205465252e-6 + z * 4.1381367970572385e-8)));
  const c = r - z * P;
  return scaleByPowerOfTwo(1 - (low - (r * c) / (2 - c) - high), k);
}

/** σ(x) = 1 / (1 + e⁻ˣ), to 2 ulp. For x < 0 it is eˣ / (1 + eˣ), the same number: the power never overflows. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const e = exp(x);
  return e / (1 + e);
}

/**
 * tanh x, to 1 ulp.
 *
 * tanh x = x + x³·P(x²)/Q(x²) for |x| < 0.625,  1 − 2 / (e²ˣ + 1) for larger x,  tanh(−x) = −tanh x
 *
 * @see tanh.c of Cephes 2.8, Stephen L. Moshier, 2000, after Cody and Waite, "Software manual for the elementary
 *   functions", 1980
 */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size >= 0.625) {
    const y = 1 - 2 / (exp(2 * size) + 1);
    return x < 0 ? -y : y;
  }
  const z = x * x;
  const P = -1.6146876844170845e3 + z * (-9.928772310019185e1 - z * 0.9643991794250523);
  const Q = 4.844063053251255e3 + z * (2.2354883906010045e3 + z * (1.1281167849163293e2 + z));
  return x + x * z * (P / Q);
}
