/** sin x, x in radians: to 1 ulp for |x| up to 10⁶, less exact beyond, the same everywhere. NaN at ±∞. */
export function sin(x: number): number {
  return x === 0 ? x : quarter(x, 0); // sin(−0) is −0
}

/** cos x, x in radians: as exact as sin. */
export function cos(x: number): number {
  return quarter(x, 1);
}

const twoOverPi = 0.6366197723675814;
// π/2 in pieces of 33 bits, so that n times a piece is exact for n up to 2²⁰; the last is the rest.
const [first, second, third, rest] = [
  1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32,
];

/**
 * sin(x + shift·π/2).
 *
 * x = n·π/2 + r with |r| ≤ π/4, so that the four quarters of the circle need sin r and cos r only
 *
 * @see e_rem_pio2.c of FreeBSD's msun, from fdlibm: "Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 *   Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
 *   preserved."
 */
function quarter(x: number, shift: number): number {
  const n = Math.floor(x * twoOverPi + 0.5);
  const a = x - n * first;
  const b = a - n * second;
  const c = b - n * third;
  const low = a - b - n * second + (b - c - n * third) - n * rest; // what the subtractions rounded off
  const r = c + low;
  const correction = c - r + low;
  const q = (n + shift) & 3; // modulo 4, also below 0
  const y = q % 2 === 0 ? sinNearZero(r, correction) : cosNearZero(r, correction);
  return q < 2 ? y : -y;
}

/** sin(r + c) for |r| ≤ π/4 and a tiny c. @see k_sin.c, as above */
function sinNearZero(r: number, c: number): number {
  const z = r * r;
  const P =
    8.33333333332249e-3 +
    z *
      (-1.984126982985795e-4 +
        z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  return r - (z * (0.5 * c - z * r * P) - c + z * r * 0.16666666666666632);
}

/** cos(r + c) for |r| ≤ π/4 and a tiny c. @see k_cos.c, as above */
function cosNearZero(r: number, c: number): number {
  const z = r * r;
  const P =
    4.16666666666666e-2 +
    z *
      (-1.388888888887411e-3 +
        z *
          (2.480158728947673e-5 +
            z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 - z * 1.1359647557788195e-11))));
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + (z * z * P - r * c));
}
