import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "../random";
import { assertNoLeaks, findLeaks, type Leak, type Prepared } from "./leaks";
import { load } from "./load";
import { minMaxScaler, standardScaler } from "./scalers";
import { type Part, splitInTime } from "./split";
import { type Windows, windows } from "./windows";

const series = load("airline").columns.passengers;
const kinds = (leaks: Leak[]) => leaks.map(({ kind }) => kind);

function honest(values: number[], horizon = 1): Prepared {
  const { train, test } = splitInTime(values, { train: 0.67 });
  const scaler = standardScaler(train);
  const [past, future] = [scaler.transform(train), scaler.transform(test)];
  return {
    train: windows(past, { length: 12, horizon }),
    test: windows(future, { length: 12, horizon, history: past }),
  };
}

const pick = ({ inputs, targets, targetStart }: Windows, chosen: number[]): Windows => ({
  inputs: chosen.map((i) => inputs[i]),
  targets: chosen.map((i) => targets[i]),
  targetStart: chosen.map((i) => targetStart[i]),
});
const inOrder = (n: number) => Array.from({ length: n }, (_, i) => i);

test("an honest preparation has no leaks, whatever the horizon and the order of the training windows", () => {
  for (const horizon of [1, 6])
    assert.deepEqual(
      findLeaks((x) => honest(x, horizon), series),
      [],
    );
  const mixed = (values: number[]): Prepared => {
    const { train, test } = honest(values);
    return { train: pick(train, seeded(1).shuffle(inOrder(train.inputs.length))), test };
  };
  assert.doesNotThrow(() => assertNoLeaks(mixed, series));
});

test("a scaler that peeks into the future is caught, of either kind", () => {
  for (const fit of [minMaxScaler, standardScaler]) {
    const peeking = (values: number[]): Prepared => {
      const all: Part = { role: "train", values, start: 0 };
      const { train, test } = splitInTime(fit(all).transform(values), { train: 0.67 });
      return { train: windows(train, { length: 12 }), test: windows(test, { length: 12, history: train }) };
    };
    const leaks = findLeaks(peeking, series);
    assert.deepEqual(kinds(leaks), ["peeking scaler"]);
    assert.match(leaks[0].message, /values from 96 on were changed.*on the training part alone/s);
  }
});

test("smoothing that looks ahead is caught, even where only the last input of a window knows the future", () => {
  const smooth = (values: number[]) => values.map((x, i) => (x + (values[i + 1] ?? x)) / 2);
  assert.deepEqual(kinds(findLeaks((x) => honest(smooth(x)), series)), ["peeking scaler"]);
  const testOnly = (values: number[]): Prepared => ({ ...honest(values), test: honest(smooth(values)).test });
  assert.deepEqual(kinds(findLeaks(testOnly, series)), ["peeking scaler"]);
});

test("windows that overlap the split are caught", () => {
  const cutAfterwards = (values: number[]): Prepared => {
    const all = windows(values, { length: 12, horizon: 3 });
    const n = all.inputs.length;
    return { train: pick(all, inOrder(90)), test: pick(all, inOrder(n).slice(90)) };
  };
  const leaks = findLeaks(cutAfterwards, series);
  assert.deepEqual(kinds(leaks), ["overlapping windows"]);
  assert.match(leaks[0].message, /^2 values, such as value 102, .*windows\(train/);
  const oneTooMany = (values: number[]): Prepared => {
    const { train, test } = honest(values);
    const { inputs, targets, targetStart } = pick(test, [0]);
    return {
      train: {
        inputs: [...train.inputs, ...inputs],
        targets: [...train.targets, ...targets],
        targetStart: [...train.targetStart, ...targetStart],
      },
      test,
    };
  };
  assert.deepEqual(kinds(findLeaks(oneTooMany, series)), ["overlapping windows"]);
});

test("a shuffled split is caught, and the error names every leak", () => {
  const shuffling = (values: number[], horizon: number): Prepared => {
    const all = windows(values, { length: 12, horizon });
    const order = seeded(3).shuffle(inOrder(all.inputs.length));
    return { train: pick(all, order.slice(0, 90)), test: pick(all, order.slice(90)) };
  };
  assert.deepEqual(kinds(findLeaks((x) => shuffling(x, 1), series)), ["shuffled split"]);
  assert.throws(
    () => assertNoLeaks((x) => shuffling(x, 3), series),
    /assertNoLeaks: shuffled split: \d+ values to learn from are later.*splitInTime.*\noverlapping windows: /s,
  );
});
