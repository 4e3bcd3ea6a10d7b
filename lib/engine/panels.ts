import { type Matrix, zeros } from "../matrix";
import type { Segments } from "./structure";

/** Panels of four columns that a number of columns takes up. */
export const panelsFor = (cols: number): number => Math.ceil(cols / 4);

export const widthOf = (segments: Segments): number => segments.reduce((n, size) => n + size, 0);

/** Each segment begins a new panel. */
export const panelsOf = (segments: Segments): number => segments.reduce((n, size) => n + panelsFor(size), 0);

/** For each column: where it stands among the numbers [panels][B][4], in row 0. */
function places(segments: Segments, B: number): number[] {
  const found: number[] = [];
  let panel = 0;
  for (const size of segments) {
    for (let j = 0; j < size; j++) found.push((panel + (j >> 2)) * B * 4 + (j & 3));
    panel += panelsFor(size);
  }
  return found;
}

/** m [B,·] into panels. */
export function write(m: Matrix, segments: Segments, to: Float32Array): void {
  const { rows, cols, data } = m;
  const at = places(segments, rows);
  for (let j = 0; j < cols; j++) {
    for (let b = 0, p = at[j]; b < rows; b++, p += 4) to[p] = data[b * cols + j];
  }
}

/** Panels → [B,·]. */
export function readOut(from: Float32Array, segments: Segments, B: number): Matrix {
  const at = places(segments, B);
  const m = zeros(B, at.length);
  at.forEach((place, j) => {
    for (let b = 0, p = place; b < B; b++, p += 4) m.data[b * m.cols + j] = from[p];
  });
  return m;
}
