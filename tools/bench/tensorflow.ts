import type { Contestant, Training } from "./rows";

/** The same model from tf.layers ("tfjs") and from the fused layers ("fused"), which take the same options. */
export async function tensorflow(row: Training, column: "tfjs" | "fused"): Promise<Contestant> {
  const { tf, ready, fusedAdam, fusedLstm, fusedSimpleRnn } =
    require("unrolled/tf") as typeof import("unrolled/tf");
  await ready;
  const { batchSize, inputSize, hiddenSize: units, outputSize, layers, steps: T } = row;
  const classes = outputSize > 1;
  const factories = {
    lstm: { tfjs: tf.layers.lstm, fused: fusedLstm },
    rnn: { tfjs: tf.layers.simpleRNN, fused: fusedSimpleRnn },
  };
  const factory = factories[row.cell][column] as typeof tf.layers.lstm;
  const model = tf.sequential();
  for (let layer = 0; layer < layers; layer++) {
    model.add(
      factory({
        units,
        returnSequences: layer < layers - 1,
        recurrentActivation: "sigmoid",
        recurrentInitializer: "glorotUniform", // the orthogonal one takes seconds, and prints a warning
        ...(layer === 0 && { inputShape: [T, inputSize] }),
      }),
    );
  }
  model.add(tf.layers.dense({ units: outputSize, activation: classes ? "softmax" : "linear" }));
  model.compile({
    optimizer: column === "fused" ? fusedAdam() : "adam",
    loss: classes ? "categoricalCrossentropy" : "meanSquaredError",
  });
  const x = tf.randomNormal([batchSize, T, inputSize]);
  const y = classes
    ? tf.oneHot(tf.randomUniform([batchSize], 0, outputSize, "int32"), outputSize)
    : tf.randomNormal([batchSize, 1]);
  return {
    column,
    async run(steps) {
      const began = performance.now();
      for (let step = 0; step < steps; step++) await model.trainOnBatch(x, y);
      return performance.now() - began;
    },
  };
}
