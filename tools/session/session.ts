/**
 * One notebook's session: compiles its cells and runs them, one after the other, in this process. The core
 * under the kernel, the notebook runner and the exercise checks. One session to a process, since the
 * notebook's folder, the console and the timers belong to the process.
 */
import { inspect } from "node:util";
import { DISPLAY, type DisplayMessage } from "unrolled/display";
import { declaredNames, watchBindings } from "./bindings.js";
import { awaitsAtTopLevel, cellProblems } from "./patterns.js";
import { takeOverProcess } from "./process.js";
import { prepareStackTrace, registerCell } from "./stack.js";
import {
  beginRun,
  goesOn,
  goOn,
  interruptedError,
  isStopped,
  resources,
  Stopped,
  silence,
  stopRun,
} from "./stop.js";
import { dropTimers, later, nextTurn, pause } from "./timers.js";
import { CellFailure, diagnosticsError, problemError, thrownError } from "./traceback.js";
import type { CellError, CellSource } from "./types.js";
import {
  createConverter,
  createExecutor,
  printQuickInfo,
  saveCompileCache,
  takeSourceMaps,
} from "./typescript.js";

export type { CellError } from "./types.js";

export interface Handlers {
  stream(name: "stdout" | "stderr", text: string): void;
  display(message: DisplayMessage): void;
  result(data: Record<string, unknown>, metadata: Record<string, unknown>): void;
}

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
  process.chdir(cwd);
  let run: Run | undefined;
  let running = false;
  let count = 0;
  const lost = new Map<string, string>(); // names that a failed cell declared, and that cell

  const converter = createConverter();
  const node: typeof converter = {
    ...converter,
    convert(previous, source) {
      const converted = converter.convert(previous, source);
      if (converted.diagnostics.length > 0)
        throw new CellFailure(diagnosticsError(converted.diagnostics, run!.cell, lost));
      if (!converted.output) return converted;
      onRun?.();
      const script = registerCell(run!.cell, converted.output, takeSourceMaps());
      const prelude = bindings.begin(source);
      const hasToplevelAwait = converted.hasToplevelAwait || awaitsAtTopLevel(source);
      const output = `${prelude}\n${converted.output}\n//# sourceURL=${script}`;
      return { ...converted, output, hasToplevelAwait };
    },
    addModule(...definition) {
      const diagnostics = converter.addModule(...definition);
      if (diagnostics.length > 0) throw new CellFailure(diagnosticsError(diagnostics, run!.cell));
      return diagnostics;
    },
  };
  const executor = createExecutor(
    process.cwd(),
    { node, browser: node, close: () => converter.close() },
    // tslab logs the value of the last expression, and what a cell throws as an error.
    { log: (value) => showResult(value, run!.handlers), error: (thrown) => fail(thrown) },
  );

  const scope = Reflect.get(globalThis, "__tslab__");
  const bindings = watchBindings(scope);
  scope.goOn = goOn;

  function fail(thrown: unknown, note?: string): void {
    if (run!.interrupted) return;
    if ((thrown as { code?: string })?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED") run!.interrupted = true;
    else run!.errors.push(thrown instanceof CellFailure ? thrown.cellError : thrownError(thrown, note));
  }

  takeOverProcess({
    // An interrupted cell falls silent at once.
    stream: (name, text) => run?.interrupted || run?.handlers.stream(name, text),
    stray(thrown, rejected) {
      if (thrown instanceof Stopped) return;
      const note = rejected ? NOT_AWAITED : undefined;
      if (running) fail(thrown, note);
      else run?.handlers.stream("stderr", `${thrownError(thrown, note).traceback.join("\n")}\n`);
    },
  });
  Error.prepareStackTrace = prepareStackTrace as typeof Error.prepareStackTrace;
  Error.stackTraceLimit = 50; // the cell's own frame must be among them

  const display = (message: DisplayMessage): void => {
    if (!run?.interrupted && !isStopped()) run?.handlers.display(message);
  };
  Reflect.set(globalThis, DISPLAY, display);
  serveTslabDisplay(display);

  async function execute(source: string, handlers: Handlers, number = count + 1): Promise<Outcome> {
    if (running) throw new Error("session: a cell is still running; wait for its outcome before the next");
    count = number;
    const cell = { label: `cell [${number}]`, source };
    const [problem] = cellProblems(source);
    if (problem) return { status: "error", error: problemError(problem, cell) };

    const current: Run = { number: beginRun(), cell, handlers, errors: [], interrupted: false, stop() {} };
    run = current;
    running = true;
    const before = resources();
    // In a turn of its own: when code is killed from outside, what called it is killed with it.
    await new Promise<void>((done) => {
      current.stop = done;
      // And not in an immediate: one that is killed while others wait beside it leaves Node's queue of them in a
      // state over which Node stumbles for ever.
      void later(() => {
        if (current.interrupted) done();
        else executor.execute(source).catch(fail).finally(done);
      });
    });
    // Rejections that nobody awaited surface only once the cell's own work is done.
    await new Promise((done) => nextTurn(done));
    let [error] = current.errors;
    if (current.interrupted) {
      const wentOn = await goesOn(before, pause);
      if (wentOn) silence(cell);
      error = interruptedError(wentOn);
    }
    running = false;
    bindings.end(!error);
    for (const name of declaredNames(source).all) {
      if (error) lost.set(name, cell.label);
      else lost.delete(name);
    }
    saveCompileCache();
    return error ? { status: "error", error } : { status: "ok" };
  }

  return {
    execute,
    interrupt() {
      if (!running) return;
      run!.interrupted = true;
      stopRun(run!.number);
      dropTimers();
      executor.interrupt();
      nextTurn(run!.stop);
    },
    complete(source, cursor) {
      const { start, end, candidates, original } = executor.complete(source, cursor);
      const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind]));
      return { start, end, matches: candidates.map((text) => ({ text, type: kinds.get(text) ?? "" })) };
    },
    inspect(source, cursor) {
      const info = executor.inspect(source, cursor);
      return info && printQuickInfo(info);
    },
  };
}

/** tslab's name for the last expression becomes the name of a function that has none. */
const LAST = /^(\[(?:\w*Function|class)):? tsLastExpr\d*/;

function showResult(value: unknown, handlers: Handlers): void {
  const bundle = (value as Record<symbol, unknown>)[Symbol.for("jupyter.mimebundle")];
  const shown: DisplayMessage =
    typeof bundle === "function"
      ? bundle.call(value)
      : { data: { "text/plain": inspect(value).replace(LAST, "$1 (anonymous)") } };
  if (shown.data["text/plain"] === "") return; // it has shown itself already
  handlers.result(shown.data, shown.metadata ?? {});
}

/** `import { display } from "tslab"` goes the same way as our own displays. */
function serveTslabDisplay(display: (message: DisplayMessage) => void): void {
  const jupyter = require("tslab/dist/jupyter.js") as typeof import("tslab/dist/jupyter.js");
  const write: typeof jupyter.lastWriteDisplayData = ({ data, metadata, transient }, update) =>
    display({ data, metadata, displayId: transient?.display_id, update });
  Object.assign(jupyter, { lastWriteDisplayData: write });
}
