import * as unrolled from "unrolled";
import { CHARACTERS, type Column, type Contestant, type Training } from "./rows";

const { adagrad, adam, lstm, meanSquaredError, recurrentModel, rnn, seeded, softmaxCrossEntropy, train } =
  unrolled;
type Cell = Parameters<typeof unrolled.stacked>[0];
type Model = ReturnType<typeof recurrentModel>;
type Options = Parameters<typeof recurrentModel>[0];

/** In float64 "reference", in float32 "ours". Undefined while the library does not have that arithmetic. */
function modelOf(options: object, arithmetic: "float64" | "float32"): Model | undefined {
  try {
    return recurrentModel({ ...options, arithmetic } as unknown as Options, seeded(1));
  } catch (error) {
    if (arithmetic === "float32" && /arithmetic|float32/.test((error as Error).message)) return undefined;
    throw error;
  }
}

const columnOf = (arithmetic: "float64" | "float32"): Column =>
  arithmetic === "float32" ? "ours" : "reference";

export function ours(row: Training, arithmetic: "float64" | "float32"): Contestant | undefined {
  const random = seeded(2);
  const { batchSize, inputSize, hiddenSize, outputSize, layers, steps: T } = row;
  const classes = outputSize > 1;
  const one = row.cell === "lstm" ? lstm : rnn;
  const cell = layers > 1 ? unrolled.stacked(...Array.from({ length: layers }, () => one as Cell)) : one;
  const loss = classes ? softmaxCrossEntropy : meanSquaredError;
  const options = { cell, inputSize, hiddenSize, outputSize, readout: "last", loss };
  const model = modelOf(options, arithmetic);
  if (!model) return undefined;
  const batch = {
    xs: Array.from({ length: T }, () => unrolled.randomNormal(batchSize, inputSize, 1, random)),
    targets: classes
      ? [Array.from({ length: batchSize }, () => random.integer(0, outputSize))]
      : [unrolled.randomNormal(batchSize, 1, 1, random)],
  };
  return trains(columnOf(arithmetic), model, batch, { optimizer: adam({ learningRate: 0.001 }) });
}

export function ourCharacters(arithmetic: "float64" | "float32"): Contestant | undefined {
  const random = seeded(2);
  const { vocabularySize: V, hiddenSize, steps: T } = CHARACTERS;
  const sizes = { inputSize: V, hiddenSize, outputSize: V };
  const options = { cell: rnn, ...sizes, readout: "every", loss: softmaxCrossEntropy };
  const model = modelOf(options, arithmetic);
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
  return trains(columnOf(arithmetic), { ...model, lossAndGrads } as Model, batch, {
    optimizer,
    clipValue: 5,
  });
}

function trains(
  column: Column,
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
