import { expectShape, type Matrix, shape } from "../matrix";
import type { Params } from "../params";
import type { Random } from "../random";

/** What a cell carries from step to step, each [B,H]: `{ h }`, and for the LSTM `{ h, c }`. */
export type State = Record<string, Matrix>;

export interface CellOptions {
  inputSize: number;
  hiddenSize: number;
}

/**
 * What every recurrent cell is: four functions without memory of their own. All that lasts is in the arguments.
 * B sequences are read side by side (the batch), over T steps, with D inputs and H hidden units.
 * @typeParam P its parameters @typeParam S its state @typeParam C what forward keeps for backward
 * @typeParam O the options of init
 */
export interface Cell<
  P extends Params = Params,
  S extends State = State,
  C = unknown,
  O extends CellOptions = CellOptions,
> {
  init(options: O, random: Random): P;
  zeroState(params: P, batchSize: number): S;
  /** xs: T inputs [B,D] → hs: T outputs [B,H]; `state` is the one after the last step. */
  forward(params: P, xs: Matrix[], state?: S): Forward<S, C>;
  /** dhs: T gradients [B,H], one for each of hs; `dState` is the gradient of the state after the last step. */
  backward(params: P, cache: C, dhs: Matrix[], dState?: S): Backward<P, S>;
  /** The cells that it is made of, if it combines others. */
  combines?: { how: "stacked" | "bidirectional"; cells: Cell[] };
}

export interface Forward<S extends State, C> {
  hs: Matrix[];
  state: S;
  cache: C;
}

export interface Backward<P extends Params, S extends State> {
  /** ∂L/∂p for each parameter p, under p's name. */
  grads: P;
  /** ∂L/∂x for each step, [B,D]. */
  dxs: Matrix[];
  /** ∂L/∂(state before the first step). */
  dState: S;
  /** The total ∂L/∂h for each step, [B,H]: through the output at that step and through all later steps. */
  dhTotals: Matrix[];
}

/**
 * Checks the inputs of a forward pass: T ≥ 1 steps, each [B,D] with the same B and finite numbers.
 * @param weight the input weight by name, e.g. `{ Wxh }`, whose rows say what D must be
 * @returns B
 * @throws `rnn.forward: xs[0] [32,8] · Wxh [9,16]: inner sizes 8 and 9 differ; check inputSize`
 */
export function checkInputs(where: string, xs: Matrix[], weight: Params): number {
  if (!Array.isArray(xs) || xs.length === 0) {
    throw new Error(`${where}: xs must be an array of T ≥ 1 matrices [B,D], one for each time step`);
  }
  const [[name, W]] = Object.entries(weight);
  const batchSize = xs[0]?.rows;
  xs.forEach((x, t) => {
    if (!x?.data) throw new Error(`${where}: xs[${t}] is not a matrix [B,${W.rows}]; make it with matrix(…)`);
    if (x.cols !== W.rows) {
      const sizes = `inner sizes ${x.cols} and ${W.rows} differ`;
      throw new Error(`${where}: xs[${t}] ${shape(x)} · ${name} ${shape(W)}: ${sizes}; check inputSize`);
    }
    expectShape(where, `xs[${t}]`, x, [batchSize, W.rows], "all steps need the batch size of xs[0]");
    const bad = firstNotFinite(x.data);
    if (bad >= 0) {
      const place = `row ${Math.floor(bad / x.cols)}, column ${bad % x.cols}`;
      throw new Error(`${where}: xs[${t}] has ${x.data[bad]} in ${place}; look for gaps in the data`);
    }
  });
  return batchSize;
}

/** Its place, or −1. A plain loop: every training step looks at all of its inputs. */
function firstNotFinite(values: Float64Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}

/** Checks that each matrix of a state (or of its gradient) is [B,H]. `name` is the argument's name. */
export function checkState(where: string, name: string, state: State, size: [number, number]): void {
  const next = "one row for each sequence of the batch, one column for each hidden unit";
  for (const [key, m] of Object.entries(state)) expectShape(where, `${name}.${key}`, m, size, next);
}

/** Checks the gradients that enter a backward pass: one [B,H] for each of the T outputs hs. */
export function checkOutputGrads(where: string, dhs: Matrix[], hs: Matrix[]): void {
  if (dhs.length !== hs.length) {
    throw new Error(
      `${where}: ${dhs.length} dhs for ${hs.length} steps; give one per step, zeros where there is no loss`,
    );
  }
  dhs.forEach((dh, t) => {
    expectShape(where, `dhs[${t}]`, dh, [hs[t].rows, hs[t].cols], "it must have the shape of hs[t]");
  });
}
