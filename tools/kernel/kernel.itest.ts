import assert from "node:assert/strict";
import { test } from "node:test";
import { runClient } from "./jupyter-client";

test("the kernel, through jupyter_client and nbclient", { timeout: 300_000 }, async (t) => {
  const { code, output } = await runClient("kernel_test.py", process.env.UNROLLED_TESTS?.split(" "));
  for (const line of output.split("\n").filter((line) => / \.\.\. |^Ran /.test(line))) t.diagnostic(line);
  assert.equal(code, 0, output);
});
