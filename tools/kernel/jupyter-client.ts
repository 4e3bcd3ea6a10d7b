/** Runs a script of this folder that speaks to the kernel as Jupyter does, in the project's own Python. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../../..");
const { kernelspec } = require(join(ROOT, "tools/kernel/kernelspec.js")) as {
  kernelspec(root: string): { env: Record<string, string> };
};

function findPython(): string {
  const inProject = process.platform === "win32" ? ".venv/Scripts/python.exe" : ".venv/bin/python";
  const python = process.env.UNROLLED_PYTHON ?? join(ROOT, inProject);
  if (!existsSync(python)) throw new Error(`no Python at ${python}: npm test installs it`);
  return python;
}

/** All that the script prints, and how it ends; the kernel is installed for it in a folder of its own. */
export async function runClient(
  script: string,
  args: readonly string[] = [],
  onOutput: (text: string) => void = () => {},
): Promise<{ code: number | null; output: string }> {
  const data = mkdtempSync(join(tmpdir(), "unrolled-kernel-"));
  const kernels = join(data, "kernels", "tslab");
  mkdirSync(kernels, { recursive: true });
  writeFileSync(join(kernels, "kernel.json"), JSON.stringify(kernelspec(ROOT)));
  const env = {
    ...process.env,
    JUPYTER_DATA_DIR: data,
    JUPYTER_RUNTIME_DIR: join(data, "runtime"),
    JUPYTER_CONFIG_DIR: join(data, "config"),
    IPYTHONDIR: join(data, "ipython"),
    UNROLLED_NOTEBOOKS: join(ROOT, "notebooks"),
  };
  try {
    const child = spawn(findPython(), [join(ROOT, "tools/kernel", script), ...args], { env });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        onOutput(text);
      });
    const code = await new Promise<number | null>((done) => child.on("close", done));
    return { code, output };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
