import { newNumbers } from "./numbers";

/**
 * Matrices: a plain record of numbers, row after row, and functions around it.
 * No function changes its arguments unless its name says `InPlace`.
 * In the equations A is `a`, B is `b`, and Aᵢⱼ is row i, column j, counted from 0.
 */
export interface Matrix {
  rows: number;
  cols: number;
  /** Row-major: Aᵢⱼ is `data[i * cols + j]`. */
  data: Float64Array;
}

/** A shape as text, as it stands in every error: `[2,3]`. */
export function shape(m: Matrix): string {
  return `[${m.rows},${m.cols}]`;
}

/**
 * Checks that a matrix has the shape that the next lines rely on.
 * @param where the function that checks, e.g. "rnn.forward"
 * @param name what the caller calls the matrix, e.g. "state.h"
 * @param next what to check or do, added to the error
 * @throws `rnn.forward: state.h is [2,4], expected [3,4]; one row for each sequence of the batch`
 */
export function expectShape(
  where: string,
  name: string,
  m: Matrix,
  [rows, cols]: [number, number],
  next?: string,
): void {
  const hint = next ? `; ${next}` : "";
  if (m?.data?.length === undefined || m.data.length !== m.rows * m.cols) {
    throw new Error(`${where}: ${name} is not a matrix, expected one of shape [${rows},${cols}]${hint}`);
  }
  if (m.rows !== rows || m.cols !== cols) {
    throw new Error(`${where}: ${name} is ${shape(m)}, expected [${rows},${cols}]${hint}`);
  }
}

// ── Making ────────────────────────────────────────────────────────────────────────────────────────────────

/** A matrix of zeros, [rows,cols]. Throws unless both are whole numbers of at least 1. */
export function zeros(rows: number, cols: number): Matrix {
  if (!(Number.isInteger(rows) && Number.isInteger(cols) && rows > 0 && cols > 0)) {
    throw new Error(`matrix of shape [${rows},${cols}]: rows and cols must be whole numbers, at least 1`);
  }
  return { rows, cols, data: newNumbers(rows * cols) };
}

/** Aᵢⱼ = f(i, j), [rows,cols]. */
export function generate(rows: number, cols: number, f: (i: number, j: number) => number): Matrix {
  const out = zeros(rows, cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out.data[i * cols + j] = f(i, j);
  return out;
}

/** A matrix of ones, [rows,cols]. */
export function ones(rows: number, cols: number): Matrix {
  return generate(rows, cols, () => 1);
}

/** The identity I, [n,n]: 1 on the diagonal, 0 elsewhere. */
export function identity(n: number): Matrix {
  return generate(n, n, (i, j) => (i === j ? 1 : 0));
}

/** A matrix from its rows: `matrix([[1, 2], [3, 4]])`. Throws if the rows differ in length. */
export function matrix(rows: number[][]): Matrix {
  const cols = rows[0]?.length ?? 0;
  rows.forEach((r, i) => {
    if (r.length !== cols) {
      throw new Error(
        `matrix: row ${i} has ${r.length} numbers, row 0 has ${cols}; give every row the same length`,
      );
    }
  });
  return generate(rows.length, cols, (i, j) => rows[i][j]);
}

/** One row of numbers as a matrix, [1,n]: one input, one bias, one hidden state. */
export function rowVector(values: ArrayLike<number>): Matrix {
  return generate(1, values.length, (_, j) => values[j]);
}

/** The same numbers in new memory. */
export function copy(m: Matrix): Matrix {
  const out = zeros(m.rows, m.cols);
  out.data.set(m.data);
  return out;
}

// ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────

/** The numbers as an array of rows. */
export function toRows(m: Matrix): number[][] {
  return Array.from({ length: m.rows }, (_, i) => Array.from(m.data.subarray(i * m.cols, (i + 1) * m.cols)));
}

/** The number Aᵢⱼ. Throws outside the matrix. */
export function at(m: Matrix, i: number, j: number): number {
  if (!(i >= 0 && i < m.rows && j >= 0 && j < m.cols)) {
    throw new Error(`at: (${i},${j}) is outside of ${shape(m)}; rows and columns are counted from 0`);
  }
  return m.data[i * m.cols + j];
}

/** Row i as a matrix of its own, [1,cols]. Throws outside the matrix. */
export function row(m: Matrix, i: number): Matrix {
  return sliceRows(m, i, i + 1);
}

/** Rows `from` up to but not including `to`, [to−from,cols]. Throws outside the matrix. */
export function sliceRows(m: Matrix, from: number, to: number): Matrix {
  checkRange("sliceRows", "rows", m, from, to, m.rows);
  return { rows: to - from, cols: m.cols, data: m.data.slice(from * m.cols, to * m.cols) };
}

/** Columns `from` up to but not including `to`, [rows,to−from]. Throws outside the matrix. */
export function sliceCols(m: Matrix, from: number, to: number): Matrix {
  checkRange("sliceCols", "columns", m, from, to, m.cols);
  return generate(m.rows, to - from, (i, j) => m.data[i * m.cols + from + j]);
}

function checkRange(where: string, what: string, m: Matrix, from: number, to: number, size: number): void {
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= size)) {
    throw new Error(`${where}: ${what} ${from}…${to} of ${shape(m)}: need 0 ≤ from < to ≤ ${size}`);
  }
}

