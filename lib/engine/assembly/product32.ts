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
  const tiled = rows & ~3;
  let p = 0;
  for (; p + 2 <= panels; p += 2) {
    const wp = w + <usize>p * wPanel;
    const cp = c + <usize>p * cPanel;
    const bp = bias ? bias + (<usize>p << 4) : 0;
    for (let i = 0; i < tiled; i += 4) tile42(a + <usize>i * aRow, aRow, aPanel, wp, wPanel, bp, cp + <usize>i * cRow, cRow, cPanel);
  }
  for (; p < panels; p++) {
    const wp = w + <usize>p * wPanel;
    const cp = c + <usize>p * cPanel;
    const bp = bias ? bias + (<usize>p << 4) : 0;
    for (let i = 0; i < tiled; i += 4) tile41(a + <usize>i * aRow, aRow, aPanel, wp, wPanel, bp, cp + <usize>i * cRow, cRow);
  }
  for (let i = tiled; i < rows; i++) {
    const ai = a + <usize>i * aRow;
    const ci = c + <usize>i * cRow;
    for (p = 0; p + 8 <= panels; p += 8) tile18(ai, aPanel, w + <usize>p * wPanel, wPanel, bias ? bias + (<usize>p << 4) : 0, ci + <usize>p * cPanel, cPanel);
    for (; p < panels; p++) tile11(ai, aPanel, w + <usize>p * wPanel, wPanel, bias ? bias + (<usize>p << 4) : 0, ci + <usize>p * cPanel);
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

// V8 moves a sum to where it is used, however it is written, and keeps sums in memory when it runs out of registers.
// Where a loop may end, all of them are used: so some loops here ask after every k, although `inner` is a multiple of 4.

/** 4 rows × 2 panels: eight sums of four in registers while k runs. */
function tile42(
  a0: usize, aRow: usize, aPanel: usize, w0: usize, wPanel: usize, bias: usize, out0: usize, outRow: usize, outPanel: usize,
): void {
  const out1 = out0 + outRow, out2 = out1 + outRow, out3 = out2 + outRow;
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
    c00 = v128.load(out0);
    c01 = v128.load(out0 + outPanel);
    c10 = v128.load(out1);
    c11 = v128.load(out1 + outPanel);
    c20 = v128.load(out2);
    c21 = v128.load(out2 + outPanel);
    c30 = v128.load(out3);
    c31 = v128.load(out3 + outPanel);
  }
  let a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  const end = w0 + wPanel;
  let w1 = end;
  let b0: v128, b1: v128, x: v128;
  while (w0 != end) {
    b0 = v128.load(w0);
    b1 = v128.load(w1);
    x = v128.load32_splat(a0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    w0 += 16;
    w1 += 16;
    if (w0 == end) break;
    b0 = v128.load(w0);
    b1 = v128.load(w1);
    x = v128.load32_splat(a0, 4);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a1, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a2, 4);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a3, 4);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    w0 += 16;
    w1 += 16;
    if (w0 == end) break;
    b0 = v128.load(w0);
    b1 = v128.load(w1);
    x = v128.load32_splat(a0, 8);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a1, 8);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a2, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a3, 8);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    w0 += 16;
    w1 += 16;
    if (w0 == end) break;
    b0 = v128.load(w0);
    b1 = v128.load(w1);
    x = v128.load32_splat(a0, 12);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a1, 12);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a2, 12);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a3, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    w0 += 16;
    w1 += 16;
    a0 += aPanel;
    a1 += aPanel;
    a2 += aPanel;
    a3 += aPanel;
  }
  v128.store(out0, c00);
  v128.store(out0 + outPanel, c01);
  v128.store(out1, c10);
  v128.store(out1 + outPanel, c11);
  v128.store(out2, c20);
  v128.store(out2 + outPanel, c21);
  v128.store(out3, c30);
  v128.store(out3 + outPanel, c31);
}

/** 4 rows × 1 panel. */
function tile41(
  a0: usize, aRow: usize, aPanel: usize, w: usize, wPanel: usize, bias: usize, out0: usize, outRow: usize,
): void {
  const out1 = out0 + outRow, out2 = out1 + outRow, out3 = out2 + outRow;
  let c0 = v128.load(bias ? bias : out0);
  let c1 = bias ? c0 : v128.load(out1);
  let c2 = bias ? c0 : v128.load(out2);
  let c3 = bias ? c0 : v128.load(out3);
  let a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  let b: v128;
  const end = w + wPanel;
  while (w != end) {
    b = v128.load(w);
    c0 = madd(v128.load32_splat(a0), b, c0);
    c1 = madd(v128.load32_splat(a1), b, c1);
    c2 = madd(v128.load32_splat(a2), b, c2);
    c3 = madd(v128.load32_splat(a3), b, c3);
    w += 16;
    if (w == end) break;
    b = v128.load(w);
    c0 = madd(v128.load32_splat(a0, 4), b, c0);
    c1 = madd(v128.load32_splat(a1, 4), b, c1);
    c2 = madd(v128.load32_splat(a2, 4), b, c2);
    c3 = madd(v128.load32_splat(a3, 4), b, c3);
    w += 16;
    if (w == end) break;
    b = v128.load(w);
    c0 = madd(v128.load32_splat(a0, 8), b, c0);
    c1 = madd(v128.load32_splat(a1, 8), b, c1);
    c2 = madd(v128.load32_splat(a2, 8), b, c2);
    c3 = madd(v128.load32_splat(a3, 8), b, c3);
    w += 16;
    if (w == end) break;
    b = v128.load(w);
    c0 = madd(v128.load32_splat(a0, 12), b, c0);
    c1 = madd(v128.load32_splat(a1, 12), b, c1);
    c2 = madd(v128.load32_splat(a2, 12), b, c2);
    c3 = madd(v128.load32_splat(a3, 12), b, c3);
    w += 16;
    a0 += aPanel;
    a1 += aPanel;
    a2 += aPanel;
    a3 += aPanel;
  }
  v128.store(out0, c0);
  v128.store(out1, c1);
  v128.store(out2, c2);
  v128.store(out3, c3);
}

