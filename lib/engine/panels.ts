import type { Matrix } from "../matrix";
import type { Segments } from "./structure";

/** Panels of four columns that a number of columns takes up. */
export const panelsFor = (cols: number): number => Math.ceil(cols / 4);

export const widthOf = (segments: Segments): number => segments.reduce((n, size) => n + size, 0);

/** Each segment begins a new panel. */
export const panelsOf = (segments: Segments): number => segments.reduce((n, size) => n + panelsFor(size), 0);

/** The number of row 0 in each column, counted from the first number of [panels][B][4]. */
function places(segments: Segments, B: number): number[] {
  const found: number[] = [];
  let panel = 0;
  for (const size of segments) {
    for (let j = 0; j < size; j++) found.push((panel + (j >> 2)) * B * 4 + (j & 3));
    panel += panelsFor(size);
  }
  return found;
}

/** m [B,·] into panels: those at an address of `numbers`. */
export function write(m: Matrix, segments: Segments, numbers: Float32Array, at: number): void {
  const { rows, cols, data } = m;
  const from = at / 4;
  let [j, panel] = [0, 0];
  for (const size of segments) {
    for (let k = 0; k < size; k++, j++) {
      let p = from + (panel + (k >> 2)) * rows * 4 + (k & 3);
      for (let i = j; i < data.length; i += cols, p += 4) numbers[p] = data[i];
    }
    panel += panelsFor(size);
  }
}

/** Panels → [B,·]. */
export function readOut(numbers: Float32Array, at: number, segments: Segments, B: number): Matrix {
  const place = places(segments, B);
  const m = { rows: B, cols: place.length, data: new Float64Array(B * place.length) }; // read late: see newNumbers
  place.forEach((first, j) => {
    for (let b = 0, p = at / 4 + first; b < B; b++, p += 4) m.data[b * m.cols + j] = numbers[p];
  });
  return m;
}
