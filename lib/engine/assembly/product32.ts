// Products of float32 matrices in panels: columns 4p to 4p + 3 lie together, row after row, 16 bytes a row. Every
// number is one sum in the order of k, whatever the tile: the bits depend on no size but K.

import { madd } from "./math";

/**
 * C = bias + A·W, or C += A·W where bias is 0. A's row i begins at a + i·aRow, its panels are aPanel apart; W has
 * `inner` rows and `panels` panels, one after the other; C's row i at c + i·cRow, its panels cPanel apart.
 */
export function product32(
  a: usize, aRow: usize, aPanel: usize,
  w: usize, inner: i32, panels: i32, bias: usize,
  c: usize, cRow: usize, cPanel: usize, rows: i32,
): void {
  const wPanel = <usize>inner << 4;
  const blocks = inner >> 2;
  const tiled = aRow == 16 && cRow == 16 ? rows & ~3 : 0;
  let p = 0;
  for (; p + 2 <= panels; p += 2) {
    const w0 = w + <usize>p * wPanel;
    const cp = c + <usize>p * cPanel;
    const bp = bias ? bias + (<usize>p << 4) : 0;
    for (let i: usize = 0; i < <usize>tiled << 4; i += 64) tile42(a + i, aPanel, w0, wPanel, blocks, bp, cp + i, cPanel);
  }
  for (; p < panels; p++) {
    const w0 = w + <usize>p * wPanel;
    const cp = c + <usize>p * cPanel;
    const bp = bias ? bias + (<usize>p << 4) : 0;
    for (let i: usize = 0; i < <usize>tiled << 4; i += 64) tile41(a + i, aPanel, w0, blocks, bp, cp + i);
  }
  for (let i = tiled; i < rows; i++) {
    const ai = a + <usize>i * aRow;
    const ci = c + <usize>i * cRow;
    for (p = 0; p + 8 <= panels; p += 8) tile18(ai, aPanel, w + <usize>p * wPanel, wPanel, blocks, bias ? bias + (<usize>p << 4) : 0, ci + <usize>p * cPanel, cPanel);
    for (; p < panels; p++) tile11(ai, aPanel, w + <usize>p * wPanel, blocks, bias ? bias + (<usize>p << 4) : 0, ci + <usize>p * cPanel);
  }
}

/** The product at each of T steps: those of A and C are aStep and cStep apart. */
export function products32(
  a: usize, aStep: usize, aRow: usize, aPanel: usize,
  w: usize, inner: i32, panels: i32, bias: usize,
  c: usize, cStep: usize, cRow: usize, cPanel: usize, rows: i32, T: i32,
): void {
  for (let t = 0; t < T; t++) {
    product32(a, aRow, aPanel, w, inner, panels, bias, c, cRow, cPanel, rows);
    a += aStep;
    c += cStep;
  }
}

/** 4 rows × 2 panels: eight sums of four in registers while k runs. */
function tile42(a: usize, aPanel: usize, w0: usize, wPanel: usize, blocks: i32, bias: usize, c: usize, cPanel: usize): void {
  const d = c + cPanel;
  let c00: v128, c01: v128, c10: v128, c11: v128, c20: v128, c21: v128, c30: v128, c31: v128;
  if (bias) {
    c00 = v128.load(bias);
    c01 = v128.load(bias, 16);
    c10 = c00;
    c11 = c01;
    c20 = c00;
    c21 = c01;
    c30 = c00;
    c31 = c01;
  } else {
    c00 = v128.load(c);
    c01 = v128.load(d);
    c10 = v128.load(c, 16);
    c11 = v128.load(d, 16);
    c20 = v128.load(c, 32);
    c21 = v128.load(d, 32);
    c30 = v128.load(c, 48);
    c31 = v128.load(d, 48);
  }
  let w1 = w0 + wPanel;
  for (const end = w0 + (<usize>blocks << 6); w0 < end; w0 += 64) {
    let b0 = v128.load(w0), b1 = v128.load(w1);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 16);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 32);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 48);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    b0 = v128.load(w0, 16);
    b1 = v128.load(w1, 16);
    x = v128.load32_splat(a, 4);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 20);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 36);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 52);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    b0 = v128.load(w0, 32);
    b1 = v128.load(w1, 32);
    x = v128.load32_splat(a, 8);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 24);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 40);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 56);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    b0 = v128.load(w0, 48);
    b1 = v128.load(w1, 48);
    x = v128.load32_splat(a, 12);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 28);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 44);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 60);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a += aPanel;
    w1 += 64;
  }
  v128.store(c, c00);
  v128.store(d, c01);
  v128.store(c, c10, 16);
  v128.store(d, c11, 16);
  v128.store(c, c20, 32);
  v128.store(d, c21, 32);
  v128.store(c, c30, 48);
  v128.store(d, c31, 48);
}

