/** Keras, PyTorch and NumPy, in a Python environment of their own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Column, Contestant } from "./rows";

const ROOT = resolve(__dirname, "../../..");
const SCRIPTS = join(ROOT, "tools", "bench", "peers");
const ENVIRONMENT = join(ROOT, ".unrolled", "bench-peers");
const inside = (folder: string): string =>
  process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");

/** Makes the environment, unless it is there with these versions. Needs the network once, and a gigabyte. */
export function ensurePeers(): void {
  const requirements = join(SCRIPTS, "requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  const stamp = join(ENVIRONMENT, "requirements.txt");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.error("Installing Keras, PyTorch and NumPy in .unrolled/bench-peers (some minutes) …");
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  python(inside(join(ROOT, ".venv")), ["-m", "venv", ENVIRONMENT]);
  python(inside(ENVIRONMENT), ["-m", "pip", "install", "--quiet", "--retries", "2", "-r", requirements]);
  writeFileSync(stamp, wanted);
}

function python(program: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status === 0) return;
  throw new Error(
    `bench --peers: ${[program, ...args].join(" ")} failed; is PyPI reachable?\n${error?.message ?? stderr}`,
  );
}

/** A process that trains when told to: a line with the number of steps goes in, one with the seconds comes out. */
export async function peer(column: Column, row: object, threads?: number): Promise<Contestant> {
  const env: NodeJS.ProcessEnv = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3", KERAS_BACKEND: "tensorflow" };
  // Set on some machines for old OpenBLAS builds; they would slow NumPy down.
  for (const name of [
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "TF_ENABLE_ONEDNN_OPTS",
    "TF_NUM_INTRAOP_THREADS",
  ])
    delete env[name];
  const args = [join(SCRIPTS, `${column}_row.py`), JSON.stringify({ ...row, threads })];
  const child = spawn(inside(ENVIRONMENT), args, { env, stdio: ["pipe", "pipe", "pipe"] });
  const told = listen(child);
  const answer = async (): Promise<number> => {
    const seconds = Number(await told());
    if (Number.isFinite(seconds)) return seconds * 1000;
    throw new Error(`bench --peers: ${column} answers no time`);
  };
  await answer().catch((error: Error) => {
    child.kill();
    throw error;
  });
  return {
    column,
    run(steps) {
      child.stdin.write(`${steps}\n`);
      return answer();
    },
    stop: () => void child.kill(),
  };
}

function listen(child: ChildProcess): () => Promise<string> {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  let complaints = "";
  child.stderr!.on("data", (text) => {
    complaints = (complaints + text).slice(-2000);
  });
  return async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`bench --peers: ${child.spawnargs[1]} ended\n${complaints}`);
    return value;
  };
}
