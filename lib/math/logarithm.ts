import { highWord, scaleByPowerOfTwo } from "./bits";

const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** The natural logarithm, to 1 ulp. −∞ at 0, NaN below. */
export function log(x: number): number {
  return logOfSum(x, 0);
}

/** log(1 + x), to 1 ulp also near x = 0, where 1 + x loses the digits of x. −∞ at −1, NaN below. */
export function log1p(x: number): number {
  const sum = 1 + x;
  if (sum === 1 || sum === Number.POSITIVE_INFINITY) return x;
  const lost = sum >= 2 ? 1 - (sum - x) : x - (sum - 1); // what rounding took from 1 + x
  return logOfSum(sum, lost / sum);
}

/**
 * log u + c.
 *
 * u = 2ᵏ·(1 + f) with 1 + f from √½ to √2,  log u = k·ln 2 + log(1 + f),
 * log(1 + f) = f − f²/2 + s·(f²/2 + R(s²)),  s = f / (2 + f)
 *
 * @see e_log.c and s_log1p.c of FreeBSD's msun, from fdlibm: "Copyright (C) 1993 by Sun Microsystems, Inc. All rights
 *   reserved. Permission to use, copy, modify, and distribute this software is freely granted, provided that this
 *   notice is preserved."
 */
function logOfSum(u: number, c: number): number {
  if (!(u > 0)) return u === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (u === Number.POSITIVE_INFINITY) return u;
  const tiny = u < 2.2250738585072014e-308; // below 2⁻¹⁰²², where the exponent's bits are 0
  const x = tiny ? u * 0x40000000000000 : u; // 2⁵⁴
  // The upper word of √½, so that the exponent changes at √½ and not at 1.
  const high = highWord(x) + (0x3ff00000 - 0x3fe6a09e);
  const exponent = (high >> 20) - 0x3ff;
  const k = exponent - (tiny ? 54 : 0);
  const f = scaleByPowerOfTwo(x, -exponent) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const half = 0.5 * f * f;
  return s * (half + odd + even) + (k * ln2Low + c) - half + f + k * ln2High;
}

/** The logarithm to base 10, to 2 ulp, exact for powers of ten. */
export function log10(x: number): number {
  const y = log(x) / Math.LN10;
  const whole = Math.round(y);
  return x === Number(`1e${whole}`) ? whole : y;
}

/** The logarithm to base 2, to 2 ulp, exact for powers of two. */
export function log2(x: number): number {
  const y = log(x) / Math.LN2;
  const whole = Math.round(y);
  return x === scaleByPowerOfTwo(1, whole) ? whole : y;
}
