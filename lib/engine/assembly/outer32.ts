// Gradients of weights and biases: sums over all rows of all steps, float32, in panels as in product32.ts.

import { madd } from "./math";

/**
 * C += Σ aᵀ·d over `outer` × `halves` × `inner` rows: a weight's gradient, in the layout of the packed weight. Row
 * (s, r) of a begins at a + s·aOut + r·aIn, the second half's `apart` behind it; its panels are aPanel apart; the same
 * for d. C is [4·aPanels, 4·dPanels].
 */
export function outer32(
  a: usize, aPanel: usize, aIn: usize, aOut: usize, aPanels: i32,
  d: usize, dPanel: usize, dIn: usize, dOut: usize, dPanels: i32,
  inner: i32, outer: i32, halves: i32, apart: usize, c: usize,
): void {
  const cPanel = <usize>aPanels << 6;
  let p = 0;
  for (; p + 2 <= dPanels; p += 2) {
    const dp = d + <usize>p * dPanel;
    const cp = c + <usize>p * cPanel;
    for (let q = 0; q < aPanels; q++) outer42(a + <usize>q * aPanel, aIn, aOut, dp, dPanel, dIn, dOut, inner, outer, halves, apart, cp + (<usize>q << 6), cPanel);
  }
  for (; p < dPanels; p++) {
    const dp = d + <usize>p * dPanel;
    const cp = c + <usize>p * cPanel;
    for (let q = 0; q < aPanels; q++) outer41(a + <usize>q * aPanel, aIn, aOut, dp, dIn, dOut, inner, outer, halves, apart, cp + (<usize>q << 6));
  }
}

/** 4 columns of a × 2 panels of d: eight sums of four in registers; the loop may end after each row, as in product32.ts. */
function outer42(
  a: usize, aIn: usize, aOut: usize, d: usize, dPanel: usize, dIn: usize, dOut: usize,
  inner: i32, outer: i32, halves: i32, apart: usize, c: usize, cPanel: usize,
): void {
  const e = c + cPanel;
  let c00 = v128.load(c), c10 = v128.load(c, 16), c20 = v128.load(c, 32), c30 = v128.load(c, 48);
  let c01 = v128.load(e), c11 = v128.load(e, 16), c21 = v128.load(e, 32), c31 = v128.load(e, 48);
  // From half to half and from step to step in turn: a third loop is no faster, and was slower with older tiles.
  let aHop = halves > 1 ? apart : aOut;
  let dHop = halves > 1 ? apart : dOut;
  const aHops = halves > 1 ? aOut : aOut << 1;
  const dHops = halves > 1 ? dOut : dOut << 1;
  for (let run = outer * halves; run > 0; run--) {
    let ar = a;
    let d0 = d;
    let d1 = d + dPanel;
    const end = d0 + <usize>inner * dIn;
    let b0: v128, b1: v128, x: v128;
    while (d0 != end) {
      b0 = v128.load(d0);
      b1 = v128.load(d1);
      x = v128.load32_splat(ar);
      c00 = madd(x, b0, c00);
      c01 = madd(x, b1, c01);
      x = v128.load32_splat(ar, 4);
      c10 = madd(x, b0, c10);
      c11 = madd(x, b1, c11);
      x = v128.load32_splat(ar, 8);
      c20 = madd(x, b0, c20);
      c21 = madd(x, b1, c21);
      x = v128.load32_splat(ar, 12);
      c30 = madd(x, b0, c30);
      c31 = madd(x, b1, c31);
      ar += aIn;
      d0 += dIn;
      d1 += dIn;
      if (d0 == end) break;
      b0 = v128.load(d0);
      b1 = v128.load(d1);
      x = v128.load32_splat(ar);
      c00 = madd(x, b0, c00);
      c01 = madd(x, b1, c01);
      x = v128.load32_splat(ar, 4);
      c10 = madd(x, b0, c10);
      c11 = madd(x, b1, c11);
      x = v128.load32_splat(ar, 8);
      c20 = madd(x, b0, c20);
      c21 = madd(x, b1, c21);
      x = v128.load32_splat(ar, 12);
      c30 = madd(x, b0, c30);
      c31 = madd(x, b1, c31);
      ar += aIn;
      d0 += dIn;
      d1 += dIn;
      if (d0 == end) break;
      b0 = v128.load(d0);
      b1 = v128.load(d1);
      x = v128.load32_splat(ar);
      c00 = madd(x, b0, c00);
      c01 = madd(x, b1, c01);
      x = v128.load32_splat(ar, 4);
      c10 = madd(x, b0, c10);
      c11 = madd(x, b1, c11);
      x = v128.load32_splat(ar, 8);
      c20 = madd(x, b0, c20);
      c21 = madd(x, b1, c21);
      x = v128.load32_splat(ar, 12);
      c30 = madd(x, b0, c30);
      c31 = madd(x, b1, c31);
      ar += aIn;
      d0 += dIn;
      d1 += dIn;
      if (d0 == end) break;
      b0 = v128.load(d0);
      b1 = v128.load(d1);
      x = v128.load32_splat(ar);
      c00 = madd(x, b0, c00);
      c01 = madd(x, b1, c01);
      x = v128.load32_splat(ar, 4);
      c10 = madd(x, b0, c10);
      c11 = madd(x, b1, c11);
      x = v128.load32_splat(ar, 8);
      c20 = madd(x, b0, c20);
      c21 = madd(x, b1, c21);
      x = v128.load32_splat(ar, 12);
      c30 = madd(x, b0, c30);
      c31 = madd(x, b1, c31);
      ar += aIn;
      d0 += dIn;
      d1 += dIn;
    }
    a += aHop;
    d += dHop;
    aHop = aHops - aHop;
    dHop = dHops - dHop;
  }
  v128.store(c, c00);
  v128.store(c, c10, 16);
  v128.store(c, c20, 32);
  v128.store(c, c30, 48);
  v128.store(e, c01);
  v128.store(e, c11, 16);
  v128.store(e, c21, 32);
  v128.store(e, c31, 48);
}

