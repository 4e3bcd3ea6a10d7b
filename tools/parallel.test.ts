import assert from "node:assert/strict";
import { test } from "node:test";
import { inParallel } from "./parallel";

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

test("every item is worked on once, no more than the given number at a time, results in order", async () => {
  let [now, most] = [0, 0];
  const work = async (n: number): Promise<number> => {
    now += 1;
    most = Math.max(most, now);
    await pause(n === 1 ? 20 : 1); // the first is done last
    now -= 1;
    return 10 * n;
  };
  assert.deepEqual(await inParallel([1, 2, 3, 4, 5], work, 2), [10, 20, 30, 40, 50]);
  assert.equal(most, 2);
  assert.deepEqual(await inParallel([], work), []);
});

test("work that fails fails the whole", async () => {
  const work = async (n: number): Promise<void> => {
    if (n === 2) throw new Error("no");
  };
  await assert.rejects(inParallel([1, 2, 3], work, 2), /^Error: no$/);
});
