import assert from "node:assert/strict";
import { test } from "node:test";
import * as a from "./activations";
import { add, allClose, map, matrix, rowVector, scale, subtract, toRows } from "./matrix";

test("each derivative, from the output, agrees with the slope of its function", () => {
  const x = rowVector([-3, -1.5, -0.2, 0.1, 0.7, 2]);
  const pairs = { tanh: [a.tanh, a.dTanh], sigmoid: [a.sigmoid, a.dSigmoid], relu: [a.relu, a.dRelu] };
  for (const [name, [f, d]] of Object.entries(pairs)) {
    const epsilon = map(x, () => 1e-6);
    const slope = scale(subtract(f(add(x, epsilon)), f(subtract(x, epsilon))), 1 / 2e-6);
    assert.ok(allClose(d(f(x)), slope, 1e-9), name);
  }
});

test("fixed values, and none that overflows", () => {
  const s = a.sigmoid(rowVector([-1000, 0, Math.log(3), 1000]));
  assert.ok(allClose(s, rowVector([0, 0.5, 0.75, 1]), 1e-15));
  assert.deepEqual(toRows(a.relu(rowVector([-2, 0, 3]))), [[0, 0, 3]]);
  assert.deepEqual(toRows(a.dRelu(rowVector([0, 3]))), [[0, 1]]);
  const p = a.softmax(
    matrix([
      [0, Math.log(3)],
      [1000, 1000],
    ]),
  );
  assert.ok(
    allClose(
      p,
      matrix([
        [0.25, 0.75],
        [0.5, 0.5],
      ]),
      1e-15,
    ),
  );
});