/** 1 row × 8 panels: for a batch of one, where one sum alone would wait for each addition. */
function tile18(a: usize, aPanel: usize, w0: usize, wPanel: usize, bias: usize, out: usize, outPanel: usize): void {
  const from = bias ? bias : out;
  const step: usize = bias ? 16 : outPanel;
  let c0 = v128.load(from);
  let c1 = v128.load(from + step);
  let c2 = v128.load(from + 2 * step);
  let c3 = v128.load(from + 3 * step);
  let c4 = v128.load(from + 4 * step);
  let c5 = v128.load(from + 5 * step);
  let c6 = v128.load(from + 6 * step);
  let c7 = v128.load(from + 7 * step);
  const end = w0 + wPanel;
  let w1 = w0 + wPanel;
  let w2 = w1 + wPanel;
  let w3 = w2 + wPanel;
  let w4 = w3 + wPanel;
  let w5 = w4 + wPanel;
  let w6 = w5 + wPanel;
  let w7 = w6 + wPanel;
  let x: v128;
  while (w0 != end) {
    x = v128.load32_splat(a);
    c0 = madd(x, v128.load(w0), c0);
    c1 = madd(x, v128.load(w1), c1);
    c2 = madd(x, v128.load(w2), c2);
    c3 = madd(x, v128.load(w3), c3);
    c4 = madd(x, v128.load(w4), c4);
    c5 = madd(x, v128.load(w5), c5);
    c6 = madd(x, v128.load(w6), c6);
    c7 = madd(x, v128.load(w7), c7);
    x = v128.load32_splat(a, 4);
    c0 = madd(x, v128.load(w0, 16), c0);
    c1 = madd(x, v128.load(w1, 16), c1);
    c2 = madd(x, v128.load(w2, 16), c2);
    c3 = madd(x, v128.load(w3, 16), c3);
    c4 = madd(x, v128.load(w4, 16), c4);
    c5 = madd(x, v128.load(w5, 16), c5);
    c6 = madd(x, v128.load(w6, 16), c6);
    c7 = madd(x, v128.load(w7, 16), c7);
    x = v128.load32_splat(a, 8);
    c0 = madd(x, v128.load(w0, 32), c0);
    c1 = madd(x, v128.load(w1, 32), c1);
    c2 = madd(x, v128.load(w2, 32), c2);
    c3 = madd(x, v128.load(w3, 32), c3);
    c4 = madd(x, v128.load(w4, 32), c4);
    c5 = madd(x, v128.load(w5, 32), c5);
    c6 = madd(x, v128.load(w6, 32), c6);
    c7 = madd(x, v128.load(w7, 32), c7);
    x = v128.load32_splat(a, 12);
    c0 = madd(x, v128.load(w0, 48), c0);
    c1 = madd(x, v128.load(w1, 48), c1);
    c2 = madd(x, v128.load(w2, 48), c2);
    c3 = madd(x, v128.load(w3, 48), c3);
    c4 = madd(x, v128.load(w4, 48), c4);
    c5 = madd(x, v128.load(w5, 48), c5);
    c6 = madd(x, v128.load(w6, 48), c6);
    c7 = madd(x, v128.load(w7, 48), c7);
    w0 += 64;
    w1 += 64;
    w2 += 64;
    w3 += 64;
    w4 += 64;
    w5 += 64;
    w6 += 64;
    w7 += 64;
    a += aPanel;
  }
  v128.store(out, c0);
  v128.store(out + outPanel, c1);
  v128.store(out + 2 * outPanel, c2);
  v128.store(out + 3 * outPanel, c3);
  v128.store(out + 4 * outPanel, c4);
  v128.store(out + 5 * outPanel, c5);
  v128.store(out + 6 * outPanel, c6);
  v128.store(out + 7 * outPanel, c7);
}

function tile11(a: usize, aPanel: usize, w: usize, wPanel: usize, bias: usize, out: usize): void {
  let c0 = v128.load(bias ? bias : out);
  for (const end = w + wPanel; w < end; w += 64) {
    c0 = madd(v128.load32_splat(a), v128.load(w), c0);
    c0 = madd(v128.load32_splat(a, 4), v128.load(w, 16), c0);
    c0 = madd(v128.load32_splat(a, 8), v128.load(w, 32), c0);
    c0 = madd(v128.load32_splat(a, 12), v128.load(w, 48), c0);
    a += aPanel;
  }
  v128.store(out, c0);
}
