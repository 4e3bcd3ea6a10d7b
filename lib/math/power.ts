import { highWord, scaleByPowerOfTwo, truncated, withHighWord } from "./bits";

/** √(x₁² + x₂² + …): the length of a vector. All are scaled by a power of two first, so that no square overflows. */
export function hypot(...values: number[]): number {
  const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  const k = (highWord(largest) >> 20) - 0x3ff;
  const squares = values.map((x) => scaleByPowerOfTwo(x, -k)).map((x) => x * x);
  return scaleByPowerOfTwo(Math.sqrt(squares.reduce((total, square) => total + square, 0)), k);
}

/**
 * xʸ, to 1 ulp: what `x ** y` means, the same everywhere.
 *
 * xʸ = 2^(y·log₂ x), where log₂ x has about 20 bits more than a double
 *
 * @see e_pow.c of FreeBSD's msun, from fdlibm: "Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved.
 *   Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
 *   preserved."
 */
export function pow(x: number, y: number): number {
  const size = Math.abs(x);
  if (y === 0) return 1;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (Number.isNaN(x) || Number.isNaN(y) || (size === 1 && !Number.isFinite(y))) return Number.NaN;
  if (x < 0 && Number.isFinite(x) && Number.isFinite(y) && !Number.isInteger(y)) return Number.NaN;
  const sign = (x < 0 || Object.is(x, -0)) && Math.abs(y % 2) === 1 ? -1 : 1;
  if (size === 0 || size === Number.POSITIVE_INFINITY || !Number.isFinite(y)) {
    return size > 1 === y > 0 ? sign * Number.POSITIVE_INFINITY : sign * 0;
  }
  const [high, low] = log2InTwoParts(size);
  // (yHigh + yLow)·(high + low): the first product is exact, since both have at most 32 bits.
  const yHigh = truncated(y);
  return sign * powerOfTwo(yHigh * high, (y - yHigh) * high + y * low);
}

/** log₂ x for 0 < x < ∞ as a sum of two numbers, the first with 32 bits at most. */
function log2InTwoParts(x: number): [number, number] {
  const tiny = x < 2.2250738585072014e-308; // below 2⁻¹⁰²², where the exponent's bits are 0
  const scaled = tiny ? x * 0x40000000000000 : x; // 2⁵⁴
  const word = highWord(scaled);
  const fraction = word & 0x000fffff;
  // x = 2ⁿ·m, and m is compared with 1 or with 1.5, whichever is nearer.
  const nearTwo = fraction >= 0xbb67a; // m ≥ √3: half of it is near 1
  const base = fraction > 0x3988e && !nearTwo ? 1.5 : 1;
  const n = (word >> 20) - 0x3ff - (tiny ? 54 : 0) + (nearTwo ? 1 : 0);
  const m = withHighWord(scaled, fraction | (nearTwo ? 0x3fe00000 : 0x3ff00000));

  // s = (m − base) / (m + base) in two parts.
  const [u, v] = [m - base, 1 / (m + base)];
  const s = u * v;
  const sHigh = truncated(s);
  const sumHigh = truncated(m + base);
  const sumLow = m - (sumHigh - base);
  const sLow = v * (u - sHigh * sumHigh - sHigh * sumLow);
  // log(m / base) = 2s + ⅔·s³ + s⁵·P(s²), as 2s/3 times 3 + s² + …
  const z = s * s;
  const P =
    0.5999999999999946 +
    z *
      (0.4285714285785502 +
        z *
          (0.33333332981837743 +
            z * (0.272728123808534 + z * (0.23066074577556175 + z * 0.20697501780033842))));
  const tail = z * z * P + sLow * (sHigh + s);
  const square = sHigh * sHigh;
  const tHigh = truncated(3 + square + tail);
  const tLow = tail - (tHigh - 3 - square);
  const product = sHigh * tHigh;
  const rest = sLow * tHigh + tLow * s;
  const pHigh = truncated(product + rest);
  const pLow = rest - (pHigh - product);
  // times 2 / (3·ln 2), in two parts; plus log₂ base, in two parts; plus n
  const baseHigh = base === 1 ? 0 : 0.5849624872207642;
  const baseLow = base === 1 ? 0 : 1.350039202129749e-8;
  const zHigh = 0.9617967009544373 * pHigh;
  const zLow = -7.028461650952758e-9 * pHigh + pLow * 0.9617966939259756 + baseLow;
  const high = truncated(zHigh + zLow + baseHigh + n);
  return [high, zLow - (high - n - baseHigh - zHigh)];
}

/** 2^(high + low). */
function powerOfTwo(high: number, low: number): number {
  const sum = high + low;
  if (sum > 1025) return Number.POSITIVE_INFINITY;
  if (sum < -1080) return 0;
  const n = Math.round(sum);
  const above = high - n;
  const t = truncated(above + low);
  const u = t * 0.6931471824645996;
  const v = (low - (t - above)) * Math.LN2 - t * 1.904654299957768e-9;
  const z = u + v; // (sum − n)·ln 2, and w is what rounding took from it
  const w = v - (z - u);
  const square = z * z;
  const P =
    0.16666666666666602 +
    square *
      (-2.7777777777015593e-3 +
        square * (6.613756321437934e-5 + square * (-1.6533902205465252e-6 + square * 4.1381367970572385e-8)));
  const c = z - square * P;
  return scaleByPowerOfTwo(1 - ((z * c) / (c - 2) - (w + z * w) - z), n);
}
