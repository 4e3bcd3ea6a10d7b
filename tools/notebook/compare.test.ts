import assert from "node:assert/strict";
import { test } from "node:test";
import { compareJson, compareNotebooks, compareOutputs, sameText } from "./compare";
import { codeCell, type Notebook, type Output } from "./format";

const printed = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const figure = (json: unknown): Output => ({
  output_type: "display_data",
  data: { "application/vnd.plotly.v1+json": json, "text/plain": "alt" },
  metadata: {},
});

test("numbers may differ in their last digits, text may not", () => {
  assert.ok(sameText("loss 0.12345678901", "loss 0.12345678902"));
  assert.ok(sameText("loss 0.1234", "loss 0.1235"));
  assert.ok(sameText("1.2e-17", "-3e-18"));
  assert.ok(!sameText("loss 0.1234", "loss 0.1236"));
  assert.ok(!sameText("12 steps", "13 steps"));
  assert.ok(!sameText("0.12", "0.13"));
  assert.ok(!sameText("a 1", "b 1"));
  assert.ok(!sameText("1 2", "1"));
});

test("a difference shows the lines that changed", () => {
  assert.deepEqual(compareOutputs([printed("a\nb\nc\n")], [printed("a\nx\nc\n")]), ["- b", "+ x"]);
  assert.deepEqual(compareOutputs([printed("a\n"), printed("b\n")], [printed("a\nb\n")]), []);
  assert.deepEqual(compareOutputs([], [printed("a")]), ["+ a"]);
  const error: Output = { output_type: "error", ename: "Error", evalue: "no", traceback: ["here"] };
  assert.deepEqual(compareOutputs([error], [{ ...error, traceback: ["there"] }]), []);
  assert.deepEqual(compareOutputs([error], []), ["- Error: no"]);
});

test("figures are compared by their numbers, not by their picture", () => {
  const one = figure({ data: [{ y: [1, 2] }], layout: { title: "loss" } });
  const close = figure({ data: [{ y: [1, 2.0000000001] }], layout: { title: "loss" } });
  assert.deepEqual(compareOutputs([one], [close]), []);
  const far = figure({ data: [{ y: [1, 3] }], layout: { title: "loss" } });
  assert.deepEqual(compareOutputs([one], [far]), [
    "- figure 1.data[0].y[1]: 2",
    "+ figure 1.data[0].y[1]: 3",
  ]);
  assert.deepEqual(compareOutputs([one], []), ["- alt", "- figures: 1", "+ figures: 0"]);
  assert.deepEqual(compareJson({ a: [1] }, { a: [1, 2] }, "f"), ["- f.a[1]: (nothing)", "+ f.a[1]: 2"]);
});

test("packed numbers are compared like a list's, within the same tolerance", () => {
  const packed = (numbers: Float32Array | Float64Array, dtype: string, shape = "1,2"): unknown => ({
    dtype,
    shape,
    bdata: Buffer.from(numbers.buffer).toString("base64"),
  });
  for (const [dtype, Type] of [
    ["f4", Float32Array],
    ["f8", Float64Array],
  ] as const) {
    const one = packed(new Type([1, 2]), dtype);
    assert.deepEqual(compareJson(one, packed(new Type([1, 2 + 2.4e-7]), dtype), "z"), []);
    const far = compareJson(one, packed(new Type([1, 3]), dtype), "z");
    assert.deepEqual(far, ["- z.values[1]: 2", "+ z.values[1]: 3"]);
    assert.equal(compareJson(one, packed(new Type([1, 2]), dtype, "2,1"), "z").length, 2);
    assert.equal(compareJson(one, packed(new Type([1, 2, 3]), dtype), "z").length, 2);
  }
});

test("volatile cells are not compared", () => {
  const notebook = (text: string): Notebook => ({
    cells: [
      { ...codeCell("a", "", { tags: ["volatile"] }), outputs: [printed(text)] },
      { ...codeCell("b", ""), outputs: [printed(text)] },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
  const found = compareNotebooks(notebook("x"), notebook("y"));
  assert.deepEqual(
    found.map(({ number, cell }) => [number, cell.id]),
    [[2, "b"]],
  );
});

test("exact: what is printed must be the same to the last digit", () => {
  const [before, after] = [[printed("off by 1e-16")], [printed("off by 8e-17")]];
  assert.deepEqual(compareOutputs(before, after), []);
  assert.deepEqual(compareOutputs(before, after, true), ["- off by 1e-16", "+ off by 8e-17"]);
});

test("a gap in a figure's numbers is like a gap", () => {
  const values = {
    dtype: "f4",
    bdata: Buffer.from(new Float32Array([1, Number.NaN]).buffer).toString("base64"),
  };
  const none = { ...values, bdata: Buffer.from(new Float32Array([1, 2]).buffer).toString("base64") };
  assert.deepEqual(compareJson(values, { ...values }, "z"), []);
  assert.notDeepEqual(compareJson(values, none, "z"), []);
});
