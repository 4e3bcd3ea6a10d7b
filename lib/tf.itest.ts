import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

/** Trains what the lessons train, two steps each, and prints the backend, the losses and one exact result. */
const script = `
const { tf, ready, backend, fusedAdam, fusedLstm } = require(${JSON.stringify(join(__dirname, "tf.js"))});
async function losses(layers, xs, ys, loss, optimizer = "adam") {
  const model = tf.sequential({ layers });
  model.compile({ optimizer, loss });
  const { history } = await model.fit(xs, ys, { epochs: 2, batchSize: 4, verbose: 0 });
  return history.loss;
}
(async () => {
  await ready;
  const L = tf.layers;
  const series = tf.randomNormal([8, 5, 1]);
  const words = tf.randomUniform([8, 5], 0, 9, "int32");
  const seven = tf.randomNormal([7, 5, 1]); // the last batch is odd
  const labels = tf.oneHot(tf.randomUniform([8], 0, 3, "int32"), 3).cast("float32");
  const results = {
    lstm: await losses([L.lstm({ units: 4, inputShape: [5, 1] }), L.dense({ units: 1 })], series, tf.ones([8, 1]), "meanSquaredError"),
    fused: await losses([fusedLstm({ units: 128, inputShape: [5, 1], recurrentInitializer: "glorotUniform" }), L.dense({ units: 1 })],
      seven, tf.ones([7, 1]), "meanSquaredError", fusedAdam()),
    embedding: await losses([L.embedding({ inputDim: 9, outputDim: 3, inputLength: 5, maskZero: true }), L.simpleRNN({ units: 4 }),
      L.dropout({ rate: 0.2 }), L.dense({ units: 3, activation: "softmax" })], words, labels, "categoricalCrossentropy"),
  };
  const gradient = tf.grad((table) => tf.gather(table, tf.tensor1d([2, 0, 2], "int32")).mul(tf.tensor2d([[1], [10], [100]])).sum());
  const sums = Array.from(gradient(tf.zeros([3, 2])).dataSync());
  console.log(JSON.stringify({ backend, engine: tf.getBackend(), results, sums }));
})();
`;

function run(env: Record<string, string>): { lines: string[]; stderr: string } {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", script], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  assert.equal(status, 0, stderr);
  return { lines: stdout.trim().split("\n"), stderr };
}

function expectTraining(line: string, backend: string): void {
  const report = JSON.parse(line);
  assert.equal(report.backend, backend);
  assert.equal(report.engine, backend === "wasm" ? "wasm" : "tensorflow");
  for (const losses of Object.values<number[]>(report.results)) {
    assert.ok(losses.length === 2 && losses.every(Number.isFinite), line);
  }
  assert.deepEqual(report.sums, [10, 10, 0, 0, 101, 101]);
}

test("WebAssembly trains LSTM, RNN and embedding, and says once that it runs", () => {
  const { lines, stderr } = run({ UNROLLED_TF: "wasm" });
  assert.equal(lines.length, 2, lines.join("\n"));
  assert.match(lines[0], /runs on WebAssembly \(UNROLLED_TF=wasm\)/);
  expectTraining(lines[1], "wasm");
  assert.equal(stderr, "");
});

test("native TensorFlow trains the same, without chatter", (t) => {
  const { lines, stderr } = run({ UNROLLED_TF: "" });
  if (lines[0].includes("WebAssembly")) {
    t.skip(`native TensorFlow is not installed: ${lines[0]}`);
    return;
  }
  assert.match(lines[0], /^TensorFlow\.js 4\.22\.0 runs natively$/);
  expectTraining(lines[1], "native");
  assert.equal(stderr, "");
});

test("a wrong UNROLLED_TF is refused", () => {
  const env = { ...process.env, UNROLLED_TF: "gpu" };
  const { stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", env });
  assert.match(stderr, /UNROLLED_TF is "gpu"; set it to wasm/);
});

test("the types are read by the notebooks' TypeScript 5.0.4, strictly", (t) => {
  const folder = mkdtempSync(join(__dirname, "types-")); // below node_modules/unrolled's parent, so imports resolve
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "cell.ts");
  const cell = `
    import { tf, ready, backend, fusedLstm, setRandomSeed, type Backend } from "unrolled/tf";
    import { load, lineFigure, show, checkClose, splitInTime, standardScaler, batches, windows } from "unrolled";
    const name: Backend = await ready;
    const x = tf.tensor1d([1, 2]);
    const sum: number = x.sum().dataSync()[0];
    const model = tf.sequential({ layers: [tf.layers.lstm({ units: 2, inputShape: [3, 1] })] });
    setRandomSeed(42);
    model.add(fusedLstm({ units: 2, returnSequences: true }));
    // @ts-expect-error: options are those of tf.layers.lstm
    fusedLstm({ unit: 2 });
    const { sunspots } = load("sunspots").columns;
    const { train } = splitInTime(sunspots, { train: 0.7 });
    const scaled: number[] = standardScaler(train).transform(train).values;
    const data: Float64Array = batches(windows(scaled, { length: 3 }), { batchSize: 2 })[0].xs[0].data;
    // @ts-expect-error: months are text, so this line proves that columns are not any
    const month: number = load("sunspots").columns.month[0];
    // @ts-expect-error: and that data is not any
    const text: string = data;
    // @ts-expect-error: and that tf is not any
    tf.noSuchOperation();
    show(lineFigure({ title: "", x: { label: "" }, y: { label: "" }, series: [{ name, values: data }] }));
    checkClose("sum", sum, 3);
    void [backend, model, month, text];
    export {};
  `;
  writeFileSync(file, cell);
  const compiler = join(dirname(require.resolve("@tslab/typescript-for-tslab/package.json")), "bin", "tsc");
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "ES2022", "--module", "ES2022"];
  const types = ["--moduleResolution", "node", "--types", "node", "--typeRoots", nodeTypes()];
  const outcome = spawnSync(process.execPath, [compiler, ...options, ...types, file], { encoding: "utf8" });
  assert.equal(outcome.stdout, "");
  assert.equal(outcome.status, 0);
});

function nodeTypes(): string {
  return dirname(dirname(require.resolve("@types/node/package.json")));
}
