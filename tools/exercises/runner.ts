import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { CellError } from "../session/session";

/** What became of one cell. `died`: it ended its whole process; `late`: it ran into the time limit. */
export type CellResult =
  | { status: "ok"; printed: number }
  | { status: "error"; error: CellError; printed: number }
  | { status: "died"; how: string }
  | { status: "late"; seconds: number };

export interface Request {
  id: number;
  source: string;
  /** the cell's number in error messages */
  label?: number;
}
export interface Response {
  id: number;
  result: CellResult;
}

/** A session in a child process. After `died` or `late` it is gone for good. */
export interface Runner {
  ready: Promise<void>;
  run(source: string, seconds: number, label?: number): Promise<CellResult>;
  stop(): void;
}

const alive = new Set<ChildProcess>();
process.once("exit", stopAll);

export function stopAll(): void {
  for (const child of alive) child.kill("SIGKILL");
}

export function startRunner(cwd: string): Runner {
  const child = fork(join(__dirname, "worker.js"), [cwd], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: ["--max-old-space-size=1500"],
  });
  alive.add(child);
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-4000);
  });

  let waiting: { id: number; resolve: (result: CellResult) => void } | undefined;
  let ended: CellResult | undefined;
  child.on("message", ({ id, result }: Response) => {
    if (waiting?.id === id) waiting.resolve(result);
  });
  child.once("exit", (code, signal) => {
    alive.delete(child);
    ended ??= { status: "died", how: howItDied(code, signal, stderr) };
    waiting?.resolve(ended);
  });
  child.on("error", () => {});

  let lastId = -1;
  const next = () =>
    new Promise<CellResult>((resolve) => {
      lastId += 1;
      waiting = { id: lastId, resolve };
    });
  const ready = next().then((result) => {
    if (result.status === "died" && stderr !== "stopped")
      throw new Error(`a session could not be started: ${result.how}; npm run doctor may know why`);
  });
  ready.catch(() => {});

  return {
    ready,
    async run(source, seconds, label) {
      await ready;
      if (ended) return ended;
      const result = next();
      child.send({ id: lastId, source, label } satisfies Request, () => {});
      const timer = setTimeout(() => {
        ended = { status: "late", seconds };
        child.kill("SIGKILL");
      }, seconds * 1000);
      return result.finally(() => clearTimeout(timer));
    },
    stop() {
      stderr = "stopped";
      child.kill("SIGKILL");
    },
  };
}

function howItDied(code: number | null, signal: string | null, stderr: string): string {
  if (/heap out of memory|Allocation failed/.test(stderr)) return "it used up the memory";
  const last = stderr.trim().split("\n").slice(-1)[0];
  const how = signal ? `stopped by ${signal}` : `exit code ${code}`;
  return last ? `${how}: ${last.slice(0, 300)}` : how;
}
