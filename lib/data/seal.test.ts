import assert from "node:assert/strict";
import { test } from "node:test";
import { sealTest } from "./seal";
import { splitInTime } from "./split";

const {
  train,
  validation,
  test: last,
} = splitInTime([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], {
  train: 0.5,
  validation: 0.2,
});

test("a sealed test part tells its place, and its values once", () => {
  const sealed = sealTest(last);
  assert.deepEqual([sealed.start, sealed.length, sealed.opened], [7, 3, false]);
  assert.deepEqual(sealed.open(), last);
  assert.equal(sealed.opened, true);
  assert.throws(
    () => sealed.open(),
    /sealTest: the test part was opened before.*compare on the validation part/,
  );
  assert.throws(() => sealed.open(), /opened before/);
});

test("sealed, the values are nowhere to be read", () => {
  const sealed = sealTest(last);
  assert.equal(JSON.stringify(sealed), '{"start":7,"length":3,"opened":false}');
  assert.ok(!Object.values(sealed).some((value) => Array.isArray(value)));
});

test("only a test part is sealed", () => {
  assert.throws(() => sealTest(validation), /expected the test part of splitInTime, got the validation part/);
  assert.throws(() => sealTest(train), /got the train part/);
  assert.throws(() => sealTest([1, 2] as never), /got values that are not a part/);
});
