/** Runs what compile.ts made of a cell: tslab's executor, with our own say in errors, results and bindings. */
import type { DisplayMessage } from "unrolled/display";
import { type Bindings, watchBindings } from "./bindings";
import { createConverter, createExecutor, jupyter, takeSourceMaps } from "./compile";
import { declaredNames } from "./declared";
import { host } from "./node/host";
import { awaitsAtTopLevel } from "./patterns";
import { registerCell } from "./stack";
import { goOn, goRound } from "./stop";
import { CellFailure, diagnosticsError } from "./traceback";
import type { CellSource, Handlers } from "./types";

export interface EvaluatorOptions {
  /** The cell that runs. */
  cell(): CellSource;
  /** Names that a failed cell declared, and that cell. */
  lost: Map<string, string>;
  /** Called when a cell has been compiled and its own code is about to run. */
  onRun?(): void;
  /** Gets the value of the last expression. */
  result: Handlers["result"];
  display: Handlers["display"];
  /** Gets what a cell throws. */
  fail(thrown: unknown): void;
}

export interface Evaluator {
  executor: ReturnType<typeof createExecutor>;
  bindings: Bindings;
}

export function createEvaluator(folder: string, options: EvaluatorOptions): Evaluator {
  const { cell, lost, onRun, result, display, fail } = options;
  const converter = createConverter();
  const node: typeof converter = {
    ...converter,
    convert(previous, source) {
      const converted = converter.convert(previous, source);
      if (converted.diagnostics.length > 0)
        throw new CellFailure(diagnosticsError(converted.diagnostics, cell(), lost));
      if (!converted.output) return converted;
      onRun?.();
      const script = registerCell(cell(), converted.output, takeSourceMaps());
      const prelude = bindings.begin(declaredNames(source));
      const hasToplevelAwait = converted.hasToplevelAwait || awaitsAtTopLevel(source);
      const output = `${prelude}\n${converted.output}\n//# sourceURL=${script}`;
      return { ...converted, output, hasToplevelAwait };
    },
    addModule(...definition) {
      const diagnostics = converter.addModule(...definition);
      if (diagnostics.length > 0) throw new CellFailure(diagnosticsError(diagnostics, cell()));
      return diagnostics;
    },
  };
  const executor = createExecutor(
    folder,
    { node, browser: node, close: () => converter.close() },
    // tslab logs the value of the last expression, and what a cell throws as an error.
    { log: (value) => showResult(value, result), error: fail },
  );
  const scope = Reflect.get(globalThis, "__tslab__");
  const bindings = watchBindings(scope);
  Object.assign(scope, { goOn, goRound });
  serveTslabDisplay(display);
  return { executor, bindings };
}

/** tslab's name for the last expression becomes the name of a function that has none. */
const LAST = /^(\[(?:\w*Function|class)):? tsLastExpr\d*/;

function showResult(value: unknown, result: Handlers["result"]): void {
  const bundle = (value as Record<symbol, unknown>)[Symbol.for("jupyter.mimebundle")];
  const shown: DisplayMessage =
    typeof bundle === "function"
      ? bundle.call(value)
      : { data: { "text/plain": host.inspect(value).replace(LAST, "$1 (anonymous)") } };
  if (shown.data["text/plain"] === "") return; // it has shown itself already
  result(shown.data, shown.metadata ?? {});
}

/** `import { display } from "tslab"` goes the same way as our own displays. */
function serveTslabDisplay(display: (message: DisplayMessage) => void): void {
  const write: typeof jupyter.lastWriteDisplayData = ({ data, metadata, transient }, update) =>
    display({ data, metadata, displayId: transient?.display_id, update });
  Object.assign(jupyter, { lastWriteDisplayData: write });
}