/** 4 rows × 1 panel. */
function tile41(a: usize, aPanel: usize, w: usize, blocks: i32, bias: usize, c: usize): void {
  let c0 = v128.load(bias ? bias : c);
  let c1 = bias ? c0 : v128.load(c, 16);
  let c2 = bias ? c0 : v128.load(c, 32);
  let c3 = bias ? c0 : v128.load(c, 48);
  for (const end = w + (<usize>blocks << 6); w < end; a += aPanel) {
    for (const last = a + 16; a < last; a += 4) {
      const b = v128.load(w);
      c0 = madd(v128.load32_splat(a), b, c0);
      c1 = madd(v128.load32_splat(a, 16), b, c1);
      c2 = madd(v128.load32_splat(a, 32), b, c2);
      c3 = madd(v128.load32_splat(a, 48), b, c3);
      w += 16;
    }
    a -= 16;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
}

/** 1 row × 8 panels: for a batch of one, where one sum alone would wait for each addition. */
function tile18(a: usize, aPanel: usize, w: usize, wPanel: usize, blocks: i32, bias: usize, c: usize, cPanel: usize): void {
  const from = bias ? bias : c;
  const step: usize = bias ? 16 : cPanel;
  let c0 = v128.load(from);
  let c1 = v128.load(from + step);
  let c2 = v128.load(from + 2 * step);
  let c3 = v128.load(from + 3 * step);
  let c4 = v128.load(from + 4 * step);
  let c5 = v128.load(from + 5 * step);
  let c6 = v128.load(from + 6 * step);
  let c7 = v128.load(from + 7 * step);
  const w2: usize = wPanel << 1;
  let u = w; // panels 0 to 3
  let v = w + 4 * wPanel; // panels 4 to 7
  for (const end = w + (<usize>blocks << 6); u < end; ) {
    for (let k: usize = 0; k < 16; k += 4) {
      const x = v128.load32_splat(a + k);
      c0 = madd(x, v128.load(u), c0);
      c1 = madd(x, v128.load(u + wPanel), c1);
      c2 = madd(x, v128.load(u + w2), c2);
      c3 = madd(x, v128.load(u + w2 + wPanel), c3);
      c4 = madd(x, v128.load(v), c4);
      c5 = madd(x, v128.load(v + wPanel), c5);
      c6 = madd(x, v128.load(v + w2), c6);
      c7 = madd(x, v128.load(v + w2 + wPanel), c7);
      u += 16;
      v += 16;
    }
    a += aPanel;
  }
  v128.store(c, c0);
  v128.store(c + cPanel, c1);
  v128.store(c + 2 * cPanel, c2);
  v128.store(c + 3 * cPanel, c3);
  v128.store(c + 4 * cPanel, c4);
  v128.store(c + 5 * cPanel, c5);
  v128.store(c + 6 * cPanel, c6);
  v128.store(c + 7 * cPanel, c7);
}

function tile11(a: usize, aPanel: usize, w: usize, blocks: i32, bias: usize, c: usize): void {
  let c0 = v128.load(bias ? bias : c);
  for (const end = w + (<usize>blocks << 6); w < end; w += 64) {
    c0 = madd(v128.load32_splat(a), v128.load(w), c0);
    c0 = madd(v128.load32_splat(a, 4), v128.load(w, 16), c0);
    c0 = madd(v128.load32_splat(a, 8), v128.load(w, 32), c0);
    c0 = madd(v128.load32_splat(a, 12), v128.load(w, 48), c0);
    a += aPanel;
  }
  v128.store(c, c0);
}

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

function outer42(
  a: usize, aIn: usize, aOut: usize, d: usize, dPanel: usize, dIn: usize, dOut: usize,
  inner: i32, outer: i32, halves: i32, apart: usize, c: usize, cPanel: usize,
): void {
  const e = c + cPanel;
  let c00 = v128.load(c), c10 = v128.load(c, 16), c20 = v128.load(c, 32), c30 = v128.load(c, 48);
  let c01 = v128.load(e), c11 = v128.load(e, 16), c21 = v128.load(e, 32), c31 = v128.load(e, 48);
  // From half to half and from step to step in turn. (A third loop would cost the sums their registers.)
  let aHop = halves > 1 ? apart : aOut;
  let dHop = halves > 1 ? apart : dOut;
  const aHops = halves > 1 ? aOut : aOut << 1;
  const dHops = halves > 1 ? dOut : dOut << 1;
  for (let run = outer * halves; run > 0; run--) {
    let ar = a;
    let d0 = d;
    let d1 = d + dPanel;
    for (let r = 0; r < inner; r++) {
      const b0 = v128.load(d0), b1 = v128.load(d1);
      let x = v128.load32_splat(ar);
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
