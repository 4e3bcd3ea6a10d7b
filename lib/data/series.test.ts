import assert from "node:assert/strict";
import { test } from "node:test";
import { toRows } from "../matrix";
import { seeded } from "../random";
import { batches, padSequences, padTokens, streamBatches, toSequence } from "./batches";
import { load } from "./load";
import { minMaxScaler, standardScaler } from "./scalers";
import { splitInTime } from "./split";
import { oneHot, vocabulary, withoutRepeats } from "./text";
import { windows } from "./windows";

const count = (n: number, from = 0) => Array.from({ length: n }, (_, i) => from + i);

test("splitInTime keeps the order and loses nothing", () => {
  const { train, validation, test } = splitInTime(count(20), { train: 0.7, validation: 0.15 });
  assert.deepEqual([train.start, validation.start, test.start], [0, 14, 17]);
  assert.deepEqual([...train.values, ...validation.values, ...test.values], count(20));
  assert.equal(test.role, "test");
  assert.throws(() => splitInTime(count(20), { train: 0.8, validation: 0.2 }), /leave something/);
});

test("windows of a part stay inside it; with history only inputs reach back", () => {
  const { train, validation, test } = splitInTime(count(20), { train: 0.7, validation: 0.15 });
  const inside = windows(train, { length: 3, horizon: 2, stride: 4 });
  assert.deepEqual(inside.inputs, [
    [0, 1, 2],
    [4, 5, 6],
    [8, 9, 10],
  ]);
  assert.deepEqual(inside.targets, [
    [3, 4],
    [7, 8],
    [11, 12],
  ]);
  const reaching = windows(validation, { length: 5, history: train });
  assert.deepEqual(reaching.inputs[0], [9, 10, 11, 12, 13]);
  assert.deepEqual(reaching.targets, [[14], [15], [16]]);
  assert.deepEqual(reaching.targetStart, [14, 15, 16]);
  assert.throws(() => windows(test, { length: 3 }), /do not hold one window/);
  assert.throws(() => windows(test, { length: 3, history: train }), /ends before index 14.*starts at 17/);
});

test("scalers are fitted on the train part only, and undo themselves", () => {
  const { train, test } = splitInTime([1, 3, 5, 7, 100, 200], { train: 0.67 });
  const standard = standardScaler(train);
  assert.deepEqual([standard.offset, standard.factor], [4, Math.sqrt(5)]);
  const scaled = standard.transform(test);
  assert.equal(scaled.role, "test");
  assert.ok(standard.inverse(scaled.values).every((x, i) => Math.abs(x - test.values[i]) < 1e-12));
  assert.deepEqual(minMaxScaler(train).transform([[1, 7]]), [[0, 1]]);
  assert.throws(() => standardScaler(test), /expected the train part.*got the test part.*leaks/s);
  assert.throws(() => minMaxScaler([1, 2] as never), /got values that are not a part/);
  assert.throws(() => minMaxScaler({ ...train, values: [2, 2] }), /do not vary/);
});

test("batches hold windows as time steps of rows", () => {
  const cut = windows(count(8), { length: 3 });
  const [first, second] = batches(cut, { batchSize: 3 });
  assert.deepEqual(first.xs.map(toRows), [
    [[0], [1], [2]],
    [[1], [2], [3]],
    [[2], [3], [4]],
  ]);
  assert.deepEqual(toRows(first.targets[0] as never), [[3], [4], [5]]);
  assert.equal(second.xs[0].rows, 2);
  const [every] = batches(cut, { batchSize: 2, readout: "every" });
  assert.deepEqual(
    every.targets.map((m) => toRows(m as never)),
    [
      [[1], [2]],
      [[2], [3]],
      [[3], [4]],
    ],
  );
  const shuffled = batches(cut, { batchSize: 1, random: seeded(1) }).map(({ xs }) => xs[0].data[0]);
  assert.deepEqual([...shuffled].sort(), [0, 1, 2, 3, 4]);
  assert.throws(
    () => batches(windows(count(8), { length: 3, horizon: 2 }), { batchSize: 2, readout: "every" }),
    /horizon 1/,
  );
});

test("stream batches continue row by row", () => {
  const [first, second, ...rest] = streamBatches(count(10), { batchSize: 2, length: 2 });
  assert.equal(rest.length, 0);
  assert.deepEqual([first.startsSequence, second.startsSequence], [true, false]);
  assert.deepEqual(first.xs.map(toRows), [
    [[0], [4]],
    [[1], [5]],
  ]);
  assert.deepEqual(second.xs.map(toRows), [
    [[2], [6]],
    [[3], [7]],
  ]);
  assert.deepEqual(
    second.targets.map((m) => toRows(m as never)),
    [
      [[3], [7]],
      [[4], [8]],
    ],
  );
  const [classes] = streamBatches([0, 1, 2, 0, 1], { batchSize: 2, length: 2, classes: 3 });
  assert.deepEqual(toRows(classes.xs[0]), [
    [1, 0, 0],
    [0, 0, 1],
  ]);
  assert.deepEqual(classes.targets, [
    [1, 0],
    [2, 1],
  ]);
  assert.throws(() => streamBatches(count(4), { batchSize: 2, length: 2 }), /too few/);
});

test("sequences of different lengths are padded and masked", () => {
  const { xs, masks } = padSequences([[5], [6, 7]]);
  assert.deepEqual(xs.map(toRows), [
    [[5], [6]],
    [[0], [7]],
  ]);
  assert.deepEqual(masks.map(toRows), [
    [[1], [1]],
    [[0], [1]],
  ]);
  const fixed = padTokens([[5], [6, 7]], { filling: 9, side: "begin", length: 3 });
  assert.deepEqual(fixed.xs, [
    [9, 9],
    [9, 6],
    [5, 7],
  ]);
  assert.deepEqual(fixed.lengths, [1, 2]);
  assert.throws(() => toSequence([[1], [1, 2]]), /input 1 has 2 values, input 0 has 1.*padSequences/);
});

test("text: vocabulary, one-hot rows, repeats", () => {
  const { size, encode, decode } = vocabulary(load("shakespeare").text);
  assert.equal(size, 65);
  assert.equal(decode(encode("To be\n")), "To be\n");
  assert.throws(() => encode("é"), /no "é"/);
  assert.deepEqual(toRows(oneHot([2, 0], 3)), [
    [0, 0, 1],
    [1, 0, 0],
  ]);
  assert.throws(() => oneHot([3], 3), /index 3 in row 0/);
  assert.equal(withoutRepeats(load("surnames")).rows, 18012);
  assert.equal(withoutRepeats(load("names")).rows, 29494);
});
