import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import type { Optimizer, RNN, Tensor, Tensor3D, Variable } from "@tensorflow/tfjs";
import { fusedAdam, fusedGru, fusedLstm, fusedSimpleRnn, ready, setRandomSeed, tf } from "../tf";

const [B, T, D, H] = [4, 7, 3, 5];
type Options = { units: number; returnSequences?: boolean; goBackwards?: boolean; useBias?: boolean };
type Make = (options: Options) => RNN;
const gates = { recurrentActivation: "sigmoid" } as const;
const PAIRS: Record<string, { fused: Make; plain: Make }> = {
  lstm: { fused: fusedLstm, plain: (o) => tf.layers.lstm({ ...gates, ...o }) },
  gru: { fused: fusedGru, plain: (o) => tf.layers.gru({ ...gates, ...o }) },
  simpleRNN: { fused: fusedSimpleRnn, plain: tf.layers.simpleRNN },
};
const MASK = [
  [1, 1, 1, 1, 1, 1, 1],
  [0, 0, 0, 1, 1, 1, 1], // padding before
  [1, 1, 1, 0, 0, 0, 0], // and after
  [0, 1, 1, 0, 0, 1, 0],
];
const NOTHING = MASK.map((row, b) => (b === 0 ? row.map(() => 0) : row));

before(async () => {
  await ready;
  setRandomSeed(5);
});

