// One step of each optimizer (the equations are in lib/optimizers.ts), n bytes. The gradient is first cut off at
// ± limit, then scaled: clipping costs no pass of its own.

// @ts-ignore: decorator
@inline
function gradient(g: usize, scale: v128, limit: v128): v128 {
  const cut = f32x4.pmax(f32x4.pmin(v128.load(g), limit), f32x4.neg(limit));
  return f32x4.mul(cut, scale);
}

export function sgd(n: usize, p: usize, g: usize, scale: f32, limit: f32, rate: f32): void {
  const s = f32x4.splat(scale), l = f32x4.splat(limit), r = f32x4.splat(rate);
  for (let i: usize = 0; i < n; i += 16) v128.store(p + i, f32x4.sub(v128.load(p + i), f32x4.mul(r, gradient(g + i, s, l))));
}

export function momentum(n: usize, p: usize, g: usize, scale: f32, limit: f32, v: usize, rate: f32, mu: f32): void {
  const s = f32x4.splat(scale), l = f32x4.splat(limit), r = f32x4.splat(rate), m = f32x4.splat(mu);
  for (let i: usize = 0; i < n; i += 16) {
    const velocity = f32x4.add(f32x4.mul(m, v128.load(v + i)), gradient(g + i, s, l));
    v128.store(v + i, velocity);
    v128.store(p + i, f32x4.sub(v128.load(p + i), f32x4.mul(r, velocity)));
  }
}

export function adagrad(n: usize, p: usize, g: usize, scale: f32, limit: f32, sums: usize, rate: f32, epsilon: f32): void {
  const s = f32x4.splat(scale), l = f32x4.splat(limit), r = f32x4.splat(rate), e = f32x4.splat(epsilon);
  for (let i: usize = 0; i < n; i += 16) {
    const x = gradient(g + i, s, l);
    const sum = f32x4.add(v128.load(sums + i), f32x4.mul(x, x));
    v128.store(sums + i, sum);
    const step = f32x4.div(f32x4.mul(r, x), f32x4.add(f32x4.sqrt(sum), e));
    v128.store(p + i, f32x4.sub(v128.load(p + i), step));
  }
}

export function adam(
  n: usize, p: usize, g: usize, scale: f32, limit: f32, m: usize, v: usize,
  rate: f32, beta1: f32, beta2: f32, rest1: f32, rest2: f32, epsilon: f32, mFix: f32, vFix: f32,
): void {
  const s = f32x4.splat(scale), l = f32x4.splat(limit), r = f32x4.splat(rate / mFix), e = f32x4.splat(epsilon);
  const b1 = f32x4.splat(beta1), b2 = f32x4.splat(beta2), c1 = f32x4.splat(rest1), c2 = f32x4.splat(rest2);
  const fix = f32x4.splat(1 / vFix);
  for (let i: usize = 0; i < n; i += 16) {
    const x = gradient(g + i, s, l);
    const mean = f32x4.add(f32x4.mul(b1, v128.load(m + i)), f32x4.mul(c1, x));
    const square = f32x4.add(f32x4.mul(b2, v128.load(v + i)), f32x4.mul(c2, f32x4.mul(x, x)));
    v128.store(m + i, mean);
    v128.store(v + i, square);
    const step = f32x4.div(f32x4.mul(r, mean), f32x4.add(f32x4.sqrt(f32x4.mul(square, fix)), e));
    v128.store(p + i, f32x4.sub(v128.load(p + i), step));
  }
}

/** Σ g² in float64, after cutting off and scaling. */
export function squares(n: usize, g: usize, scale: f32, limit: f32): f64 {
  const s = f32x4.splat(scale), l = f32x4.splat(limit);
  let low = f64x2.splat(0), high = low;
  for (let i: usize = 0; i < n; i += 16) {
    const x = gradient(g + i, s, l);
    const a = f64x2.promote_low_f32x4(x);
    const b = f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
