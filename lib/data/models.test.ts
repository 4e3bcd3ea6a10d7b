import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as lstm from "../cells/lstm";
import { softmaxCrossEntropy } from "../losses";
import { matrix } from "../matrix";
import { recurrentModel } from "../model";
import { seeded } from "../random";
import { loadParams, saveParams } from "./models";

const folder = mkdtempSync(join(tmpdir(), "unrolled-models-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

const model = (hiddenSize: number, seed: number) =>
  recurrentModel(
    {
      ...{ cell: lstm, inputSize: 5, embeddingSize: 3, hiddenSize, outputSize: 5, readout: "every" },
      ...{ loss: softmaxCrossEntropy, arithmetic: "float32" },
    },
    seeded(seed),
  );

test("saved parameters of a float32 model come back to the bit, in a new record and in a model's own", () => {
  const [first, second] = [model(4, 1), model(4, 2)];
  saveParams("small", first.params, "untrained", folder);
  const params = loadParams("small", second.params, folder);
  for (const [name, m] of Object.entries(first.params)) {
    assert.deepEqual(
      { ...params[name] },
      { rows: m.rows, cols: m.cols, data: Float64Array.from(m.data) },
      name,
    );
    assert.deepEqual([...second.params[name].data], [...m.data], name);
  }
  const xs = [
    [0, 1],
    [2, 3],
  ];
  const outputs = [first, second].map((one) => one.predict(one.params, xs).ys.map((y) => [...y.data]));
  assert.deepEqual(outputs[0], outputs[1]);
});

test("other numbers are rounded to float32, and what is not a number is refused", () => {
  saveParams("rounded", { w: matrix([[0.1, 1e-3]]) }, "", folder);
  assert.deepEqual([...loadParams("rounded", undefined, folder).w.data], [0.1, 1e-3].map(Math.fround));
  assert.throws(
    () => saveParams("bad", { w: matrix([[1, Number.NaN]]) }, "", folder),
    /saveParams: w holds NaN/,
  );
});

test("a model that is missing, damaged or of another size says so", () => {
  saveParams("small", model(4, 1).params, "untrained", folder);
  assert.throws(() => loadParams("large", undefined, folder), /no model "large".*there are .*small/);
  assert.throws(() => loadParams("../small", undefined, folder), /letters, digits and - only/);
  const sizes = /Who is \[4,4\], expected \[6,6\]|is \[.*\], expected \[.*\].*sizes of the saved one/;
  assert.throws(() => loadParams("small", model(6, 1).params, folder), sizes);
  assert.throws(
    () => loadParams("small", { w: matrix([[1]]) }, folder),
    /the model has w; build the same kind/,
  );
  const file = join(folder, "small.json");
  writeFileSync(file, readFileSync(file, "utf8").replace(/"float32": "..../, '"float32": "'));
  assert.throws(
    () => loadParams("small", undefined, folder),
    /damaged: E has 57 bytes, expected 60 for \[5,3\]/,
  );
});
