import assert from "node:assert/strict";
import { test } from "node:test";
import * as rnn from "./cells/rnn";
import { matmul } from "./matmul";
import {
  allClose,
  at,
  identity,
  type Matrix,
  matrix,
  norm,
  row,
  rowVector,
  scale,
  transpose,
} from "./matrix";
import { orthogonal, randomNormal, seeded } from "./random";
import {
  eigenvalues,
  gradientNorms,
  jacobianProducts,
  singularValues,
  spectralNorm,
  spectralRadius,
  stepJacobian,
  withSpectralRadius,
} from "./spectral";

const close = (actual: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
const trace = (m: Matrix): number =>
  Array.from({ length: m.rows }, (_, i) => at(m, i, i)).reduce((a, b) => a + b);

test("eigenvalues of small matrices known by hand", () => {
  assert.deepEqual(
    eigenvalues(
      matrix([
        [2, 0],
        [0, -3],
      ]),
    ).map((l) => l.re),
    [-3, 2],
  );
  const turn = eigenvalues(
    scale(
      matrix([
        [0, -1],
        [1, 0],
      ]),
      0.5,
    ),
  );
  assert.deepEqual(
    turn.map(({ re, im }) => [re + 0, Math.abs(im)]),
    [
      [0, 0.5],
      [0, 0.5],
    ],
  );
  assert.equal(
    spectralRadius(
      matrix([
        [0, 5],
        [0, 0],
      ]),
    ),
    0,
  );
  assert.equal(
    spectralNorm(
      matrix([
        [0, 5],
        [0, 0],
      ]),
    ),
    5,
  );
});

test("eigenvalues of 20 random 64×64 matrices: Σλ = tr A, Σλ² = tr A², in pairs, largest first", () => {
  const random = seeded(1);
  for (let k = 0; k < 20; k++) {
    const m = randomNormal(64, 64, 1 / 8, random);
    const all = eigenvalues(m);
    close(
      all.reduce((total, { re }) => total + re, 0),
      trace(m),
    );
    close(
      all.reduce((total, { re, im }) => total + re * re - im * im, 0),
      trace(matmul(m, m)),
    );
    close(
      all.reduce((total, { im }) => total + im, 0),
      0,
    );
    close(Math.hypot(all[0].re, all[0].im), spectralRadius(m));
    assert.ok(spectralRadius(m) < spectralNorm(m));
  }
});

test("singular values: known ones, of wide and tall matrices, and Σσ² = ‖A‖²", () => {
  assert.deepEqual(
    singularValues(
      matrix([
        [0, -3, 0],
        [2, 0, 0],
      ]),
    ),
    [3, 2],
  );
  const tall = randomNormal(9, 4, 1, seeded(2));
  const sigmas = singularValues(tall);
  assert.equal(sigmas.length, 4);
  close(Math.hypot(...sigmas), norm(tall));
  sigmas.forEach((sigma, k) => {
    close(sigma, singularValues(transpose(tall))[k]);
  });
  for (const sigma of singularValues(orthogonal(16, 16, seeded(3)))) close(sigma, 1);
});

test("withSpectralRadius scales, and says when it cannot", () => {
  const m = withSpectralRadius(randomNormal(64, 64, 1, seeded(4)), 1.5);
  close(spectralRadius(m), 1.5);
  assert.throws(
    () => withSpectralRadius(scale(identity(3), 0), 1),
    /withSpectralRadius: the radius of \[3,3\] is 0/,
  );
});

test("what is not square, or exploded, is refused by name", () => {
  assert.throws(
    () => eigenvalues(matrix([[1, 2, 3]])),
    /eigenvalues: m is \[1,3\], expected \[1,1\]; only a square/,
  );
  assert.throws(() => spectralNorm(matrix([[1, Number.NaN]])), /singularValues: the matrix \[1,2\] has NaN/);
});

test("stepJacobian agrees with finite differences, entry by entry", () => {
  const random = seeded(5);
  const params = rnn.init({ inputSize: 2, hiddenSize: 4 }, random);
  const x = randomNormal(1, 2, 1, random);
  const hPrev = randomNormal(1, 4, 0.5, random);
  const step = (h: Matrix): Matrix => rnn.forward(params, [x], { h }).hs[0];
  const jacobian = stepJacobian(params, step(hPrev));
  for (let j = 0; j < 4; j++) {
    const moved = (by: number): Matrix => step(rowVector(hPrev.data.map((h, k) => (k === j ? h + by : h))));
    const [above, below] = [moved(1e-5), moved(-1e-5)];
    for (let i = 0; i < 4; i++) close(at(jacobian, i, j), (above.data[i] - below.data[i]) / 2e-5, 1e-9);
  }
  assert.throws(() => stepJacobian(params, randomNormal(3, 4, 1, random)), /stepJacobian: h is \[3,4\]/);
});

test("the products of Jacobians are what rnn.backward does", () => {
  const random = seeded(6);
  const params = rnn.init({ inputSize: 2, hiddenSize: 5 }, random);
  const xs = Array.from({ length: 8 }, () => randomNormal(1, 2, 1, random));
  const { hs, cache } = rnn.forward(params, xs);
  const dhs = hs.map((h) => scale(h, 0));
  dhs[7] = randomNormal(1, 5, 1, random);
  const { dState, dhTotals } = rnn.backward(params, cache, dhs);
  const jacobians = hs.map((h) => stepJacobian(params, row(h, 0)));
  const products = jacobianProducts(jacobians);
  assert.equal(products.length, 9);
  [dState.h, ...dhTotals].forEach((dh, t) => {
    assert.ok(allClose(matmul(dhs[7], products[t]), dh, 1e-12));
    close(gradientNorms(jacobians, dhs[7])[t], norm(dh), 1e-12);
  });
});

test("‖∂L/∂h₀‖ over 50 steps: tanh damps what a linear network would explode (mean log₁₀ of five seeds)", () => {
  const expected = { 0.9: [-2.9, -8.7], 1.5: [8.3, -1.0], 2: [14.5, 2.0] };
  const [H, D, T, seeds] = [64, 10, 50, [1, 2, 3, 4, 5]];
  for (const [radius, [linear, withTanh]] of Object.entries(expected)) {
    const logs = seeds.map((seed) => {
      const random = seeded(seed);
      const params = rnn.init({ inputSize: D, hiddenSize: H }, random);
      params.Whh = withSpectralRadius(randomNormal(H, H, 1, random), Number(radius));
      const xs = Array.from({ length: T }, () => randomNormal(1, D, 1, random));
      const direction = randomNormal(1, H, 1, random);
      const dhLast = scale(direction, 1 / norm(direction)); // L = h_T·vᵀ with ‖v‖ = 1
      const { hs } = rnn.forward(params, xs);
      const jacobians = [hs.map(() => transpose(params.Whh)), hs.map((h) => stepJacobian(params, h))];
      return jacobians.map((js) => Math.log10(gradientNorms(js, dhLast)[0]));
    });
    const means = [0, 1].map((k) => logs.reduce((total, log) => total + log[k], 0) / seeds.length);
    close(means[0], linear, 0.5);
    close(means[1], withTanh, 0.5);
  }
});
