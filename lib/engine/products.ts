import type { Arena } from "./arena";

/** How many steps of how many sequences. */
export interface Shape {
  T: number;
  B: number;
}

/** A sequence in panels: step t at `at + t · step`, each [panels][B][4]. */
export interface Sequence {
  at: number;
  step: number;
  panels: number;
}

/** c = bias + x·w for all steps, or c += x·w where bias is 0. `w` is packed, with a row for each number of x. */
export function product(
  arena: Arena,
  { T, B }: Shape,
  x: Sequence,
  w: number,
  bias: number,
  c: Sequence,
): void {
  const { product32 } = arena.kernels;
  const [panel, inner] = [16 * B, 4 * x.panels];
  if (B >= 4) {
    for (let t = 0; t < T; t++) {
      product32(x.at + t * x.step, 16, panel, w, inner, c.panels, bias, c.at + t * c.step, 16, panel, B);
    }
  } else {
    // A small batch has too few rows for the tiles: here the steps are the rows.
    for (let b = 0; b < 16 * B; b += 16) {
      product32(x.at + b, x.step, panel, w, inner, c.panels, bias, c.at + b, c.step, panel, T);
    }
  }
}

/** c = bias in all rows. */
export function fill(arena: Arena, { T, B }: Shape, bias: number, c: Sequence): void {
  for (let t = 0; t < T; t++) {
    arena.kernels.product32(bias, 16, 0, bias, 0, c.panels, bias, c.at + t * c.step, 16, 16 * B, B);
  }
}

/** c += Σ xᵀ·d over all steps and rows: the gradient of a weight, packed as the weight is. */
export function weightGradient(arena: Arena, { T, B }: Shape, x: Sequence, d: Sequence, c: number): void {
  const { outer32 } = arena.kernels;
  const panel = 16 * B;
  if (B === 1) {
    outer32(x.at, panel, x.step, 0, x.panels, d.at, panel, d.step, 0, d.panels, T, 1, c);
    return;
  }
  const atOnce = Math.max(1, Math.floor(256 / B)); // steps whose numbers stay near the processor
  for (let t = 0; t < T; t += atOnce) {
    const [xt, dt, n] = [x.at + t * x.step, d.at + t * d.step, Math.min(atOnce, T - t)];
    outer32(xt, panel, 16, x.step, x.panels, dt, panel, 16, d.step, d.panels, B, n, c);
  }
}

/** out += the sum of d over all steps and rows: the gradient of a bias. */
export function biasGradient(arena: Arena, { T, B }: Shape, d: Sequence, out: number): void {
  arena.kernels.sumRows32(d.at, 16 * B, 16, d.step, d.panels, B, T, out);
}
