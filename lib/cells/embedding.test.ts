import assert from "node:assert/strict";
import { test } from "node:test";
import { oneHot } from "../data/text";
import { matmul, matmulTransposeA } from "../matmul";
import { allClose, matrix, scale } from "../matrix";
import { randomNormal, seeded } from "../random";
import * as dropout from "./dropout";
import * as embedding from "./embedding";

const random = seeded(32);
const params = embedding.init({ vocabularySize: 6, embeddingSize: 3 }, random);
const tokens = [4, 0, 4, 5];

test("embedding: the same as a product with one-hot rows, forward and backward", () => {
  const { x, cache } = embedding.forward(params, tokens);
  assert.deepEqual(x, matmul(oneHot(tokens, 6), params.E));
  const dx = randomNormal(4, 3, 1, random);
  const { grads } = embedding.backward(params, cache, dx);
  assert.ok(allClose(grads.E, matmulTransposeA(oneHot(tokens, 6), dx), 1e-15));
});

test("embedding: a token outside of the vocabulary is named", () => {
  assert.throws(() => embedding.forward(params, [0, 6]), /tokens\[1\] is 6; the vocabulary has 0 to 5/);
  assert.throws(() => embedding.forward(params, [0.5]), /tokens\[0\] is 0.5/);
  assert.throws(() => embedding.forward(params, matrix([[1]]) as never), /tokens is not an array of indices/);
});

test("dropout: about the given share is left out, the rest is scaled up, and the gradient goes the same way", () => {
  const h = randomNormal(100, 100, 1, random);
  const { y, cache } = dropout.forward(h, 0.2, random);
  const left = y.data.filter(
    (value, i) => value === h.data[i] / 0.8 || Math.abs(value - h.data[i] * 1.25) < 1e-12,
  );
  const out = y.data.filter((value) => value === 0);
  assert.equal(left.length + out.length, 10_000);
  assert.ok(Math.abs(out.length - 2000) < 160, `${out.length} left out: four standard deviations are 160`);
  assert.deepEqual(dropout.backward(cache, h).dh, y);
  const atTheEdge = { ...random, next: () => 0.5 };
  assert.deepEqual(
    dropout.forward(h, 0.5, atTheEdge).y,
    scale(h, 2),
    "next() < rate leaves out, next() = rate does not",
  );
  assert.throws(() => dropout.forward(h, 1, random), /rate is 1; it must be in \[0, 1\)/);
});
