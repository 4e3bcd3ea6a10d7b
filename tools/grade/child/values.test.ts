import assert from "node:assert/strict";
import { test } from "node:test";
import { BUILT_IN } from "./names";
import { decode, encode, Given, NoValue, restore, type Side } from "./values";

const sideOf = (name: Side["name"], more: Partial<Side> = {}): Side => ({
  name,
  given: new Given(),
  promises: new Given(),
  standIn: (id) => () => id,
  settled: (id) => id,
  ...more,
});
const [judge, submission] = [sideOf("judge", { refused: BUILT_IN }), sideOf("submission")];
const over = (value: unknown): unknown =>
  decode(JSON.parse(JSON.stringify(encode(value, submission))), judge);

test("plain data comes over as it is", () => {
  for (const value of [
    0,
    -0,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "ü\n",
    true,
    null,
    undefined,
    12n,
    [1, [2]],
  ])
    assert.deepEqual(over(value), value);
  assert.ok(Object.is(over(-0), -0));
  const matrix = { rows: 1, cols: 2, data: Float64Array.of(0.1, Number.NaN) };
  assert.deepEqual(over(matrix), matrix);
  assert.deepEqual(over(new Map([["a", new Set([1])]])), new Map([["a", new Set([1])]]));
});

test("part of a buffer comes over as that part", () => {
  const part = new Float64Array([1, 2, 3, 4]).subarray(1, 3);
  assert.deepEqual(over(part), Float64Array.of(2, 3));
});

test("a function stays where it is, and comes back as itself", () => {
  const f = () => 1;
  const standIn = over(f) as () => number;
  assert.notEqual(standIn, f);
  assert.equal(decode(JSON.parse(JSON.stringify(encode(standIn, judge))), submission), f);
});

test("a record's functions lose names that the judge gives a meaning", () => {
  const got = over({ valueOf: () => 1, every: () => true, forward: () => 0, length: 3 });
  assert.deepEqual(Object.keys(got as object), ["forward", "length"]);
});

test("nothing pollutes a prototype", () => {
  const got = decode({ o: [["__proto__", { o: [["polluted", true]] }]] }, judge);
  assert.equal(Object.getPrototypeOf(got), Object.prototype);
  assert.equal((got as { polluted?: boolean }).polluted, undefined);
});

test("what is no value is refused", () => {
  for (const json of [
    {},
    { x: 1 },
    { t: ["Float64Array", "AAA="] },
    { t: ["constructor", ""] },
    { o: 1 },
    { f: ["judge", 9] },
  ])
    assert.throws(() => decode(json, judge), NoValue, JSON.stringify(json));
  const deep = JSON.parse(`${"[".repeat(200)}${"]".repeat(200)}`);
  assert.throws(() => decode(deep, judge), NoValue);
});

test("a value that holds itself has no form", () => {
  const list: unknown[] = [];
  list.push(list);
  assert.throws(() => encode(list, submission), NoValue);
});

test("what was written into arguments is written here, into the same objects", () => {
  const inner = { rows: 1, cols: 2, data: Float64Array.of(1, 2) };
  const target = { a: inner, gone: 1, list: [1, 2, 3] };
  const { data } = inner;
  restore(target, { a: { rows: 1, cols: 2, data: Float64Array.of(1, 5) }, list: [1], fresh: "x" });
  assert.deepEqual(target, { a: { rows: 1, cols: 2, data: Float64Array.of(1, 5) }, list: [1], fresh: "x" });
  assert.equal(target.a.data, data);
});
