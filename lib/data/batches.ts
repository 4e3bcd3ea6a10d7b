import { generate, type Matrix, matrix } from "../matrix";
import type { Random } from "../random";
import type { Batch, Chunk, Input } from "./batch";
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

/** Padded sequences: what is data in them, and what is filling. */
export interface Padded<X extends Input> {
  xs: X[];
  /** T matrices [B,1]: 1 where there is data, 0 where there is filling. */
  masks: Matrix[];
  /** The length of each of the B sequences before it was padded. */
  lengths: number[];
}

/**
 * Sequences of different lengths as one: the shorter ones are filled up with 0 at the end.
 *
 * B sequences → xs: T matrices [B,1], T the longest. Give the masks to the loss, or the filling counts as if it were
 * data; a model with the read-out "last" needs the lengths instead.
 */
export function padSequences(sequences: number[][]): Padded<Matrix> {
  const { xs, masks, lengths } = padTokens(sequences);
  return { xs: xs.map(column), masks, lengths };
}

/**
 * The same for token indices, as a model with an embedding reads them: B sequences → T lists of B tokens.
 * @param options `filling`: the token to fill with, by default 0; `side`: where, by default at the end. At the
 *   beginning all sequences end at the last step, as the encoder of an encoder–decoder needs it; `length`: at least so
 *   many steps, so that all batches have the same shape
 */
export function padTokens(
  sequences: number[][],
  {
    filling = 0,
    side = "end",
    length = 0,
  }: { filling?: number; side?: "begin" | "end"; length?: number } = {},
): Padded<number[]> {
  const lengths = sequences.map((sequence) => sequence.length);
  const T = Math.max(length, ...lengths);
  const first = lengths.map((length) => (side === "end" ? 0 : T - length));
  const across = (t: number): (number | undefined)[] =>
    sequences.map((sequence, b) => sequence[t - first[b]]);
  const steps = Array.from({ length: T }, (_, t) => across(t));
  return {
    xs: steps.map((row) => row.map((token) => token ?? filling)),
    masks: steps.map((row) => matrix(row.map((token) => [token === undefined ? 0 : 1]))),
    lengths,
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
  const { classes } = options;
  return streams("streamBatches", values, options).map(({ inputs, following, startsSequence }) =>
    classes === undefined
      ? { xs: inputs.map(column), targets: following.map(column), startsSequence }
      : { xs: inputs.map((row) => oneHot(row, classes)), targets: following, startsSequence },
  );
}

/** The same for a model with an embedding: xs[t] and targets[t] are B token indices. */
export function streamTokens(
  tokens: number[],
  options: { batchSize: number; length: number },
): Chunk<number[]>[] {
  return streams("streamTokens", tokens, options).map(({ inputs, following, startsSequence }) => ({
    xs: inputs,
    targets: following,
    startsSequence,
  }));
}

/** B streams side by side, `length` steps at a time: what is read, and what follows each of it. */
function streams(
  where: string,
  values: number[],
  { batchSize, length }: { batchSize: number; length: number },
): { inputs: number[][]; following: number[][]; startsSequence: boolean }[] {
  const perStream = Math.floor((values.length - 1) / batchSize / length) * length;
  if (!(perStream > 0)) {
    throw new Error(
      `${where}: ${values.length} values are too few for ${batchSize} streams of ${length} + 1 values; ` +
        "take a smaller batchSize or length",
    );
  }
  /** The value of each stream, `offset` steps from its beginning. */
  const across = (offset: number): number[] =>
    Array.from({ length: batchSize }, (_, b) => values[b * perStream + offset]);
  return Array.from({ length: perStream / length }, (_, k) => ({
    inputs: Array.from({ length }, (_, t) => across(k * length + t)),
    following: Array.from({ length }, (_, t) => across(k * length + t + 1)),
    startsSequence: k === 0,
  }));
}

function column(row: number[]): Matrix {
  return matrix(row.map((value) => [value]));
}