function outer41(
  a: usize, aIn: usize, aOut: usize, d: usize, dIn: usize, dOut: usize,
  inner: i32, outer: i32, halves: i32, apart: usize, c: usize,
): void {
  let c0 = v128.load(c), c1 = v128.load(c, 16), c2 = v128.load(c, 32), c3 = v128.load(c, 48);
  let aHop = halves > 1 ? apart : aOut;
  let dHop = halves > 1 ? apart : dOut;
  const aHops = halves > 1 ? aOut : aOut << 1;
  const dHops = halves > 1 ? dOut : dOut << 1;
  for (let run = outer * halves; run > 0; run--) {
    let ar = a;
    let dr = d;
    for (let r = 0; r < inner; r++) {
      const b = v128.load(dr);
      c0 = madd(v128.load32_splat(ar), b, c0);
      c1 = madd(v128.load32_splat(ar, 4), b, c1);
      c2 = madd(v128.load32_splat(ar, 8), b, c2);
      c3 = madd(v128.load32_splat(ar, 12), b, c3);
      ar += aIn;
      dr += dIn;
    }
    a += aHop;
    d += dHop;
    aHop = aHops - aHop;
    dHop = dHops - dHop;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
}

/** out += the sum of `outer` × `halves` × `inner` rows of d: a bias's gradient. */
export function sumRows32(
  d: usize, dPanel: usize, dIn: usize, dOut: usize, panels: i32,
  inner: i32, outer: i32, halves: i32, apart: usize, out: usize,
): void {
  for (let p = 0; p < panels; p++) {
    let sum = v128.load(out);
    for (let s = 0; s < outer; s++) {
      for (let half = 0; half < halves; half++) {
        let dr = d + <usize>p * dPanel + <usize>s * dOut + <usize>half * apart;
        for (let r = 0; r < inner; r++) {
          sum = f32x4.add(sum, v128.load(dr));
          dr += dIn;
        }
      }
    }
    v128.store(out, sum);
    out += 16;
  }
}
