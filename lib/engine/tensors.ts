import type { Matrix } from "../matrix";
import type { Arena } from "./arena";
import { Given } from "./late";

// A parameter or gradient of the float32 engine is an ordinary matrix: `data` is made when somebody reads it. Until
// then the optimizer, the norm and clipping work on the engine's own numbers.

interface Tensor {
  arena: Arena;
  at: number;
  length: number;
  /** What was handed out as `data`. From then on it is the truth, and the engine follows it. */
  array?: Float64Array;
  /** For a gradient: the pass it is of, and how it has been clipped: min(max(g, −limit), limit) · scale. */
  gradient?: { pass: number; limit: number; scale: number };
}

/**
 * What the engine knows of a matrix, in a private field on the matrix: nobody else sees it, and no copy gets it. A
 * WeakMap would do the same, but training makes matrices by the thousand, and each would burden the garbage collector.
 */
class Known extends Given {
  #tensor: Tensor;
  constructor(matrix: Matrix, tensor: Tensor) {
    super(matrix);
    this.#tensor = tensor;
  }
  static of(matrix: Matrix | undefined): Tensor | undefined {
    return matrix instanceof Object && #tensor in matrix ? (matrix as Known).#tensor : undefined;
  }
}

/** The matrix [rows,cols] whose float32 numbers lie at an address. */
export function engineMatrix(
  arena: Arena,
  at: number,
  rows: number,
  cols: number,
  gradient?: Tensor["gradient"],
): Matrix {
  const matrix = Object.defineProperty({ rows, cols }, "data", madeLate) as Matrix;
  new Known(matrix, { arena, at, length: rows * cols, gradient });
  return matrix;
}

/** `data` of such a matrix. One accessor for all of them: a pair of functions for each would be far slower. */
const madeLate = {
  enumerable: true,
  configurable: true,
  get(this: Matrix): Float64Array {
    const tensor = Known.of(this)!;
    tensor.array ??= read(tensor);
    return tensor.array;
  },
  set(this: Matrix, values: Float64Array): void {
    Known.of(this)!.array = values;
  },
};

function read(tensor: Tensor): Float64Array {
  checkCurrent(tensor);
  const numbers = Float64Array.from(tensor.arena.view(tensor.at, tensor.length)); // read late: see newNumbers
  if (!tensor.gradient) return numbers;
  const { limit, scale } = tensor.gradient;
  return numbers.map((g) => Math.min(Math.max(g, -limit), limit) * scale);
}

function checkCurrent({ arena, gradient }: Tensor): void {
  if (!gradient || gradient.pass === arena.pass) return;
  throw new Error(
    "these gradients are of an earlier pass, and a float32 model keeps those of the last; copyParams(grads) keeps them",
  );
}

/** The address of a matrix in this arena, with what was written into its `data`; undefined if it lies elsewhere. */
export function addressIn(arena: Arena, matrix: Matrix): number | undefined {
  const tensor = Known.of(matrix);
  if (tensor?.arena !== arena) return undefined;
  if (tensor.array) arena.view(tensor.at, tensor.length).set(tensor.array);
  return tensor.at;
}

/** A gradient that only the engine has: nobody has read it, and so nobody can have changed it. */
function untouchedGradient(
  matrix: Matrix | undefined,
): (Tensor & Required<Pick<Tensor, "gradient">>) | undefined {
  const tensor = matrix && Known.of(matrix);
  if (!tensor?.gradient || tensor.array) return undefined;
  checkCurrent(tensor);
  return tensor as Tensor & Required<Pick<Tensor, "gradient">>;
}

/** Zeros beside an engine's matrix, in its shape: an optimizer's memory. */
export function zerosBeside(matrix: Matrix): Matrix | undefined {
  const tensor = Known.of(matrix);
  if (!tensor || tensor.gradient) return undefined;
  return engineMatrix(tensor.arena, tensor.arena.take(tensor.length), matrix.rows, matrix.cols);
}

/**
 * One step of the optimizer of that name on the engine's own numbers.
 * @returns false, and does nothing, if p, g and the memory are not all the engine's
 */
export function stepInEngine(
  name: string,
  p: Matrix,
  g: Matrix,
  memory: Matrix[],
  numbers: number[],
): boolean {
  const gradient = untouchedGradient(g);
  const changed = [p, ...memory];
  if (!gradient || !changed.every((m) => m.rows === g.rows && m.cols === g.cols)) return false;
  const { arena, at, length } = gradient;
  const addresses = changed.map((m) => addressIn(arena, m));
  if (addresses.includes(undefined)) return false;
  const [atP, ...atMemory] = addresses as number[];
  const { limit, scale } = gradient.gradient;
  arena.kernels[name](Math.ceil(length / 4) * 16, atP, at, scale, limit, ...atMemory, ...numbers);
  changed.forEach((m, i) => {
    Known.of(m)?.array?.set(arena.view(addresses[i] as number, length)); // whoever holds `data` sees the step
  });
  return true;
}

/** ‖g‖ of an engine's gradient; undefined for any other matrix. */
export function normInEngine(g: Matrix): number | undefined {
  const tensor = untouchedGradient(g);
  if (!tensor) return undefined;
  const { limit, scale } = tensor.gradient;
  return Math.sqrt(tensor.arena.kernels.squares(Math.ceil(tensor.length / 4) * 16, tensor.at, scale, limit));
}

/** s·g of an engine's gradient, without touching a number: the factor is applied when it is used. */
export function scaledInEngine(g: Matrix, s: number): Matrix | undefined {
  const tensor = untouchedGradient(g);
  if (!tensor) return undefined;
  const { arena, at, gradient } = tensor;
  return engineMatrix(arena, at, g.rows, g.cols, { ...gradient, scale: gradient.scale * s });
}

/** min(max(g, −limit), limit) of an engine's gradient. */
export function cutInEngine(g: Matrix, limit: number): Matrix | undefined {
  const tensor = untouchedGradient(g);
  if (!tensor) return undefined;
  const { arena, at, gradient } = tensor;
  const smaller = Math.min(gradient.limit, limit / gradient.scale);
  return engineMatrix(arena, at, g.rows, g.cols, { ...gradient, limit: smaller });
}
