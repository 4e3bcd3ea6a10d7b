import assert from "node:assert/strict";
import { test } from "node:test";
import { matmul, matmulTransposeA, matmulTransposeB } from "./matmul";
import * as m from "./matrix";
import { randomNormal, seeded } from "./random";

const random = seeded(1);
const sizes = (): [number, number, number] => [
  random.integer(1, 10),
  random.integer(1, 10),
  random.integer(1, 10),
];
const normal = (rows: number, cols: number): m.Matrix => randomNormal(rows, cols, 1, random);
const same = (a: m.Matrix, b: m.Matrix): void => assert.ok(m.allClose(a, b, 1e-12), "matrices differ");

test("matmul agrees with the sum in its definition, for all sizes around the unrolling by four", () => {
  for (let round = 0; round < 50; round++) {
    const [n, k, o] = sizes();
    const [a, b] = [normal(n, k), normal(k, o)];
    const byDefinition = m.generate(n, o, (i, j) => {
      return Array.from({ length: k }, (_, s) => m.at(a, i, s) * m.at(b, s, j)).reduce((x, y) => x + y, 0);
    });
    same(matmul(a, b), byDefinition);
    same(matmulTransposeA(m.transpose(a), b), byDefinition);
    same(matmulTransposeB(a, m.transpose(b)), byDefinition);
  }
});

test("the laws of matrix algebra hold on random matrices", () => {
  for (let round = 0; round < 20; round++) {
    const [n, k, o] = sizes();
    const [a, b, c] = [normal(n, k), normal(k, o), normal(k, o)];
    same(matmul(a, m.add(b, c)), m.add(matmul(a, b), matmul(a, c)));
    same(m.transpose(matmul(a, b)), matmul(m.transpose(b), m.transpose(a)));
    same(m.transpose(m.transpose(a)), a);
    same(matmul(m.identity(n), a), a);
    same(m.subtract(m.add(b, c), c), b);
    same(
      m.scale(b, 3),
      m.multiply(
        b,
        m.generate(k, o, () => 3),
      ),
    );
    same(m.sumRows(a), matmul(m.ones(1, n), a));
    assert.ok(Math.abs(m.norm(a) ** 2 - m.sum(m.multiply(a, a))) < 1e-10);
    assert.ok(m.norm(matmul(a, b)) <= m.norm(a) * m.norm(b) + 1e-12);
    assert.ok(Math.abs(Math.hypot(...m.rowNorms(a)) - m.norm(a)) < 1e-12);
    same(m.concatCols(m.sliceCols(m.concatCols(b, c), 0, o), c), m.concatCols(b, c));
  }
});

test("one row or one column is used for every row or column", () => {
  const a = m.matrix([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  assert.deepEqual(m.toRows(m.add(a, m.rowVector([10, 20]))), [
    [11, 22],
    [13, 24],
    [15, 26],
  ]);
  assert.deepEqual(m.toRows(m.multiply(a, m.matrix([[1], [0], [2]]))), [
    [1, 2],
    [0, 0],
    [10, 12],
  ]);
  assert.deepEqual(m.toRows(m.subtract(m.rowVector([1, 2]), m.rowVector([1, 2]))), [[0, 0]]);
});

test("making and reading matrices", () => {
  const a = m.matrix([
    [1, -2, 3],
    [4, 5, -6],
  ]);
  assert.equal(m.shape(a), "[2,3]");
  assert.equal(m.at(a, 1, 2), -6);
  assert.deepEqual(m.toRows(m.row(a, 1)), [[4, 5, -6]]);
  assert.deepEqual(m.toRows(m.sliceRows(a, 0, 1)), [[1, -2, 3]]);
  assert.deepEqual(m.toRows(m.sliceCols(a, 1, 3)), [
    [-2, 3],
    [5, -6],
  ]);
  assert.equal(m.sum(a), 5);
  assert.equal(m.mean(a), 5 / 6);
  assert.equal(m.maxAbs(a), 6);
  assert.equal(m.maxAbs(m.rowVector([1, Number.NaN])), Number.NaN);
  const b = m.copy(a);
  m.addInPlace(b, a, -1);
  assert.equal(m.norm(b), 0);
  assert.equal(m.at(a, 0, 0), 1, "the copy's change does not reach the original");
  assert.ok(!m.allClose(a, m.transpose(a)));
  assert.ok(!m.allClose(m.rowVector([Number.NaN]), m.rowVector([Number.NaN])));
  assert.deepEqual(structuredClone(a), a);
});

test("errors say where, expected, got and what next", () => {
  const [a, b] = [m.zeros(32, 8), m.zeros(9, 16)];
  const next = "inner sizes 8 and 9 differ; check the order of the two, and the sizes they were made with";
  assert.throws(() => matmul(a, b), { message: `matmul: a [32,8] · b [9,16]: ${next}` });
  assert.throws(
    () => matmulTransposeA(a, b),
    /^Error: matmulTransposeA: a \[32,8\]ᵀ · b \[9,16\]: inner sizes 32 and 9/,
  );
  assert.throws(() => matmulTransposeB(a, b), /a \[32,8\] · b \[9,16\]ᵀ: inner sizes 8 and 16 differ/);
  const fits = "shapes differ; b must be [32,8], [1,8] or [32,1]";
  assert.throws(() => m.add(a, b), { message: `add: a [32,8] + b [9,16]: ${fits}` });
  assert.throws(() => m.subtract(m.zeros(1, 8), a), /subtract: a \[1,8\] − b \[32,8\]/);
  assert.throws(() => m.addInPlace(a, b), /addInPlace: a is \[9,16\], expected \[32,8\]/);
  assert.throws(() => m.zeros(2.5, 3), /shape \[2.5,3\]: rows and cols must be whole numbers/);
  assert.throws(() => m.matrix([[1, 2], [3]]), /row 1 has 1 numbers, row 0 has 2/);
  assert.throws(() => m.matrix([]), /shape \[0,0\]/);
  assert.throws(() => m.at(a, 32, 0), /\(32,0\) is outside of \[32,8\]/);
  assert.throws(() => m.row(a, 40), /rows 40…41 of \[32,8\]: need 0 ≤ from < to ≤ 32/);
  assert.throws(() => m.concatCols(a, b), /concatCols: \[32,8\], \[9,16\]: rows 32 and 9 differ/);
  const state = undefined as unknown as m.Matrix;
  assert.throws(
    () => m.expectShape("f", "state.h", state, [1, 2]),
    /f: state.h is not a matrix, expected .*\[1,2\]/,
  );
});
