// Normal numbers, two at once: the same steps as in lib/random.ts, lib/math/logarithm.ts and lib/math/trigonometry.ts,
// and so the same bits. Where those branch, both ways are computed here and one is taken.

// @ts-ignore: decorator
@inline
function plus(a: v128, b: v128): v128 {
  return f64x2.add(a, b);
}
// @ts-ignore: decorator
@inline
function minus(a: v128, b: v128): v128 {
  return f64x2.sub(a, b);
}
// @ts-ignore: decorator
@inline
function times(a: v128, b: v128): v128 {
  return f64x2.mul(a, b);
}
// @ts-ignore: decorator
@inline
function both(x: f64): v128 {
  return f64x2.splat(x);
}

/** Whole numbers of 32 bits in the lower halves of 64, as float64. */
// @ts-ignore: decorator
@inline
function asFloats(n: v128): v128 {
  return f64x2.convert_low_i32x4_s(v128.shuffle<i32>(n, n, 0, 2, 0, 2));
}

/** log u for 2⁻⁵³ ≤ u ≤ 1. */
// @ts-ignore: decorator
@inline
function logOfTwo(u: v128): v128 {
  const moved = i64x2.add(u, i64x2.splat(<i64>(0x3ff00000 - 0x3fe6a09e) << 32));
  const exponent = i64x2.sub(i64x2.shr_s(moved, 52), i64x2.splat(0x3ff));
  const f = minus(i64x2.sub(u, i64x2.shl(exponent, 52)), both(1));
  const k = asFloats(exponent);
  const s = f64x2.div(f, plus(both(2), f));
  const z = times(s, s);
  const w = times(z, z);
  let odd = plus(both(0.1818357216161805), times(w, both(0.14798198605116586)));
  odd = plus(both(0.2857142874366239), times(w, odd));
  odd = times(z, plus(both(0.6666666666666735), times(w, odd)));
  let even = plus(both(0.22222198432149784), times(w, both(0.15313837699209373)));
  even = times(w, plus(both(0.3999999999940942), times(w, even)));
  const half = times(times(both(0.5), f), f);
  const sum = plus(times(s, plus(plus(half, odd), even)), times(k, both(1.9082149292705877e-10)));
  return plus(plus(minus(sum, half), f), times(k, both(0.6931471803691238)));
}

/** cos x for 0 ≤ x ≤ 2π. */
// @ts-ignore: decorator
@inline
function cosOfTwo(x: v128): v128 {
  const n = f64x2.floor(plus(times(x, both(0.6366197723675814)), both(0.5)));
  const a = minus(x, times(n, both(1.5707963267341256)));
  const b = minus(a, times(n, both(6.077100506303966e-11)));
  const c = minus(b, times(n, both(2.0222662487111665e-21)));
  const lost = plus(
    minus(minus(a, b), times(n, both(6.077100506303966e-11))),
    minus(minus(b, c), times(n, both(2.0222662487111665e-21))),
  );
  const low = minus(lost, times(n, both(8.4784276603689e-32)));
  const r = plus(c, low);
  const correction = plus(minus(c, r), low);
  const z = times(r, r);
  // sin
  let p = plus(both(-2.5050760253406863e-8), times(z, both(1.58969099521155e-10)));
  p = plus(both(2.7557313707070068e-6), times(z, p));
  p = plus(both(-1.984126982985795e-4), times(z, p));
  p = plus(both(8.33333333332249e-3), times(z, p));
  const inner = minus(times(both(0.5), correction), times(times(z, r), p));
  const sin = minus(
    r,
    plus(minus(times(z, inner), correction), times(times(z, r), both(0.16666666666666632))),
  );
  // cos
  let q = minus(both(2.087572321298175e-9), times(z, both(1.1359647557788195e-11)));
  q = plus(both(-2.7557314351390663e-7), times(z, q));
  q = plus(both(2.480158728947673e-5), times(z, q));
  q = plus(both(-1.388888888887411e-3), times(z, q));
  q = plus(both(4.16666666666666e-2), times(z, q));
  const half = times(both(0.5), z);
  const w = minus(both(1), half);
  const cos = plus(
    w,
    plus(minus(minus(both(1), w), half), minus(times(times(z, z), q), times(r, correction))),
  );
  // The quarter: n + 1, of which the lowest bit tells sin from cos, the next one the sign.
  const whole = i32x4.trunc_sat_f64x2_s_zero(plus(n, both(1)));
  const quarter = i64x2.extend_low_i32x4_s(whole);
  const isCos = i64x2.shr_s(i64x2.shl(quarter, 63), 63);
  const sign = i64x2.shl(i64x2.shr_u(quarter, 1), 63);
  return v128.xor(v128.bitselect(cos, sin, isCos), sign);
}

/**
 * Normal numbers with mean 0 and deviation `std`, from uniform ones in [0, 1), two for each (Box and Muller). `at`: the
 * uniform ones, 2·n; the first n places get the normal ones. Beyond an odd n, there is room for two more.
 */
export function normal64(at: usize, n: i32, std: f64): void {
  let out = at;
  for (let i = 0; i < n; i += 2) {
    const first = v128.load(at);
    const second = v128.load(at, 16);
    const u = v128.shuffle<f64>(first, second, 0, 2);
    const v = v128.shuffle<f64>(first, second, 1, 3);
    const radius = f64x2.sqrt(times(both(-2), logOfTwo(minus(both(1), u))));
    const angle = times(both(6.283185307179586), v);
    v128.store(out, plus(both(0), times(times(both(std), radius), cosOfTwo(angle))));
    at += 32;
    out += 16;
  }
}
