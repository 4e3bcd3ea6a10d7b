import assert from "node:assert/strict";
import { test } from "node:test";
import { leastSquares } from "./leastSquares";
import { matmul, matmulTransposeA } from "./matmul";
import { add, allClose, concatCols, matrix, maxAbs, scale, sliceCols, subtract } from "./matrix";
import { randomNormal, seeded } from "./random";

test("a line through points on a line is that line", () => {
  const x = matrix([
    [0, 1],
    [1, 1],
    [3, 1],
  ]);
  assert.ok(allClose(leastSquares(x, matrix([[5], [7], [11]])), matrix([[2], [5]]), 1e-12));
});

test("what is left over stands at right angles to every column, and any other weights are worse", () => {
  const random = seeded(5);
  const [x, y] = [randomNormal(40, 6, 1, random), randomNormal(40, 3, 1, random)];
  const w = leastSquares(x, y);
  assert.deepEqual([w.rows, w.cols], [6, 3]);
  const residual = subtract(matmul(x, w), y);
  assert.ok(maxAbs(matmulTransposeA(x, residual)) < 1e-12);
  const size = (r: typeof y) => r.data.reduce((sum, value) => sum + value * value, 0);
  const other = add(w, scale(randomNormal(6, 3, 1, random), 0.01));
  assert.ok(size(subtract(matmul(x, other), y)) > size(residual));
});

test("columns far from zero cost few digits: a trend on 400", () => {
  const t = Array.from({ length: 200 }, (_, i) => i);
  const x = matrix(t.map((i) => [400 + 1e-4 * i, 1]));
  const w = leastSquares(x, matrix(t.map((i) => [2 * (400 + 1e-4 * i) - 7])));
  assert.ok(allClose(w, matrix([[2], [-7]]), 1e-5));
});

test("what does not determine the weights is refused, with shapes", () => {
  const x = randomNormal(10, 3, 1, seeded(1));
  const twice = concatCols(x, sliceCols(x, 0, 1));
  assert.throws(() => leastSquares(twice, x), /x \[10,4\] does not determine 4 weights.*leave out columns/);
  assert.throws(
    () => leastSquares(matrix([[1, 2]]), matrix([[1]])),
    /x \[1,2\] does not determine 2 weights/,
  );
  assert.throws(() => leastSquares(x, matrix([[1]])), /x \[10,3\] and y \[1,1\]: give one row of y/);
});
