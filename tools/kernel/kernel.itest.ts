/** Runs kernel_test.py (or soak.py), which speaks to the kernel as Jupyter does, in the project's own Python. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

const ROOT = resolve(__dirname, "../../..");
const { kernelspec } = require(join(ROOT, "tools/kernel/kernelspec.js")) as {
  kernelspec(root: string): { env: Record<string, string> };
};

function findPython(): string {
  const inProject = process.platform === "win32" ? ".venv/Scripts/python.exe" : ".venv/bin/python";
  return process.env.UNROLLED_PYTHON ?? join(ROOT, inProject);
}

/** How many cells each kernel of the long session is to run, if that is what is wanted. */
const soak = process.env.UNROLLED_SOAK;

test("the kernel, through jupyter_client and nbclient", {
  timeout: soak ? 3_600_000 : 300_000,
}, async (t) => {
  const python = findPython();
  assert.ok(existsSync(python), `no Python at ${python}: npm test installs it`);
  const data = mkdtempSync(join(tmpdir(), "unrolled-kernel-"));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const kernels = join(data, "kernels", "tslab");
  mkdirSync(kernels, { recursive: true });
  writeFileSync(join(kernels, "kernel.json"), JSON.stringify(kernelspec(ROOT)));

  const script = join(ROOT, "tools/kernel", soak ? "soak.py" : "kernel_test.py");
  const env = {
    ...process.env,
    JUPYTER_DATA_DIR: data,
    JUPYTER_RUNTIME_DIR: join(data, "runtime"),
    JUPYTER_CONFIG_DIR: join(data, "config"),
    IPYTHONDIR: join(data, "ipython"),
    UNROLLED_NOTEBOOKS: join(ROOT, "notebooks"),
  };
  const child = spawn(python, [script, ...(process.env.UNROLLED_TESTS?.split(" ") ?? [])], { env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((done) => child.on("close", done));
  for (const line of output.split("\n").filter((line) => / \.\.\. |^Ran /.test(line))) t.diagnostic(line);
  assert.equal(code, 0, output);
});
