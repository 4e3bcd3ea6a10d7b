import assert from "node:assert/strict";
import { test } from "node:test";
import { matmulTransposeA, matmulTransposeB } from "./matmul";
import { allClose, identity, maxAbs, mean, shape, sum, transpose } from "./matrix";
import { glorot, orthogonal, randomNormal, randomUniform, seeded } from "./random";

test("the stream is sfc32's, computed by its definition with Python's integers", () => {
  const streams = {
    0: [0.31748144353787644, 0.18830282972553158, 0.22070574447598978],
    42: [0.29439390788555, 0.9125655762203799, 0.15283040785296254],
    1099511627783: [0.37596396053116743, 0.6615108188265071, 0.11766926448411508],
  };
  for (const [seed, expected] of Object.entries(streams)) {
    const random = seeded(Number(seed));
    assert.deepEqual(expected, [random.next(), random.next(), random.next()]);
  }
});

test("uniform and normal numbers have their mean, spread and range", () => {
  const random = seeded(2);
  const u = randomUniform(100, 100, -1, 3, random);
  assert.ok(u.data.every((x) => x >= -1 && x < 3));
  assert.ok(Math.abs(mean(u) - 1) < 0.05);
  const z = randomNormal(100, 100, 2, random);
  assert.ok(Math.abs(mean(z)) < 0.1);
  assert.ok(Math.abs(z.data.reduce((t, x) => t + x * x, 0) / 1e4 - 4) < 0.2);
  const beyondTwo = z.data.filter((x) => Math.abs(x) > 4).length / 1e4;
  assert.ok(Math.abs(beyondTwo - 0.0455) < 0.01, `${beyondTwo} lie beyond two standard deviations`);
});

test("a matrix of normal numbers has the bits of single ones, drawn one after the other", () => {
  for (let seed = 0; seed < 300; seed++) {
    const [together, single] = [seeded(seed), seeded(seed)];
    const [rows, cols, std] = [1 + (seed % 7), 1 + ((seed * 11) % 97), [1, 0.1, 2.5][seed % 3]];
    const m = randomNormal(rows, cols, std, together);
    m.data.forEach((x, i) => {
      assert.ok(Object.is(x, single.normal(0, std)), `seed ${seed}, number ${i}`);
    });
    assert.equal(together.next(), single.next(), "and the stream goes on alike");
  }
});

test("integers, choices and shuffles are fair, and the shuffled array stays as it was", () => {
  const random = seeded(3);
  const counts = [0, 0, 0];
  for (let i = 0; i < 3000; i++) counts[random.integer(0, 3)]++;
  assert.ok(
    counts.every((count) => Math.abs(count - 1000) < 120),
    String(counts),
  );
  const items = ["a", "b", "c"];
  const orders = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = random.shuffle(items).join("");
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  assert.deepEqual(items, ["a", "b", "c"]);
  assert.equal(random.shuffle(items).length, 3);
  assert.equal(orders.size, 6);
  assert.ok([...orders.values()].every((count) => Math.abs(count - 1000) < 120));
  assert.ok(items.includes(random.choice(items)));
});

test("orthogonal keeps lengths: square, wide, tall", () => {
  for (const [rows, cols] of [
    [1, 1],
    [5, 5],
    [3, 7],
    [7, 3],
    [100, 100],
  ]) {
    const q = orthogonal(rows, cols, seeded(4));
    assert.equal(shape(q), `[${rows},${cols}]`);
    const product = rows <= cols ? matmulTransposeB(q, q) : matmulTransposeA(q, q);
    assert.ok(allClose(product, identity(Math.min(rows, cols)), 1e-13));
  }
});

test("orthogonal has no preferred direction: the mean of many is 0, of Q₀₀² it is 1/n", () => {
  const random = seeded(5);
  const many = Array.from({ length: 4000 }, () => orthogonal(3, 3, random));
  const meanOf = (f: (q00: number) => number): number => many.reduce((t, q) => t + f(q.data[0]), 0) / 4000;
  assert.ok(Math.abs(meanOf((x) => x)) < 0.03);
  assert.ok(Math.abs(meanOf((x) => x * x) - 1 / 3) < 0.02);
  const trace = many.reduce((t, q) => t + q.data[0] + q.data[4] + q.data[8], 0) / 4000;
  assert.ok(Math.abs(trace) < 0.06);
});

test("glorot stays within its range and reaches out to it", () => {
  const w = glorot(20, 30, seeded(6));
  const r = Math.sqrt(6 / 50);
  assert.ok(maxAbs(w) <= r && maxAbs(w) > 0.95 * r);
  assert.ok(Math.abs(sum(w)) < 30);
  assert.equal(shape(transpose(w)), "[30,20]");
});

test("integer: from low to below high, and normal by Box and Muller from two uniform numbers", () => {
  const random = seeded(7);
  const drawn = new Set(Array.from({ length: 200 }, () => random.integer(3, 7)));
  assert.deepEqual([...drawn].sort(), [3, 4, 5, 6]);
  const [same, other] = [seeded(8), seeded(8)];
  for (let i = 0; i < 10; i++) {
    const [u, v] = [other.next(), other.next()];
    const expected = 5 + 2 * Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
    assert.ok(Math.abs(same.normal(5, 2) - expected) < 1e-12);
  }
});

test("errors name the value", () => {
  assert.throws(() => seeded(-1), /seeded: seed -1: give a whole number/);
  assert.throws(() => seeded(0.5), /seed 0.5/);
  assert.throws(() => seeded(1).integer(3, 3), /integer: from 3 to below 3/);
});
