/** What is trained: the shapes of each row, in one place for all who compete. */

/** Ours: in float32; with one thread; with relaxed SIMD; "reference": in float64. */
export type Our = "ours" | "oneThread" | "relaxed" | "reference";
export type Column = Our | "fused" | "tfjs" | "keras" | "pytorch" | "numpy";

/** A recurrent stack with a dense read-out of its last state, trained by Adam; one class: a regression. */
export interface Training {
  name: string;
  cell: "lstm" | "rnn";
  layers: number;
  hiddenSize: number;
  steps: number;
  inputSize: number;
  outputSize: number;
  batchSize: number;
}

const series = { inputSize: 1, outputSize: 1, batchSize: 32, steps: 20 };

export const TRAININGS: Training[] = [
  { ...series, name: "S0", cell: "lstm", layers: 3, hiddenSize: 50 },
  { ...series, name: "S1", cell: "rnn", layers: 2, hiddenSize: 50 },
  { ...series, name: "S2", cell: "lstm", layers: 1, hiddenSize: 128, steps: 50, inputSize: 16 },
  { ...series, name: "S3", cell: "rnn", layers: 1, hiddenSize: 100, inputSize: 55, outputSize: 18 },
];

/** A character model as in Karpathy's min-char-rnn: one sequence, every step read, clipped to ±5, Adagrad. */
export const CHARACTERS = {
  name: "min-char-rnn",
  vocabularySize: 65,
  hiddenSize: 100,
  steps: 25,
};

/** Somebody who trains: `run(n)` does n steps and tells how many milliseconds they took. */
export interface Contestant {
  column: Column;
  run(steps: number): Promise<number>;
  stop?(): void;
}
