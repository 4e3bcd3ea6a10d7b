import type { Matrix } from "../matrix";

/** What a check compares: a number, a list, rows, a matrix or a sequence of matrices. */
export type Value = number | ArrayLike<number> | number[][] | Matrix | Matrix[];

/** Any such value as one list of numbers with its form. */
export interface Numbers {
  form: "a number" | "a list" | "rows" | "a matrix" | "matrices";
  /** [] for a number, [n] for a list, [r,c] for rows and matrices, [T,r,c] for T matrices. */
  shape: number[];
  values: number[];
}

/** The numbers in a value, or undefined when it holds anything else. */
export function readNumbers(value: unknown): Numbers | undefined {
  if (typeof value === "number") return { form: "a number", shape: [], values: [value] };
  if (isMatrix(value)) return { form: "a matrix", shape: [value.rows, value.cols], values: [...value.data] };
  if (ArrayBuffer.isView(value)) return { form: "a list", ...listOf(value as Float64Array) };
  if (!Array.isArray(value)) return undefined;
  if (value.every((entry) => typeof entry === "number")) return { form: "a list", ...listOf(value) };
  const parts = value.map(readNumbers);
  const first = parts[0];
  const same = parts.every((part) => part && String(part.shape) === String(first?.shape));
  if (!first || !same || (first.form !== "a list" && first.form !== "a matrix")) return undefined;
  return {
    form: first.form === "a list" ? "rows" : "matrices",
    shape: [value.length, ...first.shape],
    values: parts.flatMap((part) => part?.values ?? []),
  };
}

function listOf(list: ArrayLike<number>): { shape: number[]; values: number[] } {
  return { shape: [list.length], values: Array.from(list) };
}

function isMatrix(value: unknown): value is Matrix {
  const m = value as Matrix | null;
  return (
    typeof m === "object" && m !== null && ArrayBuffer.isView(m.data) && m.rows * m.cols === m.data.length
  );
}

/** "a number", "a matrix [2,3]", "5 matrices [2,3]", "a list of 4", or what else came: "undefined", "the text "0.5"". */
export function describe(value: unknown): string {
  const numbers = readNumbers(value);
  if (!numbers) return describeOther(value);
  const { form, shape } = numbers;
  if (form === "a number") return form;
  if (form === "a list") return `a list of ${shape[0]}`;
  if (form === "matrices") return `${shape[0]} matrices [${shape[1]},${shape[2]}]`;
  return form === "rows" ? `an array of rows [${shape}]` : `a matrix [${shape}]`;
}

function describeOther(value: unknown): string {
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
  if (typeof value === "function") return "a function";
  if (value instanceof Promise) return "a Promise";
  if (Array.isArray(value)) return `an array of ${value.length} that are not all of one form`;
  if (typeof value === "object" && value)
    return `an object with ${Object.keys(value).join(", ") || "no keys"}`;
  return String(value);
}

/** Where number i stands: "row 0, column 2", "step 1, row 0, column 2", "index 3". */
export function place({ shape }: Numbers, i: number): string {
  if (shape.length === 1) return `index ${i}`;
  const cols = shape[shape.length - 1];
  const rows = shape[shape.length - 2];
  const cell = `row ${Math.floor(i / cols) % rows}, column ${i % cols}`;
  return shape.length === 3 ? `step ${Math.floor(i / cols / rows)}, ${cell}` : cell;
}

/** The numbers in brackets, or only number i when there are too many to read. */
export function format({ shape, values }: Numbers, digits: number, i: number): string {
  const short = values.map((value) =>
    Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : `${value}`,
  );
  if (shape.length === 0) return short[0];
  if (values.length > 12) return `${short[i]}   in [${shape}]`;
  const nest = (list: string[], dimensions: number[]): string => {
    const [n, ...inner] = dimensions;
    const size = list.length / n;
    const parts = inner.length
      ? Array.from({ length: n }, (_, k) => nest(list.slice(k * size, (k + 1) * size), inner))
      : list;
    return `[${parts.join(", ")}]`;
  };
  return nest(short, shape);
}

/** Equal within the tolerance: absolute for numbers up to 1, relative for larger ones. */
export function isClose(a: number, b: number, tolerance: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
}

/** Of the same shape, and every pair of numbers close. */
export function allNear(a: Numbers, b: Numbers, tolerance: number): boolean {
  return (
    String(a.shape) === String(b.shape) &&
    a.values.every((value, i) => isClose(value, b.values[i], tolerance))
  );
}
