import type { Call, Mine } from "./share";

/**
 * How many steps of how many sequences. A batch whose number of sequences can be divided by eight is kept in two
 * halves, one for each thread, each in a memory of its own: what is of the second lies `apart` bytes behind what is of
 * the first. Were the rows of both side by side, the two processors would take them from each other all the time.
 */
export interface Shape {
  T: number;
  /** Sequences of one half. */
  B: number;
  halves: 1 | 2;
  apart: number;
}

/** A sequence in panels: step t at `at + t · step`, each [panels][B][4]. */
export interface Sequence {
  at: number;
  step: number;
  panels: number;
}

/** The same, so many bytes further on. (A pass makes many: a spread would take five times as long.) */
export const moved = ({ at, step, panels }: Sequence, bytes: number): Sequence => {
  return { at: at + bytes, step, panels };
};

/** c = bias + x·w for all steps, or c += x·w where bias is 0. `w` is packed, with a row for each number of x. */
export function product(
  call: Call,
  { T, B }: Shape,
  x: Sequence,
  w: number,
  bias: number,
  c: Sequence,
): void {
  const [panel, inner] = [16 * B, 4 * x.panels];
  if (B >= 4) {
    call("products32", x.at, x.step, 16, panel, w, inner, c.panels, bias, c.at, c.step, 16, panel, B, T);
    return;
  }
  // A small batch has too few rows for the tiles: here the steps are the rows.
  for (let b = 0; b < panel; b += 16) {
    call("product32", x.at + b, x.step, panel, w, inner, c.panels, bias, c.at + b, c.step, panel, T);
  }
}

/** c = bias in all rows. */
export function fill(call: Call, { T, B }: Shape, bias: number, c: Sequence): void {
  call("products32", bias, 0, 16, 0, bias, 0, c.panels, bias, c.at, c.step, 16, 16 * B, B, T);
}

/**
 * c += Σ xᵀ·d over all steps and rows: the gradient of a weight, packed as the weight is. This thread's columns: each
 * sum is made by one thread, in one order.
 */
export function weightGradient(
  call: Call,
  mine: Mine,
  { T, B, halves, apart }: Shape,
  x: Sequence,
  d: Sequence,
  c: number,
): void {
  const panel = 16 * B;
  const { from, count } = mine(d.panels, 2);
  const [dAt, cAt] = [d.at + from * panel, c + from * x.panels * 64];
  if (B === 1) {
    call("outer32", x.at, panel, x.step, 0, x.panels, dAt, panel, d.step, 0, count, T, 1, 1, 0, cAt);
    return;
  }
  const atOnce = Math.max(1, Math.floor(256 / B / halves)); // steps whose numbers stay near the processor
  for (let t = 0; t < T; t += atOnce) {
    const [xt, dt, n] = [x.at + t * x.step, dAt + t * d.step, Math.min(atOnce, T - t)];
    const rows = [B, n, halves, apart];
    call("outer32", xt, panel, 16, x.step, x.panels, dt, panel, 16, d.step, count, ...rows, cAt);
  }
}

/** out += the sum of d over all steps and rows: the gradient of a bias. */
export function biasGradient(
  call: Call,
  mine: Mine,
  { T, B, halves, apart }: Shape,
  d: Sequence,
  out: number,
): void {
  const { from, count } = mine(d.panels, 2);
  const rows = [B, T, halves, apart];
  call("sumRows32", d.at + from * 16 * B, 16 * B, 16, d.step, count, ...rows, out + 16 * from);
}
