import assert from "node:assert/strict";
import { test } from "node:test";
import { newNumbers } from "./numbers";

test("every array is zeros, as long as asked for, and shares no number with another", () => {
  const lengths = Array.from({ length: 2000 }, (_, i) => (i * 37) % 300);
  const arrays = lengths.map((length, i) => {
    const numbers = newNumbers(length);
    assert.equal(numbers.length, length);
    assert.ok(numbers.every((x) => x === 0));
    return numbers.fill(i);
  });
  arrays.forEach((numbers, i) => {
    assert.ok(numbers.every((x) => x === i));
  });
});
