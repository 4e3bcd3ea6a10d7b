import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { CellError, Outcome } from "../session/session";
import { type CodeCell, hasTag, type Notebook } from "./format";
import { type Collector, collectOutputs } from "./outputs";
import type { FromChild, FromParent } from "./run-child";

export interface RunOptions {
  /** The folder that the cells run in: the notebook's own. */
  cwd: string;
  /** Seconds for each cell. */
  timeout: number;
  /** Called before each code cell: how many have run, and of how many. */
  onCell?(done: number, total: number): void;
}

export interface RunResult {
  /** A copy with the outputs of this run in every cell that ran. */
  notebook: Notebook;
  cells: number;
  seconds: number;
  /** The cell that stopped the run, if one did. */
  failure?: Failure;
}

export interface Failure {
  /** 1-based among all cells, as the eye counts them. */
  cell: number;
  id: string;
  firstLine: string;
  error: CellError;
}

/** Runs all code cells from a fresh process, as "Restart Kernel and Run All Cells" does. Stops at a failure. */
export async function runNotebook(notebook: Notebook, options: RunOptions): Promise<RunResult> {
  const began = performance.now();
  const cells = structuredClone(notebook.cells);
  const code = cells.filter(
    (cell): cell is CodeCell => cell.cell_type === "code" && cell.source.trim() !== "",
  );
  const outputs = collectOutputs();
  const child = startChild(outputs);
  let failure: Failure | undefined;
  let done = 0;
  try {
    const started = await child.ask({ cwd: options.cwd }, options.timeout);
    for (const cell of code) {
      options.onCell?.(done, code.length);
      cell.execution_count = done + 1;
      cell.outputs = outputs.startCell(done + 1);
      const outcome =
        started.status === "error"
          ? started
          : await child.ask({ source: cell.source, count: done + 1 }, options.timeout);
      done++;
      if (outcome.status === "error") outputs.error(outcome.error);
      const error = failed(cell, outcome, child.alive());
      if (!error) continue;
      failure = { cell: cells.indexOf(cell) + 1, id: cell.id, firstLine: firstLine(cell.source), error };
      break;
    }
  } finally {
    child.kill();
  }
  return {
    notebook: { ...notebook, cells },
    cells: done,
    seconds: (performance.now() - began) / 1000,
    failure,
  };
}

/** What is wrong with how a cell ended, given that it may have to fail. */
function failed(cell: CodeCell, outcome: Outcome, alive: boolean): CellError | undefined {
  const mustFail = hasTag(cell, "raises-exception");
  if (outcome.status === "error") return mustFail && alive ? undefined : outcome.error;
  if (mustFail)
    return cellError("NoError", "the cell is tagged raises-exception, but it ran without an error");
  return undefined;
}

function firstLine(source: string): string {
  return source.trimStart().split("\n", 1)[0] ?? "";
}

function cellError(ename: string, evalue: string): CellError {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}

interface Child {
  /** Sends one request and waits until it is done; a child that ends or takes too long makes it an error. */
  ask(request: FromParent, timeout: number): Promise<Outcome>;
  alive(): boolean;
  kill(): void;
}

function startChild(outputs: Collector): Child {
  const child = fork(join(__dirname, "run-child.js"), { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", kill);
  let last = "";
  child.stdout?.resume();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    last = (last + text).slice(-5000);
  });
  let alive = true;
  let answer: (outcome: Outcome) => void = () => {};
  const end = (ename: string, evalue: string): void => {
    alive = false;
    answer({ status: "error", error: cellError(ename, evalue) });
  };
  child.on("message", (message: FromChild) => {
    if (message.type === "stream") outputs.stream(message.name, message.text);
    else if (message.type === "display") outputs.display(message.message);
    else if (message.type === "result") outputs.result(message.data, message.metadata);
    else answer(message.type === "done" ? message.outcome : { status: "ok" });
  });
  child.on("error", (error) => end("SessionError", error.message));
  child.on("close", (code, signal) => {
    process.off("exit", kill);
    end("SessionEnded", howItEnded(child, code, signal, last));
  });
  return {
    ask: (request, timeout) =>
      new Promise((resolve) => {
        const late = setTimeout(() => {
          end(
            "Timeout",
            `the cell ran for more than ${timeout} s and was stopped; give it more with --timeout S`,
          );
          kill();
        }, timeout * 1000);
        answer = (outcome) => {
          clearTimeout(late);
          resolve(outcome);
        };
        if (alive) child.send(request, (error) => error && end("SessionEnded", error.message));
      }),
    alive: () => alive,
    kill,
  };
}

function howItEnded(child: ChildProcess, code: number | null, signal: string | null, stderr: string): string {
  if (/heap out of memory|Reached heap limit/.test(stderr))
    return "the process ran out of memory and ended; make the cell's data smaller";
  const how = signal ? `by ${signal}` : `with exit code ${code ?? child.exitCode}`;
  const outOfMemory = signal === "SIGKILL" ? " (on Linux usually: the machine ran out of memory)" : "";
  const tail = stderr.trim().split("\n").slice(-5).join("\n");
  return `the process that runs the cells ended ${how}${outOfMemory}${tail && `:\n${tail}`}`;
}
