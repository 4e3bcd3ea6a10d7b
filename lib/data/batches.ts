import { generate, type Matrix, matrix } from "../matrix";
import type { Batch } from "../model";
import type { Random } from "../random";
import type { Chunk } from "../truncated";
import { oneHot } from "./text";
import type { Windows } from "./windows";

/**
 * A set of windows as the sequence that a cell reads: inputs[b][t] becomes row b of xs[t].
 *
 * B inputs of T values → T matrices [B,1]
 *
 * @throws if the inputs differ in length
 */
export function toSequence(inputs: number[][]): Matrix[] {
  const T = inputs[0].length;
  const b = inputs.findIndex((input) => input.length !== T);
  if (b >= 0) {
    throw new Error(
      `toSequence: input ${b} has ${inputs[b].length} values, input 0 has ${T}; ` +
        "make them equal with padSequences, which also gives the masks",
    );
  }
  return Array.from({ length: T }, (_, t) => generate(inputs.length, 1, (i) => inputs[i][t]));
}

/**
 * Sequences of different lengths as one: the shorter ones are filled up with 0 at the end.
 *
 * B sequences → xs: T matrices [B,1], T the longest; masks: T matrices [B,1], 1 where there is a value, 0 where
 * there is filling. Give the masks to the loss, or the filling counts as if it were data.
 */
export function padSequences(sequences: number[][]): { xs: Matrix[]; masks: Matrix[] } {
  const T = sequences.reduce((longest, sequence) => Math.max(longest, sequence.length), 0);
  const filled = (value: (sequence: number[], t: number) => number): number[][] =>
    sequences.map((sequence) => Array.from({ length: T }, (_, t) => value(sequence, t)));
  return {
    xs: toSequence(filled((sequence, t) => sequence[t] ?? 0)),
    masks: toSequence(filled((sequence, t) => (t < sequence.length ? 1 : 0))),
  };
}

export interface BatchOptions {
  /** Windows in each batch, B; the last batch holds what is left. */
  batchSize: number;
  /** "last" (the default): one target [B,horizon] after the window. "every": at each step the value that follows. */
  readout?: "last" | "every";
  /** Shuffles the windows. Right only if each window starts from a fresh state. */
  random?: Random;
}

/**
 * Windows in batches for training: xs has T matrices [B,1], targets 1 matrix [B,horizon] or T matrices [B,1].
 * @throws if targets at every step are wanted of windows with a horizon other than 1
 */
export function batches(windows: Windows, options: BatchOptions): Batch[] {
  const { batchSize, readout = "last", random } = options;
  if (!(Number.isInteger(batchSize) && batchSize > 0)) {
    throw new Error(`batches: batchSize ${batchSize}: give a whole number, at least 1`);
  }
  const { inputs, targets } = windows;
  if (readout === "every" && targets[0].length !== 1) {
    throw new Error(`batches: readout "every" needs windows with horizon 1, got ${targets[0].length}`);
  }
  const inOrder = inputs.map((_, i) => i);
  const order = random ? random.shuffle(inOrder) : inOrder;
  const out: Batch[] = [];
  for (let from = 0; from < order.length; from += batchSize) {
    const chosen = order.slice(from, from + batchSize);
    const following = chosen.map((i) => [...inputs[i].slice(1), ...targets[i]]);
    out.push({
      xs: toSequence(chosen.map((i) => inputs[i])),
      targets: readout === "every" ? toSequence(following) : [matrix(chosen.map((i) => targets[i]))],
    });
  }
  return out;
}

/**
 * One long series as batches whose state can be carried on, as `truncatedBptt` does. The series is cut into B streams
 * of equal length; row b of every batch goes on where row b of the batch before stopped. Do not shuffle them.
 *
 * ```
 * values 0 1 2 3 4 5 6 7 8 …, B = 2, length 2:   batch 0: rows 0 1 | 4 5    batch 1: rows 2 3 | 6 7
 * ```
 *
 * xs: `length` matrices [B,1]; targets: at each step the value that follows. With `classes` = V the values are class
 * indices: xs are one-hot [B,V], targets[t] are B class indices. Values left over at the end are dropped.
 * @throws if the series is too short for one batch
 */
export function streamBatches(
  values: number[],
  options: { batchSize: number; length: number; classes?: number },
): Chunk[] {
  const { batchSize, length, classes } = options;
  const perStream = Math.floor((values.length - 1) / batchSize / length) * length;
  if (!(perStream > 0)) {
    throw new Error(
      `streamBatches: ${values.length} values are too few for ${batchSize} streams of ${length} + 1 values; ` +
        "take a smaller batchSize or length",
    );
  }
  /** The value of each stream, `offset` steps from its beginning. */
  const across = (offset: number): number[] =>
    Array.from({ length: batchSize }, (_, b) => values[b * perStream + offset]);
  const column = (row: number[]): Matrix => matrix(row.map((value) => [value]));
  const out: Chunk[] = [];
  for (let from = 0; from < perStream; from += length) {
    const inputs = Array.from({ length }, (_, t) => across(from + t));
    const targets = Array.from({ length }, (_, t) => across(from + t + 1));
    const startsSequence = from === 0;
    out.push(
      classes === undefined
        ? { xs: inputs.map(column), targets: targets.map(column), startsSequence }
        : { xs: inputs.map((row) => oneHot(row, classes)), targets, startsSequence },
    );
  }
  return out;
}
