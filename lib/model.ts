import type { Cell, CellOptions, State } from "./cells/cell";
import type { Batch, Input } from "./data/batch";
import { engineModel } from "./engine/model";
import { chain, droppedOut, embedded, type Layer, lastStep, readOut, recurrent } from "./layers";
import { type Loss, overTime, type Target } from "./losses";
import { type Matrix, zeros } from "./matrix";
import type { Params } from "./params";
import type { LossAndGrads, Prediction } from "./prediction";
import type { Random } from "./random";

export type { LossAndGrads, Prediction } from "./prediction";

/**
 * A recurrent cell with a dense read-out and a loss, behind an embedding or not.
 * @typeParam X what it reads at a step: numbers [B,D], or B token indices if it has an embedding
 */
export interface Model<X extends Input = Matrix> {
  /** All parameters in one record: for an RNN Wxh, Whh, bh, Why, by; with an embedding E first. */
  params: Params;
  /** The outputs for xs: T inputs. `lengths`: of the B sequences, if they are padded. No dropout. */
  predict(params: Params, xs: X[], state?: State, lengths?: number[]): Prediction;
  /** The outputs and their loss, for validation and test. No dropout. */
  evaluate(params: Params, batch: Batch<X>, state?: State): Prediction & { loss: number };
  /**
   * One forward and one backward pass, for training: with dropout, if the model has it. The state before step 0 is
   * zero unless given; dState is the gradient that comes back from what is done with the state after the last step.
   */
  lossAndGrads(params: Params, batch: Batch<X>, state?: State, dState?: State): LossAndGrads;
}

export interface ModelOptions<O extends CellOptions> {
  cell: Cell<Params, State, unknown, O>;
  /** D, the numbers of an input; with an embedding V, the size of the vocabulary. */
  inputSize: number;
  hiddenSize: number;
  outputSize: number;
  /** "every": each hₜ gives a yₜ, and the loss is the mean over time. "last": only the last hₜ gives a y. */
  readout: "last" | "every";
  loss: Loss<Matrix> | Loss<number[]>;
  /** For the cell's `init`, e.g. `{ recurrent: "orthogonal" }`. */
  cellOptions?: Omit<O, keyof CellOptions>;
  /** Inputs are token indices, and each token gets a vector of this size. */
  embeddingSize?: number;
  /** The share of what the read-out reads that is left out in training. */
  dropout?: number;
  /**
   * What to compute with: "float64" (the default) is the code that you can read, in 64-bit numbers; "float32" the
   * engine of lib/engine, many times faster, for rnn, irnn, lstm and gru, stacked or bidirectional or not. Both give
   * the same bits on every machine. "float32-relaxed" multiplies and adds in one where the processor can: faster
   * again, but its bits differ between machines.
   */
  arithmetic?: "float64" | "float32" | "float32-relaxed";
}

/**
 * Builds a model: x₀ … → (embedding →) cell → h₀ … → (dropout →) dense → y₀ … → loss.
 *
 * The same seed gives the same parameters, whatever the arithmetic. Masks say which targets count. Padded sequences
 * with the read-out "last" need `lengths` as well: each row is then read at its own last step.
 * @throws if the sizes of inputs, targets or state do not fit
 */
export function recurrentModel<O extends CellOptions>(
  options: ModelOptions<O> & { embeddingSize: number },
  random: Random,
): Model<number[]>;
export function recurrentModel<O extends CellOptions>(
  options: ModelOptions<O> & { embeddingSize?: undefined },
  random: Random,
): Model;
export function recurrentModel<O extends CellOptions>(
  options: ModelOptions<O>,
  random: Random,
): Model | Model<number[]> {
  const { arithmetic = "float64" } = options;
  if (!["float64", "float32", "float32-relaxed"].includes(arithmetic)) {
    throw new Error(
      `recurrentModel: arithmetic "${arithmetic}": use "float64" (the default), "float32" or "float32-relaxed"`,
    );
  }
  const layers = chain(layersOf(options, random));
  const loss = options.loss as Loss; // it checks for itself that the targets are of its kind
  if (arithmetic !== "float64") {
    const how = { cell: options.cell as Cell, loss, relaxed: arithmetic === "float32-relaxed" };
    const fast = engineModel({ ...options, ...how }, layers.params, random);
    if (fast) return fast as Model | Model<number[]>;
  }

  function predict(params: Params, xs: Input[], state?: State, lengths?: number[]): Prediction {
    const { ys, hs, state: last } = layers.forward(params, xs, { state, lengths });
    return { ys, hs: hs!, state: last! };
  }

  function evaluate(params: Params, { xs, targets, masks, lengths }: Batch<Input>, state?: State) {
    const run = predict(params, xs, state, lengths);
    return { ...run, loss: overTime(loss, run.ys, targets as Target[], masks).loss };
  }

  function lossAndGrads(params: Params, batch: Batch<Input>, state?: State, dState?: State): LossAndGrads {
    const { xs, targets, masks, lengths } = batch;
    const run = layers.forward(params, xs, { state, lengths, random });
    const { loss: L, dys } = overTime(loss, run.ys, targets as Target[], masks);
    const back = layers.backward(params, run.cache, dys, dState);
    return {
      ...{ loss: L, ys: run.ys, hs: run.hs!, state: run.state! },
      ...{ grads: back.grads, dxs: back.dxs, dState: back.dState!, dhTotals: back.dhTotals! },
    };
  }

  return { params: layers.params, predict, evaluate, lossAndGrads };
}

/** The layers from bottom to top, with new parameters. */
function layersOf<O extends CellOptions>(options: ModelOptions<O>, random: Random): Layer[] {
  const { cell, inputSize, hiddenSize, outputSize, readout, cellOptions, embeddingSize, dropout } = options;
  const lookUp = embeddingSize && embedded({ vocabularySize: inputSize, embeddingSize }, random);
  const read = embeddingSize ?? inputSize;
  const cellParams = cell.init({ ...cellOptions, inputSize: read, hiddenSize } as O, random);
  // The outputs of a cell may be wider than hiddenSize (bidirectional: twice): one step on zeros tells.
  const width = cell.forward(cellParams, [zeros(1, read)]).hs[0].cols;
  return [
    ...(lookUp ? [lookUp] : []),
    recurrent(cell as Cell, cellParams),
    ...(readout === "last" ? [lastStep()] : []),
    ...(dropout ? [droppedOut(dropout)] : []),
    readOut({ inputSize: width, outputSize }, random),
  ];
}
