import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { matmul, matmulTransposeA, matmulTransposeB } from "./matmul";
import { generate, type Matrix, transpose } from "./matrix";
import { randomNormal, seeded } from "./random";

const shapes = [
  [1, 1, 1],
  [3, 5, 2],
  [1, 100, 37],
  [7, 13, 9],
  [5, 1, 41],
  [33, 50, 54],
  [200, 210, 190], // needs more memory than the engine starts with
];

/** The definition: each sum in the order of k. */
function byDefinition(a: Matrix, b: Matrix): Matrix {
  return generate(a.rows, b.cols, (i, j) => {
    let sum = 0;
    for (let k = 0; k < a.cols; k++) sum += a.data[i * a.cols + k] * b.data[k * b.cols + j];
    return sum;
  });
}

for (const [n, k, m] of shapes) {
  test(`the three products have the bits of the definition, [${n},${k}]·[${k},${m}]`, () => {
    const random = seeded(n + k + m);
    const [a, b] = [randomNormal(n, k, 1, random), randomNormal(k, m, 1, random)];
    const expected = byDefinition(a, b);
    assert.deepEqual(matmul(a, b), expected);
    assert.deepEqual(matmulTransposeA(transpose(a), b), expected);
    assert.deepEqual(matmulTransposeB(a, transpose(b)), expected);
  });
}

test("without SIMD the products have the same bits, and that is said once", () => {
  const code = `
    const [without] = process.argv.slice(1);
    if (without === "yes") WebAssembly.validate = () => false;
    const { matmul, randomNormal, seeded } = require("./index.js");
    const random = seeded(1);
    const [a, b] = [randomNormal(20, 30, 1, random), randomNormal(30, 20, 1, random)];
    console.log(matmul(a, b).data.join(), matmul(b, a).data.join());`;
  const run = (without: string) =>
    spawnSync(process.execPath, ["-e", code, without], { cwd: join(__dirname), encoding: "utf8" });
  const [fast, plain] = [run("no"), run("yes")];
  assert.equal(fast.stderr, "");
  assert.equal(plain.stderr.match(/no WebAssembly SIMD/g)?.length, 1);
  assert.equal(plain.stdout, fast.stdout);
  assert.ok(fast.stdout.length > 1000);
});