/** Matrices of the same number of rows side by side: [B,m], [B,n] → [B,m+n]. */
export function concatCols(first: Matrix, ...others: Matrix[]): Matrix {
  const parts = [first, ...others];
  const odd = parts.find((m) => m.rows !== first.rows);
  if (odd) {
    throw new Error(`concatCols: ${parts.map(shape).join(", ")}: rows ${first.rows} and ${odd.rows} differ`);
  }
  const out = zeros(
    first.rows,
    parts.reduce((n, m) => n + m.cols, 0),
  );
  let offset = 0;
  for (const m of parts) {
    for (let i = 0, k = 0; i < m.rows; i++) {
      for (let j = 0; j < m.cols; j++, k++) out.data[i * out.cols + offset + j] = m.data[k];
    }
    offset += m.cols;
  }
  return out;
}

// ── Element by element ────────────────────────────────────────────────────────────────────────────────────

/** The transpose Aᵀ: [n,m] → [m,n]. */
export function transpose(m: Matrix): Matrix {
  const out = zeros(m.cols, m.rows);
  for (let i = 0, from = 0; i < m.rows; i++) {
    for (let j = 0, to = i; j < m.cols; j++, to += m.rows) out.data[to] = m.data[from++];
  }
  return out;
}

/** A + B. b has a's shape, or is one row [1,cols] or one column [rows,1], then used for every row or column. */
export function add(a: Matrix, b: Matrix): Matrix {
  const { down, right } = strides("add", "+", a, b);
  const out = zeros(a.rows, a.cols);
  const [A, B, C] = [a.data, b.data, out.data];
  for (let i = 0, k = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++, k++) C[k] = A[k] + B[i * down + j * right];
  }
  return out;
}

/** A − B. Shapes as for `add`. */
export function subtract(a: Matrix, b: Matrix): Matrix {
  const { down, right } = strides("subtract", "−", a, b);
  const out = zeros(a.rows, a.cols);
  const [A, B, C] = [a.data, b.data, out.data];
  for (let i = 0, k = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++, k++) C[k] = A[k] - B[i * down + j * right];
  }
  return out;
}

/** The element-wise product A ⊙ B (for the matrix product see `matmul`). Shapes as for `add`. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const { down, right } = strides("multiply", "⊙", a, b);
  const out = zeros(a.rows, a.cols);
  const [A, B, C] = [a.data, b.data, out.data];
  for (let i = 0, k = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++, k++) C[k] = A[k] * B[i * down + j * right];
  }
  return out;
}

/** How far it is in b's numbers from one row, and from one column, of a to the next: 0 where one serves for all. */
function strides(where: string, sign: string, a: Matrix, b: Matrix): { down: number; right: number } {
  if (b.cols === a.cols && (b.rows === a.rows || b.rows === 1)) {
    return { down: b.rows === a.rows ? b.cols : 0, right: 1 };
  }
  if (b.cols === 1 && b.rows === a.rows) return { down: 1, right: 0 };
  const fits = `b must be ${shape(a)}, [1,${a.cols}] or [${a.rows},1]`;
  throw new Error(`${where}: a ${shape(a)} ${sign} b ${shape(b)}: shapes differ; ${fits}`);
}

/** s·A for a number s. */
export function scale(a: Matrix, s: number): Matrix {
  return map(a, (x) => s * x);
}

/** f of each element. */
export function map(a: Matrix, f: (x: number) => number): Matrix {
  const out = zeros(a.rows, a.cols);
  for (let i = 0; i < out.data.length; i++) out.data[i] = f(a.data[i]);
  return out;
}

/** target ← target + factor·A. Changes `target`; the shapes must be equal. */
export function addInPlace(target: Matrix, a: Matrix, factor = 1): void {
  expectShape("addInPlace", "a", a, [target.rows, target.cols], "it must have the target's shape");
  for (let i = 0; i < a.data.length; i++) target.data[i] += factor * a.data[i];
}

// ── Sums and sizes ────────────────────────────────────────────────────────────────────────────────────────

/** The sum over the rows (over the batch): [B,n] → [1,n]. The gradient of a bias that every row shares. */
export function sumRows(a: Matrix): Matrix {
  const out = zeros(1, a.cols);
  for (let i = 0, k = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++, k++) out.data[j] += a.data[k];
  }
  return out;
}

/** The sum of all elements. */
export function sum(a: Matrix): number {
  let total = 0;
  for (const x of a.data) total += x;
  return total;
}

/** The mean of all elements. */
export function mean(a: Matrix): number {
  return sum(a) / a.data.length;
}

/** The Frobenius norm ‖A‖ = √(Σᵢⱼ Aᵢⱼ²): the length of a row vector. */
export function norm(a: Matrix): number {
  let squares = 0;
  for (const x of a.data) squares += x * x;
  return Math.sqrt(squares);
}

/** The largest |Aᵢⱼ|; NaN if there is a NaN. */
export function maxAbs(a: Matrix): number {
  return a.data.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
}

/** The length of each row, one number for each of the batch. */
export function rowNorms(a: Matrix): number[] {
  return toRows(a).map((r) => norm(rowVector(r)));
}

/** True if the shapes are equal and no element differs by more than the tolerance. NaN is close to nothing. */
export function allClose(a: Matrix, b: Matrix, tolerance = 1e-9): boolean {
  if (a.rows !== b.rows || a.cols !== b.cols) return false;
  return a.data.every((x, i) => x === b.data[i] || Math.abs(x - b.data[i]) <= tolerance);
}
