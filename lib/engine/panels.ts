import type { Matrix } from "../matrix";
import type { Shape } from "./products";
import type { Segments } from "./structure";

/** How the rows of a batch lie. */
type Rows = Pick<Shape, "B" | "halves" | "apart">;

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

/** m [rows,·] into panels: those at an address of `numbers`, its second half `apart` bytes behind. */
export function write(
  m: Matrix,
  segments: Segments,
  numbers: Float32Array,
  at: number,
  { B, halves, apart }: Rows,
): void {
  const { cols, data } = m;
  for (let half = 0; half < halves; half++) {
    const from = (at + half * apart) / 4;
    let [j, panel] = [half * B * cols, 0];
    const end = j + B * cols;
    for (const size of segments) {
      for (let k = 0; k < size; k++, j++) {
        let p = from + (panel + (k >> 2)) * B * 4 + (k & 3);
        for (let i = j; i < end; i += cols, p += 4) numbers[p] = data[i];
      }
      panel += panelsFor(size);
    }
  }
}

/** Panels → [rows,·]. */
export function readOut(
  numbers: Float32Array,
  at: number,
  segments: Segments,
  { B, halves, apart }: Rows,
): Matrix {
  const place = places(segments, B);
  const [rows, cols] = [halves * B, place.length];
  const m = { rows, cols, data: new Float64Array(rows * cols) }; // read late: see newNumbers
  place.forEach((first, j) => {
    for (let b = 0; b < rows; b++) {
      const half = Math.floor(b / B);
      m.data[b * cols + j] = numbers[(at + half * apart) / 4 + first + 4 * (b - half * B)];
    }
  });
  return m;
}
