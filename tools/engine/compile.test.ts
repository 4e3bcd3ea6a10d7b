import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compileKernels, written } from "./compile";

test("the committed kernels are what lib/engine/assembly compiles to", async () => {
  const again = "run node tools/dist/engine/compile.js, then build";
  for (const [file, more] of Object.entries(written))
    assert.ok((await compileKernels(more)) === readFileSync(file, "utf8").replaceAll("\r\n", "\n"), again);
});
