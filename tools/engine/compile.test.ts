import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compileKernels, kernelsFile } from "./compile";

test("the committed kernels are what lib/engine/assembly compiles to", async () => {
  const again = "run node tools/dist/engine/compile.js, then build";
  assert.ok((await compileKernels()) === readFileSync(kernelsFile, "utf8").replaceAll("\r\n", "\n"), again);
});
