import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import ts from "@tslab/typescript-for-tslab";

// Notebooks are checked by TypeScript 5.0.4, the library's declarations are written by a newer one. What 5.0.4 cannot
// read it takes for `any`, without a word, and the cell is no longer checked.

const root = resolve(__dirname, "../../..");
const declarations = join(root, "lib/dist");

/** What TypeScript 5.0.4 has to say about a cell, one line for each complaint. */
function complaints(source: string): string[] {
  const cell = join(root, "notebooks/consumer.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2020,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    esModuleInterop: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === cell || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === cell
      ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2020)
      : getSourceFile.call(host, name, ...rest);
  const program = ts.createProgram([cell], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map((d) => `${d.file?.fileName ?? ""} ${ts.flattenDiagnosticMessageText(d.messageText, "\n")}`);
}

const consumer = `
import { adam, dense, gru, lstm, matmul, matrix, meanSquaredError, recurrentModel, rnn, seeded, softmaxCrossEntropy,
  train, truncatedBptt, type Batch, type Chunk, type Matrix, type Params, type Trace } from "unrolled";
import { checkClose } from "unrolled/check";
import { tf } from "unrolled/tf";

type IsAny<T> = 0 extends 1 & T ? true : false;
type MustBe<Expected, T> = IsAny<T> extends true ? never : T extends Expected ? true : never;
const data: MustBe<Float64Array, Matrix["data"]> = true;
const product: MustBe<Matrix, ReturnType<typeof matmul>> = true;
const hs: MustBe<Matrix[], ReturnType<typeof rnn.forward>["hs"]> = true;
const cells: MustBe<Matrix[], ReturnType<typeof lstm.forward>["hs"] & ReturnType<typeof gru.forward>["hs"]> = true;
const dh: MustBe<Matrix, ReturnType<typeof dense.backward>["dh"]> = true;
const check: MustBe<void, ReturnType<typeof checkClose>> = true;
const tensor: MustBe<string, typeof tf.version.tfjs> = true;
const trace: MustBe<Promise<Trace>, ReturnType<typeof train>> = true;

async function learn(): Promise<number> {
  const random = seeded(1);
  const sizes = { inputSize: 1, hiddenSize: 4, outputSize: 1 };
  const model = recurrentModel(
    { cell: rnn, ...sizes, readout: "last", loss: meanSquaredError, cellOptions: { recurrent: "identity" } }, random);
  recurrentModel({ cell: lstm, ...sizes, readout: "every", loss: softmaxCrossEntropy }, random);
  const batch: Batch = { xs: [matrix([[1]])], targets: [matrix([[2]])] };
  const settings = { steps: 2, optimizer: adam({ learningRate: 0.1 }) };
  const lossAndGrads = (params: Params, b: Batch) => model.lossAndGrads(params, b);
  await train({ params: model.params, lossAndGrads, batches: [batch], ...settings });
  const { loss } = await train({ ...model, batches: [batch], ...settings });
  const tokens = recurrentModel(
    { cell: lstm, ...sizes, embeddingSize: 2, readout: "every", loss: softmaxCrossEntropy }, random);
  const pieces: Chunk<number[]>[] = [{ xs: [[0]], targets: [[0]], startsSequence: true }];
  await train({ params: tokens.params, lossAndGrads: truncatedBptt(tokens), batches: pieces, ...settings });
  return loss[1];
}
`;

test("a strict notebook cell reads the library's types with TypeScript 5.0.4, and none became any", () => {
  assert.equal(ts.version, "5.0.4");
  assert.deepEqual(complaints(consumer), []);
});

const mistaken = `
import { matmul, matrix, meanSquaredError, recurrentModel, rnn, seeded } from "unrolled";
matmul([[1]], [[2]]);
const first: string = matrix([[1]]).data[0];
const sizes = { inputSize: 1, hiddenSize: 4, outputSize: 1, readout: "last" as const };
const options = { cell: rnn, ...sizes, loss: meanSquaredError };
recurrentModel({ ...options, cellOptions: { recurent: "identity" } }, seeded(1));
`;

test("and it says what is wrong in one: an array for a matrix, a wrong type, a misspelled option", () => {
  const [array = "", type = "", option = "", ...others] = complaints(mistaken);
  assert.match(array, /not assignable to parameter of type 'Matrix'/);
  assert.match(type, /Type 'number' is not assignable to type 'string'/);
  assert.match(option, /'recurent' does not exist|recurrent/);
  assert.deepEqual(others, []);
});

test("no declaration names a typed array with a type argument, which 5.0.4 turns into any", () => {
  const files = (readdirSync(declarations, { recursive: true }) as string[]).filter((f) =>
    f.endsWith(".d.ts"),
  );
  assert.ok(files.length > 15);
  for (const file of files) {
    const found = readFileSync(join(declarations, file), "utf8").match(
      /\b(Float|Int|Uint|BigInt)\w*Array<.*/,
    );
    assert.equal(found, null, `${file}: annotate ${found?.[0]}`);
  }
});
