import { type End, hasEnded, type RemoteSession, startSession } from "../session/remote";
import type { CellError } from "../session/session";
import { type CodeCell, hasTag, type Notebook } from "./format";
import { collectOutputs } from "./outputs";

export interface RunOptions {
  /** The folder that the cells run in: the notebook's own. */
  cwd: string;
  /** Seconds for each cell. */
  timeout: number;
  /** What runs the cells; a process of its own if left out. */
  start?(cwd: string): Promise<Pick<RemoteSession, "execute" | "close">>;
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
  const session = options.start
    ? await options.start(options.cwd)
    : startSession({ cwd: options.cwd, limits: { seconds: options.timeout } });
  let failure: Failure | undefined;
  let done = 0;
  try {
    for (const cell of code) {
      options.onCell?.(done, code.length);
      cell.execution_count = done + 1;
      cell.outputs = outputs.startCell(done + 1);
      const result = await session.execute(cell.source, { ...outputs, count: done + 1 });
      done++;
      const thrown = result.status === "error" ? result.error : hasEnded(result) ? ended(result) : undefined;
      if (thrown) outputs.error(thrown);
      const error = failed(cell, thrown, hasEnded(result));
      if (!error) continue;
      failure = { cell: cells.indexOf(cell) + 1, id: cell.id, firstLine: firstLine(cell.source), error };
      break;
    }
  } finally {
    session.close();
  }
  return {
    notebook: { ...notebook, cells },
    cells: done,
    seconds: (performance.now() - began) / 1000,
    failure,
  };
}

/** What is wrong with how a cell ended, given that it may have to fail. */
function failed(cell: CodeCell, thrown: CellError | undefined, isOver: boolean): CellError | undefined {
  const mustFail = hasTag(cell, "raises-exception");
  if (thrown) return mustFail && !isOver ? undefined : thrown;
  if (mustFail)
    return cellError("NoError", "the cell is tagged raises-exception, but it ran without an error");
  return undefined;
}

function ended(end: End): CellError {
  if (end.status === "late")
    return cellError("Timeout", `the cell was stopped after ${end.seconds} s; give it more with --timeout S`);
  const advice = end.cause === "memory" ? "; make the cell's data smaller" : "";
  return cellError("SessionEnded", `the process that runs the cells has ended: ${end.how}${advice}`);
}

function firstLine(source: string): string {
  return source.trimStart().split("\n", 1)[0] ?? "";
}

function cellError(ename: string, evalue: string): CellError {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}
