import type { Matrix } from "../matrix";

/** What a network reads at one step: numbers [B,D], or, for a model with an embedding, B token indices. */
export type Input = Matrix | number[];

/** Sequences to learn from, B side by side. */
export interface Batch<X extends Input = Matrix> {
  /** T inputs: [B,D] each, or B token indices each. */
  xs: X[];
  /** What each output should be: T entries for the read-out "every", one for "last". */
  targets: Matrix[] | number[][];
  /** Which rows count, [B,1] of 0 or 1: one mask for each target. Without masks all count. */
  masks?: Matrix[];
  /** For the read-out "last" of padded sequences: how many steps each of the B sequences really has. */
  lengths?: number[];
}

/** A piece of a longer sequence. */
export interface Chunk<X extends Input = Matrix> extends Batch<X> {
  /** True for the first piece: there the state starts at zero. */
  startsSequence: boolean;
}
