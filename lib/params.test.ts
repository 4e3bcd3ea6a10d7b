import assert from "node:assert/strict";
import { test } from "node:test";
import { matrix } from "./matrix";
import { copyParams, countParams, globalNorm, mapParams, zerosLike } from "./params";

test("records of parameters: count, copy, zeros, norm over all", () => {
  const params = {
    W: matrix([
      [1, 2],
      [2, 4],
    ]),
    b: matrix([[0, 12]]),
  };
  assert.equal(countParams(params), 6);
  assert.equal(globalNorm(params), 13);
  assert.equal(globalNorm(zerosLike(params)), 0);
  const copied = copyParams(params);
  copied.W.data[0] = 9;
  assert.equal(params.W.data[0], 1);
  assert.deepEqual(Object.keys(mapParams(params, (m) => m)), ["W", "b"]);
});
