/**
 * One notebook's session: compiles its cells (compile.ts) and runs them (evaluate.ts), one after the other, on this
 * machine (host.ts). The core under the kernel, the notebook runner and the exercise checks. One session to a
 * process, since the notebook's folder, the console and the timers belong to the process.
 */
import { DISPLAY, type DisplayMessage, STOPPED } from "unrolled/display";
import { declaredNames } from "./declared";
import { createEvaluator } from "./evaluate";
import { inspectAt } from "./inspect";
import { host } from "./node/host";
import { cellProblems } from "./patterns";
import { stackInCells } from "./stack";
import { beginRun, goesOn, interruptedError, isStopped, Stopped, silence, stopRun } from "./stop";
import { CellFailure, problemError, thrownError } from "./traceback";
import type { CellError, CellSource, Handlers } from "./types";

export type { CellError, Handlers } from "./types";

export type Outcome = { status: "ok" } | { status: "error"; error: CellError };

export interface Completion {
  start: number;
  end: number;
  matches: { text: string; type: string }[];
}

export interface Session {
  /** Runs one cell; `count` is its number in error messages. Cells must not overlap. */
  execute(source: string, handlers: Handlers, count?: number): Promise<Outcome>;
  /** Ends the running cell with an error, if the event loop still turns; earlier cells stay as they are. */
  interrupt(): void;
  complete(source: string, cursor: number): Completion;
  /** The type and the doc comment of what stands at the cursor. */
  inspect(source: string, cursor: number): string | undefined;
}

const NOT_AWAITED =
  "This promise failed and nothing waited for it: write `await` before the call that made it.";
/** The cell that runs, or ran last: output that comes late still goes to it. */
interface Run {
  /** Of the code that was compiled for it. */
  number: number;
  cell: CellSource;
  handlers: Handlers;
  errors: CellError[];
  interrupted: boolean;
  stop(): void;
}

export interface SessionOptions {
  /** The notebook's folder: imports and file names are resolved from there. */
  cwd: string;
  /** Called when a cell has been compiled and its own code is about to run. */
  onRun?(): void;
}

export async function createSession({ cwd, onRun }: SessionOptions): Promise<Session> {
  const folder = host.enterFolder(cwd);
  let run: Run | undefined;
  let running = false;
  let count = 0;
  const lost = new Map<string, string>(); // names that a failed cell declared, and that cell

  const { executor, bindings } = createEvaluator(folder, {
    cell: () => run!.cell,
    lost,
    onRun,
    result: (data, metadata) => run!.handlers.result(data, metadata),
    display,
    fail: (thrown) => fail(thrown),
  });

  function display(message: DisplayMessage): void {
    if (!run?.interrupted && !isStopped()) run?.handlers.display(message);
  }

  function fail(thrown: unknown, note?: string): void {
    if (run!.interrupted) return;
    if (thrown instanceof Stopped) run!.interrupted = true;
    else if ((thrown as { code?: string })?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED")
      run!.interrupted = true;
    else run!.errors.push(thrown instanceof CellFailure ? thrown.cellError : thrownError(thrown, note));
  }

  host.takeOver({
    isStopped,
    // An interrupted cell falls silent at once.
    stream: (name, text) => run?.interrupted || run?.handlers.stream(name, text),
    stray(thrown, rejected) {
      if (thrown instanceof Stopped) return;
      const note = rejected ? NOT_AWAITED : undefined;
      if (running) fail(thrown, note);
      else run?.handlers.stream("stderr", `${thrownError(thrown, note).traceback.join("\n")}\n`);
    },
  });
  host.watchStacks(stackInCells);
  Reflect.set(globalThis, DISPLAY, display);

  async function execute(source: string, handlers: Handlers, number = count + 1): Promise<Outcome> {
    if (running) throw new Error("session: a cell is still running; wait for its outcome before the next");
    count = number;
    const cell = { label: `cell [${number}]`, source };
    const [problem] = cellProblems(source);
    if (problem) return { status: "error", error: problemError(problem, cell) };

    const current: Run = { number: beginRun(), cell, handlers, errors: [], interrupted: false, stop() {} };
    run = current;
    running = true;
    const before = host.resources();
    // In a turn of its own: when code is killed from outside, what called it is killed with it.
    await new Promise<void>((done) => {
      current.stop = done;
      // And not in an immediate: one that is killed while others wait beside it leaves Node's queue of them in a
      // state over which Node stumbles for ever.
      host.later(() => {
        if (current.interrupted) done();
        else executor.execute(source).catch(fail).finally(done);
      });
    });
    // Rejections that nobody awaited surface only once the cell's own work is done.
    await new Promise((done) => host.nextTurn(() => done(undefined)));
    let [error] = current.errors;
    if (current.interrupted) {
      const wentOn = await goesOn(before);
      if (wentOn) silence(cell);
      for (const told of Reflect.get(globalThis, STOPPED) ?? []) told();
      error = interruptedError(wentOn);
    }
    running = false;
    bindings.end(!error);
    for (const name of declaredNames(source).all) {
      if (error) lost.set(name, cell.label);
      else lost.delete(name);
    }
    host.saveCache();
    return error ? { status: "error", error } : { status: "ok" };
  }

  return {
    execute,
    interrupt() {
      if (!running) return;
      run!.interrupted = true;
      stopRun(run!.number);
      host.dropTimers();
      executor.interrupt();
      host.nextTurn(run!.stop);
    },
    complete(source, cursor) {
      const { start, end, candidates, original } = executor.complete(source, cursor);
      const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind]));
      return { start, end, matches: candidates.map((text) => ({ text, type: kinds.get(text) ?? "" })) };
    },
    inspect: (source, cursor) =>
      inspectAt(
        { inspect: executor.inspect, members: (...at) => executor.complete(...at).candidates },
        source,
        cursor,
      ),
  };
}
