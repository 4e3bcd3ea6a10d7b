// The product of float64 matrices. Every Cᵢⱼ is summed in the order of k, from 0, as lib/matmul.ts does it.

/**
 * C = A·B, any of them transposed: A's element (i, k) is at a + i·ai + k·ak, B's (k, j) at b + k·bk + j·bj, all in
 * bytes; C lies row after row. `panel` is room for k·4 numbers.
 */
export function product64(
  a: usize,
  ai: usize,
  ak: usize,
  b: usize,
  bk: usize,
  bj: usize,
  c: usize,
  panel: usize,
  rows: i32,
  inner: i32,
  cols: i32,
): void {
  const cRow: usize = (<usize>cols) << 3;
  for (let j = 0; j < cols; j += 4) {
    const width = min(4, cols - j);
    pack64(b + <usize>j * bj, bk, bj, panel, inner, width);
    let i = 0;
    for (; i + 4 <= rows; i += 4)
      tile4(a + <usize>i * ai, ai, ak, panel, c + <usize>i * cRow + ((<usize>j) << 3), cRow, inner, width);
    for (; i < rows; i++)
      tile1(a + <usize>i * ai, ak, panel, c + <usize>i * cRow + ((<usize>j) << 3), inner, width);
  }
}

/** Four columns of B side by side, with zeros for those beyond the edge. */
function pack64(b: usize, bk: usize, bj: usize, panel: usize, inner: i32, width: i32): void {
  if (width === 4 && bj === 8) {
    for (let k = 0; k < inner; k++) {
      v128.store(panel, v128.load(b));
      v128.store(panel, v128.load(b, 16), 16);
      b += bk;
      panel += 32;
    }
    return;
  }
  for (let k = 0; k < inner; k++) {
    store<f64>(panel, load<f64>(b));
    store<f64>(panel, width > 1 ? load<f64>(b + bj) : 0, 8);
    store<f64>(panel, width > 2 ? load<f64>(b + 2 * bj) : 0, 16);
    store<f64>(panel, width > 3 ? load<f64>(b + 3 * bj) : 0, 24);
    b += bk;
    panel += 32;
  }
}

/** 4 × 4 sums held in registers while k runs. */
function tile4(
  a: usize,
  ai: usize,
  ak: usize,
  panel: usize,
  c: usize,
  cRow: usize,
  inner: i32,
  width: i32,
): void {
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let a0 = a;
  let a1 = a + ai;
  let a2 = a1 + ai;
  let a3 = a2 + ai;
  const end = panel + ((<usize>inner) << 5);
  for (let p = panel; p < end; p += 32) {
    const b0 = v128.load(p);
    const b1 = v128.load(p, 16);
    const x0 = v128.load64_splat(a0);
    c00 = f64x2.add(c00, f64x2.mul(x0, b0));
    c01 = f64x2.add(c01, f64x2.mul(x0, b1));
    const x1 = v128.load64_splat(a1);
    c10 = f64x2.add(c10, f64x2.mul(x1, b0));
    c11 = f64x2.add(c11, f64x2.mul(x1, b1));
    const x2 = v128.load64_splat(a2);
    c20 = f64x2.add(c20, f64x2.mul(x2, b0));
    c21 = f64x2.add(c21, f64x2.mul(x2, b1));
    const x3 = v128.load64_splat(a3);
    c30 = f64x2.add(c30, f64x2.mul(x3, b0));
    c31 = f64x2.add(c31, f64x2.mul(x3, b1));
    a0 += ak;
    a1 += ak;
    a2 += ak;
    a3 += ak;
  }
  put(c, width, c00, c01);
  put(c + cRow, width, c10, c11);
  put(c + 2 * cRow, width, c20, c21);
  put(c + 3 * cRow, width, c30, c31);
}

function tile1(a: usize, ak: usize, panel: usize, c: usize, inner: i32, width: i32): void {
  let c0 = f64x2.splat(0);
  let c1 = c0;
  const end = panel + ((<usize>inner) << 5);
  for (let p = panel; p < end; p += 32) {
    const x = v128.load64_splat(a);
    c0 = f64x2.add(c0, f64x2.mul(x, v128.load(p)));
    c1 = f64x2.add(c1, f64x2.mul(x, v128.load(p, 16)));
    a += ak;
  }
  put(c, width, c0, c1);
}

/** The first `width` of four numbers. */
function put(c: usize, width: i32, c0: v128, c1: v128): void {
  if (width === 4) {
    v128.store(c, c0);
    v128.store(c, c1, 16);
    return;
  }
  store<f64>(c, f64x2.extract_lane(c0, 0));
  if (width > 1) store<f64>(c, f64x2.extract_lane(c0, 1), 8);
  if (width > 2) store<f64>(c, f64x2.extract_lane(c1, 0), 16);
}