for (const [name, { fused, plain }] of Object.entries(PAIRS)) {
  describe(`${name}: outputs and gradients of tf.layers on the same weights`, () => {
    const cases: [string, Partial<Options>, number[][]?][] = [
      ["the last state", {}],
      ["all states", { returnSequences: true }],
      ["backwards", { returnSequences: true, goBackwards: true }],
      ["without a bias", { useBias: false }],
      ["masked, the last state", {}, MASK],
      ["masked, all states", { returnSequences: true }, MASK],
      ["masked, backwards", { returnSequences: true, goBackwards: true }, MASK],
      ["one sequence is all padding", { returnSequences: true }, NOTHING],
      ["run with two units more, the last state", { units: 128 }],
      ["run with two units more, all states", { units: 128, returnSequences: true }],
      ["run with two units more, masked", { units: 128, returnSequences: true }, MASK],
    ];
    for (const [what, options, mask] of cases)
      test(what, () => assertSame(fused({ units: H, ...options }), plain({ units: H, ...options }), mask));
  });

  test(`${name}: fit, evaluate, predict and save work, and the loaded model predicts the same`, async (t) => {
    const model = tf.sequential({
      layers: [
        tf.layers.embedding({ inputDim: 9, outputDim: D, inputLength: T, maskZero: true }),
        fused({ units: H, returnSequences: true }),
        tf.layers.bidirectional({ layer: fused({ units: H }), mergeMode: "concat" }),
        tf.layers.dense({ units: 2, activation: "softmax" }),
      ],
    });
    model.compile({
      optimizer: tf.train.adam(0.02),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    const words = tf.randomUniform([32, T], 0, 9, "int32");
    const labels = tf
      .slice(words, [0, T - 1], [32, 1])
      .greater(4)
      .cast("float32");
    const { history } = await model.fit(words, labels, { epochs: 30, batchSize: 8, verbose: 0 });
    const losses = history.loss as number[];
    assert.ok(losses[29] < losses[0] / 2, `${losses}`);
    const [, accuracy] = model.evaluate(words, labels) as Tensor[];
    assert.ok(accuracy.dataSync()[0] > 0.8);

    const folder = mkdtempSync(join(tmpdir(), "unrolled-fused-"));
    t.after(() => rmSync(folder, { recursive: true }));
    if (tf.getBackend() !== "tensorflow") return t.skip("saving to files needs the native TensorFlow");
    await model.save(`file://${folder}`);
    const loaded = await tf.loadLayersModel(`file://${folder}/model.json`);
    assert.deepEqual(valuesOf(loaded.predict(words)), valuesOf(model.predict(words)));
  });
}

test("training leaves no tensor behind", async () => {
  const model = tf.sequential({
    layers: [
      fusedLstm({ units: H, inputShape: [T, D], returnSequences: true }),
      fusedGru({ units: H, returnSequences: true }),
      fusedSimpleRnn({ units: H }),
    ],
  });
  model.compile({ optimizer: fusedAdam(), loss: "meanSquaredError" });
  const [x, y] = [tf.randomNormal([B, T, D]), tf.zeros([B, H])];
  const counts: number[] = [];
  for (let step = 0; step < 4; step++) {
    await model.trainOnBatch(x, y);
    counts.push(tf.memory().numTensors);
  }
  assert.equal(counts[3], counts[1], `${counts}`);
});

test("fusedAdam makes the steps of tf.train.adam, and each goes on where the other stopped", async () => {
  const shapes = [[D, H], [H]];
  const [ours, theirs] = [0, 1].map(() => shapes.map((shape) => tf.variable(tf.ones(shape))));
  const [mine, plain] = [fusedAdam(0.1, 0.8, 0.9, 0.01), tf.train.adam(0.1, 0.8, 0.9, 0.01)];
  const named = (weights: Variable[], gradients: Tensor[]) =>
    Object.fromEntries(weights.map(({ name }, k) => [name, gradients[k] as Variable]));
  const before = ours[0].clone();
  const step = (first: Optimizer, second: Optimizer): void => {
    const gradients = shapes.map((shape) => tf.randomNormal(shape));
    first.applyGradients(named(ours, gradients));
    second.applyGradients(named(theirs, gradients));
    for (const [k, weight] of ours.entries()) assertNear("weight", weight, theirs[k]);
  };
  for (let k = 0; k < 5; k++) step(mine, plain);
  assert.deepEqual(valuesOf(before), new Array(D * H).fill(1), "a copy keeps its values");
  const [state, other] = [await mine.getWeights(), await plain.getWeights()];
  for (const [k, { tensor }] of state.entries()) assertNear(`state ${k}`, tensor, other[k].tensor);
  const [continued, copied] = [fusedAdam(0.1, 0.8, 0.9, 0.01), tf.train.adam(0.1, 0.8, 0.9, 0.01)];
  await continued.setWeights(other);
  await copied.setWeights(state);
  for (let k = 0; k < 3; k++) step(continued, copied);
});

test("dropout drops the same inputs at each step of a sequence, and none outside training", () => {
  const layer = fusedSimpleRnn({ units: 1, dropout: 0.5, returnSequences: true });
  layer.apply(tf.ones([1, T, 64]));
  layer.setWeights([tf.fill([64, 1], 1 / 64), tf.zeros([1, 1]), tf.zeros([1])]);
  const run = (training: boolean) => valuesOf(layer.apply(tf.ones([1, T, 64]), { training }));
  const dropped = run(true);
  assert.ok(dropped.every((value) => value === dropped[0]));
  assert.notEqual(dropped[0], run(true)[0]);
  assert.ok(run(false).every((value) => Math.abs(value - Math.tanh(1)) < 1e-6));
});

test("what the operations cannot do is refused", () => {
  const layer = (options: object) => () => fusedLstm({ units: H, name: "memory", ...options });
  assert.throws(
    layer({ activation: "relu" }),
    /^Error: memory: .* activation "relu" instead of "tanh"; use tf/,
  );
  assert.throws(
    layer({ recurrentActivation: "hardSigmoid" }),
    /recurrentActivation "hardSigmoid" instead of/,
  );
  for (const option of [{ recurrentDropout: 0.1 }, { returnState: true }, { stateful: true }])
    assert.throws(layer(option), new RegExp(Object.keys(option)[0]));
});

test("on WebAssembly they compute what tf.layers computes", () => {
  const script = `
    const { tf, ready, fusedAdam, fusedLstm } = require(${JSON.stringify(join(__dirname, "../tf.js"))});
    ready.then(async () => {
      const x = tf.randomNormal([2, 5, 3]);
      const [ours, theirs] = [fusedLstm({ units: 4 }), tf.layers.lstm({ units: 4, recurrentActivation: "sigmoid" })];
      ours.apply(x);
      theirs.apply(x);
      theirs.setWeights(ours.getWeights());
      const fitted = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
      fitted.compile({ optimizer: fusedAdam(), loss: "meanSquaredError" });
      for (let step = 0; step < 2; step++) await fitted.trainOnBatch(tf.ones([2, 3]), tf.ones([2, 1]));
      console.log(tf.getBackend(), tf.max(tf.abs(tf.sub(ours.apply(x), theirs.apply(x)))).dataSync()[0]);
    });`;
  const env = { ...process.env, UNROLLED_TF: "wasm" };
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", env });
  assert.equal(stderr, "");
  assert.equal(stdout.trim().split("\n").at(-1), "wasm 0");
});

test("setRandomSeed repeats weights, dropout and the order of batches", async () => {
  const losses = async (): Promise<unknown> => {
    setRandomSeed(42);
    const model = tf.sequential({
      layers: [
        fusedLstm({ units: H, inputShape: [T, D], dropout: 0.2 }),
        tf.layers.dropout({ rate: 0.5 }),
        tf.layers.dense({ units: 1 }),
      ],
    });
    model.compile({ optimizer: "adam", loss: "meanSquaredError" });
    const x = tf.randomNormal([32, T, D]);
    return (await model.fit(x, x.sum([1, 2]), { epochs: 3, batchSize: 4, verbose: 0 })).history.loss;
  };
  assert.deepEqual(await losses(), await losses());
});

/** Same weights, same inputs: same outputs, and the same gradients of L = Σ dhs ⊙ hs by inputs and weights. */
function assertSame(ours: RNN, theirs: RNN, mask?: number[][]): void {
  const x = tf.randomNormal([B, T, D]) as Tensor3D;
  const kwargs = mask && { mask: tf.tensor2d(mask, [B, T], "bool") };
  const run = (layer: RNN, input: Tensor): Tensor => layer.apply(input, kwargs) as Tensor;
  run(theirs, x);
  run(ours, x); // the first call makes a layer's weights
  const [, { shape }] = theirs.getWeights(); // of the recurrent kernel
  const deviation = 1.6 / Math.sqrt(shape[0] as number); // or rounding errors would grow with the steps
  const weights = theirs.getWeights().map((w) => tf.randomNormal(w.shape, 0, deviation));
  theirs.setWeights(weights);
  ours.setWeights(weights);
  assertNear("outputs", run(ours, x), run(theirs, x));
  const dhs = tf.randomNormal(run(ours, x).shape);
  const loss = (layer: RNN) => (input: Tensor) => tf.sum(tf.mul(run(layer, input), dhs));
  assertNear("dx", tf.grad(loss(ours))(x), tf.grad(loss(theirs))(x));
  const [mine, others] = [ours, theirs].map((layer) => {
    const { grads } = tf.variableGrads(() => loss(layer)(x) as never);
    return layer.trainableWeights.map((w) => grads[w.name]);
  });
  for (const [k, weight] of ours.trainableWeights.entries()) assertNear(weight.name, mine[k], others[k]);
}

function assertNear(what: string, ours: Tensor, theirs: Tensor): void {
  assert.deepEqual(ours.shape, theirs.shape, what);
  const expected = valuesOf(theirs);
  valuesOf(ours).forEach((value, k) => {
    const allowed = 2e-5 * Math.max(1, Math.abs(expected[k]));
    assert.ok(Math.abs(value - expected[k]) <= allowed, `${what}[${k}]: ${value}, not ${expected[k]}`);
  });
}

function valuesOf(tensor: unknown): number[] {
  return Array.from((tensor as Tensor).dataSync());
}
