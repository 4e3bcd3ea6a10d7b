import type { Cell, CellOptions, State } from "./cells/cell";
import * as dense from "./cells/dense";
import { type Loss, overTime, type Target } from "./losses";
import { addInPlace, type Matrix, map, zeros } from "./matrix";
import { type Params, zerosLike } from "./params";
import type { Random } from "./random";

/** Sequences to learn from, B side by side. */
export interface Batch {
  /** T inputs [B,D]. */
  xs: Matrix[];
  /** What each output should be: T entries for the read-out "every", one for "last". */
  targets: Matrix[] | number[][];
  /** Which rows count, [B,1] of 0 or 1: one mask for each target. Without masks all count. */
  masks?: Matrix[];
}

export interface LossAndGrads {
  loss: number;
  /** ∂L/∂p for each parameter p, under its name. */
  grads: Params;
  /** The state after the last step. */
  state: State;
  /** The hidden state after each step, [B,H]. */
  hs: Matrix[];
  /** The total ∂L/∂hₜ for each step, [B,H]. */
  dhTotals: Matrix[];
}

/** A recurrent cell with a dense read-out and a loss. */
export interface Model {
  /** The cell's and the read-out's parameters in one record: Wxh, Whh, bh, Why, by for an RNN. */
  params: Params;
  /** xs: T inputs [B,D] → ys: T outputs [B,O], or one for the read-out "last". No loss, no gradients. */
  predict(params: Params, xs: Matrix[], state?: State): { ys: Matrix[]; hs: Matrix[]; state: State };
  /** One forward and one backward pass. The state before step 0 is zero unless given; no gradient enters it. */
  lossAndGrads(params: Params, batch: Batch, state?: State): LossAndGrads;
}

/**
 * Builds a model: x₀ … → cell → h₀ … → dense → y₀ … → loss.
 *
 * With the read-out "every", each hₜ gives a yₜ and the loss is the mean over time; with "last", only the last
 * hidden state gives a y. `cellOptions` go to the cell's `init`, e.g. `{ recurrent: "orthogonal" }`.
 * @throws if the sizes of inputs, targets or state do not fit
 */
export function recurrentModel<O extends CellOptions>(
  options: {
    cell: Cell<Params, State, unknown, O>;
    inputSize: number;
    hiddenSize: number;
    outputSize: number;
    readout: "last" | "every";
    loss: Loss<Matrix> | Loss<number[]>;
    cellOptions?: Omit<O, keyof CellOptions>;
  },
  random: Random,
): Model {
  const { cell, inputSize, hiddenSize, outputSize, readout, cellOptions } = options;
  const loss = options.loss as Loss; // it checks for itself that the targets are of its kind
  const cellParams = cell.init({ ...cellOptions, inputSize, hiddenSize } as O, random);
  // The outputs of a cell may be wider than hiddenSize (bidirectional: twice): one step on zeros tells.
  const width = cell.forward(cellParams, [zeros(1, inputSize)]).hs[0].cols;
  const denseParams = dense.init({ inputSize: width, outputSize }, random);

  const cellPart = (params: Params): Params => pick(params, Object.keys(cellParams));
  const densePart = (params: Params): dense.DenseParams => ({ Why: params.Why, by: params.by });

  function forward(params: Params, xs: Matrix[], state?: State) {
    const run = cell.forward(cellPart(params), xs, state);
    const read = readout === "every" ? run.hs : run.hs.slice(-1);
    const outputs = read.map((h) => dense.forward(densePart(params), h));
    return { ...run, ys: outputs.map((o) => o.y), denseCaches: outputs.map((o) => o.cache) };
  }

  return {
    params: { ...cellParams, ...denseParams },

    predict(params, xs, state) {
      const { ys, hs, state: last } = forward(params, xs, state);
      return { ys, hs, state: last };
    },

    lossAndGrads(params, batch, state) {
      const run = forward(params, batch.xs, state);
      const { loss: L, dys } = overTime(loss, run.ys, batch.targets as Target[], batch.masks);

      const denseGrads = zerosLike(densePart(params));
      const dhs = run.hs.map((h) => map(h, () => 0));
      const firstRead = run.hs.length - dys.length; // 0 for "every", T − 1 for "last"
      dys.forEach((dy, i) => {
        const { grads, dh } = dense.backward(densePart(params), run.denseCaches[i], dy);
        addInPlace(denseGrads.Why, grads.Why);
        addInPlace(denseGrads.by, grads.by);
        dhs[firstRead + i] = dh;
      });
      const { grads: cellGrads, dhTotals } = cell.backward(cellPart(params), run.cache, dhs);
      return { loss: L, grads: { ...cellGrads, ...denseGrads }, state: run.state, hs: run.hs, dhTotals };
    },
  };
}

function pick(params: Params, names: string[]): Params {
  return Object.fromEntries(names.map((name) => [name, params[name]]));
}
