import assert from "node:assert/strict";
import { test } from "node:test";
import { tableBundle } from "./table";

test("a table is Markdown, and text in columns", () => {
  const rows = [
    ["right", 0.15149, 12],
    ["a|b", -2e-7, null],
  ];
  const table = tableBundle(["gate", "loss $L$", "seeds"], rows, 3);
  assert.equal(
    table["text/markdown"],
    "| gate | loss $L$ | seeds |\n|---|---:|---:|\n| right | 0.151 | 12 |\n| a\\|b | −2.0e−7 |  |",
  );
  assert.equal(table["text/plain"], "gate     loss L   seeds\nright     0.151      12\na|b     −2.0e−7");
});

test("a column of whole numbers has no digits, any other has them in every row", () => {
  const rows = [
    [3, 4, 1e20],
    [2000000, 0.5, 1.5],
  ];
  assert.equal(
    tableBundle(["k", "x", "y"], rows, 2)["text/plain"],
    "      k      x         y\n      3   4.00   1.0e+20\n2000000   0.50      1.50",
  );
});

test("digits for each column", () => {
  const table = tableBundle(["a", "b"], [[1.25, 1.25]], [1, 2]);
  assert.equal(table["text/plain"].split("\n")[1], "1.3   1.25");
});

test("a row of the wrong length says which", () => {
  assert.throws(
    () => tableBundle(["seed", "loss"], [[1]], 3),
    /row 0 has 1 cells, expected 2; give one for each of seed, loss/,
  );
});
