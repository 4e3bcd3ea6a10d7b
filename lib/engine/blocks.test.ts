import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "../random";
import { newBlocks } from "./blocks";

test("rooms never overlap, and what was given back is used again", () => {
  const [blocks, random] = [newBlocks(), seeded(1)];
  const taken: { at: number; size: number }[] = [];
  let most = 0;
  for (let k = 0; k < 2000; k++) {
    if (taken.length > 20 || (taken.length > 0 && random.next() < 0.4)) {
      const [{ at, size }] = taken.splice(random.integer(0, taken.length), 1);
      blocks.give(at, size);
      continue;
    }
    const size = random.integer(1, 2000);
    const at = blocks.take(size);
    assert.ok(at >= 64 && at % 64 === 0);
    for (const other of taken) assert.ok(at + size <= other.at || other.at + other.size <= at);
    taken.push({ at, size });
    most = Math.max(most, blocks.end());
  }
  assert.ok(most < 100_000, `${most} bytes for at most 21 rooms of at most 2000`);
  for (const { at, size } of taken) blocks.give(at, size);
  assert.equal(blocks.take(most - 64), 64, "all gaps are one again");
});
