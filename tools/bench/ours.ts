import * as unrolled from "unrolled";
import { CHARACTERS, type Contestant, type Our, type Training } from "./rows";

const { adagrad, adam, lstm, meanSquaredError, recurrentModel, rnn, seeded, softmaxCrossEntropy, train } =
  unrolled;
type Cell = Parameters<typeof unrolled.stacked>[0];
type Model = ReturnType<typeof recurrentModel>;
type Options = Parameters<typeof recurrentModel>[0];

/** Undefined where the machine has not what the column needs. */
function modelOf(options: object, column: Our): Model | undefined {
  const arithmetic = {
    reference: "float64",
    relaxed: "float32-relaxed",
    ours: "float32",
    oneThread: "float32",
  };
  const threads = process.env.UNROLLED_THREADS;
  if (column === "oneThread") process.env.UNROLLED_THREADS = "1";
  try {
    return recurrentModel({ ...options, arithmetic: arithmetic[column] } as unknown as Options, seeded(1));
  } catch (error) {
    if (column === "relaxed" && /no relaxed/.test((error as Error).message)) return undefined;
    throw error;
  } finally {
    if (threads === undefined) delete process.env.UNROLLED_THREADS;
    else process.env.UNROLLED_THREADS = threads;
  }
}

export function ours(row: Training, column: Our): Contestant | undefined {
  const random = seeded(2);
  const { batchSize, inputSize, hiddenSize, outputSize, layers, steps: T } = row;
  const classes = outputSize > 1;
  const one = row.cell === "lstm" ? lstm : rnn;
  const cell = layers > 1 ? unrolled.stacked(...Array.from({ length: layers }, () => one as Cell)) : one;
  const loss = classes ? softmaxCrossEntropy : meanSquaredError;
  const options = { cell, inputSize, hiddenSize, outputSize, readout: "last", loss };
  const model = modelOf(options, column);
  if (!model) return undefined;
  const batch = {
    xs: Array.from({ length: T }, () => unrolled.randomNormal(batchSize, inputSize, 1, random)),
    targets: classes
      ? [Array.from({ length: batchSize }, () => random.integer(0, outputSize))]
      : [unrolled.randomNormal(batchSize, 1, 1, random)],
  };
  return trains(column, model, batch, { optimizer: adam({ learningRate: 0.001 }) });
}

export function ourCharacters(column: Our): Contestant | undefined {
  const random = seeded(2);
  const { vocabularySize: V, hiddenSize, steps: T } = CHARACTERS;
  const sizes = { inputSize: V, hiddenSize, outputSize: V };
  const options = { cell: rnn, ...sizes, readout: "every", loss: softmaxCrossEntropy };
  const model = modelOf(options, column);
  if (!model) return undefined;
  const text = Array.from({ length: T + 1 }, () => random.integer(0, V));
  const batch = {
    xs: text
      .slice(0, T)
      .map((c) => unrolled.matrix([Array.from({ length: V }, (_, j) => (j === c ? 1 : 0))])),
    targets: text.slice(1).map((c) => [c]),
    startsSequence: false,
  };
  const lossAndGrads = unrolled.truncatedBptt(model); // the state goes on from piece to piece
  const optimizer = adagrad({ learningRate: 0.1 });
  return trains(column, { ...model, lossAndGrads } as Model, batch, {
    optimizer,
    clipValue: 5,
  });
}

function trains(
  column: Our,
  model: Model,
  batch: Parameters<Model["lossAndGrads"]>[1],
  how: { optimizer: unrolled.Optimizer; clipValue?: number },
): Contestant {
  const { params, lossAndGrads } = model;
  return {
    column,
    async run(steps) {
      const began = performance.now();
      await train({ params, lossAndGrads: (p, b) => lossAndGrads(p, b), batches: [batch], steps, ...how });
      return performance.now() - began;
    },
  };
}
