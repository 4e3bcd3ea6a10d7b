// Between matrices row after row, as parameters and gradients lie, and panels, as the products want them.

/** A [rows,cols] → panels of `inner` rows each; `to` is where the first row goes. */
export function pack(from: usize, rows: i32, cols: i32, to: usize, inner: i32): void {
  const panel = <usize>inner << 4;
  for (let r = 0; r < rows; r++) {
    let t = to + (<usize>r << 4);
    let c = 0;
    for (; c + 4 <= cols; c += 4) {
      v128.store(t, v128.load(from));
      from += 16;
      t += panel;
    }
    for (; c < cols; c++) {
      store<f32>(t + (<usize>(c & 3) << 2), load<f32>(from));
      from += 4;
    }
  }
}

/** Panels → A [rows,cols]: the way back. */
export function unpack(from: usize, inner: i32, rows: i32, cols: i32, to: usize): void {
  const panel = <usize>inner << 4;
  for (let r = 0; r < rows; r++) {
    let f = from + (<usize>r << 4);
    let c = 0;
    for (; c + 4 <= cols; c += 4) {
      v128.store(to, v128.load(f));
      to += 16;
      f += panel;
    }
    for (; c < cols; c++) {
      store<f32>(to, load<f32>(f + (<usize>(c & 3) << 2)));
      to += 4;
    }
  }
}

/** Aᵀ → panels: A's columns become rows, from row `to` on. */
export function packTransposed(from: usize, rows: i32, cols: i32, to: usize, inner: i32): void {
  const panel = <usize>inner << 4;
  const down = <usize>cols << 2;
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    const f0 = from + <usize>r * down;
    const f1 = f0 + down;
    const f2 = f1 + down;
    const f3 = f2 + down;
    let t = to + <usize>(r >> 2) * panel;
    for (let c: usize = 0; c < down; c += 4) {
      let four = v128.load32_zero(f0 + c);
      four = v128.load_lane<f32>(f1 + c, four, 1);
      four = v128.load_lane<f32>(f2 + c, four, 2);
      four = v128.load_lane<f32>(f3 + c, four, 3);
      v128.store(t, four);
      t += 16;
    }
  }
  for (; r < rows; r++) {
    let t = to + <usize>(r >> 2) * panel + (<usize>(r & 3) << 2);
    const f = from + <usize>r * down;
    for (let c: usize = 0; c < down; c += 4) {
      store<f32>(t, load<f32>(f + c));
      t += 16;
    }
  }
}

/** C's row = bias + value · row `index` of W: the product of an input with at most one number that is not 0. */
export function lookUp(w: usize, inner: i32, panels: i32, index: i32, value: f32, bias: usize, c: usize, cPanel: usize): void {
  const x = f32x4.splat(value);
  w += <usize>index << 4;
  for (let p = 0; p < panels; p++) {
    v128.store(c, f32x4.add(v128.load(bias), f32x4.mul(x, v128.load(w))));
    bias += 16;
    w += <usize>inner << 4;
    c += cPanel;
  }
}

/** Row `index` of C += value · d: the way back. */
export function lookUpBack(d: usize, dPanel: usize, panels: i32, index: i32, value: f32, c: usize, inner: i32): void {
  const x = f32x4.splat(value);
  c += <usize>index << 4;
  for (let p = 0; p < panels; p++) {
    v128.store(c, f32x4.add(v128.load(c), f32x4.mul(x, v128.load(d))));
    d += dPanel;
    c += <usize>inner << 4;
  }
}

/** n bytes of zeros. */
export function clear(at: usize, n: usize): void {
  memory.fill(at, 0, n);
}
