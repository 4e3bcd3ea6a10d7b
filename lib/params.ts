import { normInEngine } from "./engine/tensors";
import { hypot } from "./math";
import { copy, type Matrix, map, norm } from "./matrix";

/** The parameters of a model, or their gradients (or an optimizer's memory of them), by name. */
export type Params = Record<string, Matrix>;

/** A record with the same names, each matrix replaced by f(matrix, name). */
export function mapParams<P extends Params>(params: P, f: (m: Matrix, name: string) => Matrix): P {
  return Object.fromEntries(Object.entries(params).map(([name, m]) => [name, f(m, name)])) as P;
}

/** Zeros under the same names and in the same shapes: where gradients are summed up. */
export function zerosLike<P extends Params>(params: P): P {
  return mapParams(params, (m) => map(m, () => 0));
}

/** The same numbers in new memory, e.g. to keep the best parameters while training goes on. */
export function copyParams<P extends Params>(params: P): P {
  return mapParams(params, copy);
}

/** How many numbers there are to learn. */
export function countParams(params: Params): number {
  return Object.values(params).reduce((n, m) => n + m.rows * m.cols, 0);
}

/** The norm of all matrices laid end to end: ‖g‖ = √(Σ ‖gᵖ‖²) over the parameters p. */
export function globalNorm(grads: Params): number {
  return hypot(...Object.values(grads).map((g) => normInEngine(g) ?? norm(g)));
}
