// Products with a sum, and exp, tanh and σ, of four numbers at once, from +, −, × and ÷ alone: the same bits on every machine. NaN stays NaN.

/** x·y + z. With relaxed SIMD rounded once or twice, as the processor has it. */
// @ts-ignore: decorator
@inline
export function madd(x: v128, y: v128, z: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, z);
  return f32x4.add(f32x4.mul(x, y), z);
}

/** eˣ. Coefficients: Cephes, expf.c (S. L. Moshier): x = n·ln 2 + r, and a polynomial in r. */
// @ts-ignore: decorator
@inline
export function exp4(a: v128): v128 {
  let x = f32x4.pmin(a, f32x4.splat(88.02));
  x = f32x4.pmax(x, f32x4.splat(-87.3));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  x = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  x = f32x4.sub(x, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let y = f32x4.splat(1.9875691500e-4);
  y = madd(y, x, f32x4.splat(1.3981999507e-3));
  y = madd(y, x, f32x4.splat(8.3334519073e-3));
  y = madd(y, x, f32x4.splat(4.1665795894e-2));
  y = madd(y, x, f32x4.splat(1.6666665459e-1));
  y = madd(y, x, f32x4.splat(5.0000001201e-1));
  y = madd(y, f32x4.mul(x, x), f32x4.add(x, f32x4.splat(1)));
  // Added to 1.5·2²³, n + 127 stands in the lowest bits; moved up, they are the exponent of 2ⁿ.
  const power = i32x4.shl(f32x4.add(n, f32x4.splat(12582912 + 127)), 23);
  return f32x4.mul(y, power);
}

/** 1 / (1 + e⁻ˣ), and 0 below −87: numbers as small as that have lost digits, and processors are slow with them. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  const y = f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
  return v128.andnot(y, f32x4.lt(x, f32x4.splat(-87)));
}

/** tanh x as x·P(x²)/Q(x²). Coefficients: Eigen, GenericPacketMathFunctions.h, generic_fast_tanh_float. */
// @ts-ignore: decorator
@inline
export function tanh4(a: v128): v128 {
  let x = f32x4.pmin(a, f32x4.splat(7.90531110763549805));
  x = f32x4.pmax(x, f32x4.splat(-7.90531110763549805));
  const s = f32x4.mul(x, x);
  let p = f32x4.splat(-2.76076847742355e-16);
  p = madd(p, s, f32x4.splat(2.00018790482477e-13));
  p = madd(p, s, f32x4.splat(-8.60467152213735e-11));
  p = madd(p, s, f32x4.splat(5.12229709037114e-8));
  p = madd(p, s, f32x4.splat(1.48572235717979e-5));
  p = madd(p, s, f32x4.splat(6.37261928875436e-4));
  p = madd(p, s, f32x4.splat(4.89352455891786e-3));
  p = f32x4.mul(p, x);
  let q = f32x4.splat(1.19825839466702e-6);
  q = madd(q, s, f32x4.splat(1.18534705686654e-4));
  q = madd(q, s, f32x4.splat(2.26843463243900e-3));
  q = madd(q, s, f32x4.splat(4.89352518554385e-3));
  return f32x4.div(p, q);
}
