import { cellProblems } from "../session/patterns";
import type { Cell, CodeCell, Notebook } from "./format";
import { hasTag } from "./format";
import { drawn } from "./outputs";
import { reassignments } from "./reassigned";

export interface Finding {
  level: "error" | "warning";
  /** 1-based among all cells; none: the whole notebook. */
  cell?: number;
  id?: string;
  line?: number;
  message: string;
}

/** Cells of exercises hold a whole task, or all its tests, and may be longer. */
const LONG_CELL = 25;
const ABSOLUTE_PATH =
  /file:\/\/\/|(?<![\w.~/:])\/(?:home|Users|root|work|tmp|var|usr)\/[\w.-]+|\b[A-Z]:\\{1,2}Users\b/;

/**
 * What makes a notebook fail elsewhere, or hard to read; the style of its code is Biome's part. `exists` tells whether
 * there is what a link, relative to the notebook, names.
 */
export function lintNotebook(notebook: Notebook, exists: (path: string) => boolean = () => true): Finding[] {
  const findings = lintMetadata(notebook);
  const numberOf = new Map(notebook.cells.map((cell, index) => [cell.id, index + 1]));
  const add = (level: Finding["level"], cell: Cell, message: string, line?: number): void => {
    findings.push({ level, cell: numberOf.get(cell.id), id: cell.id, line, message });
  };
  for (const cell of notebook.cells) {
    if (cell.id.startsWith("unnamed-"))
      add("error", cell, "the cell has no id: give it a short name for what it does");
    for (const [index, line] of cell.source.split("\n").entries()) {
      const path = ABSOLUTE_PATH.exec(line);
      if (path)
        add("error", cell, `a path of one machine (${path[0]}): make it relative to the notebook`, index + 1);
    }
    if (cell.cell_type === "markdown")
      lintMarkdown(cell.source, exists, (message, line) => add("error", cell, message, line));
    if (cell.cell_type === "code") lintCode(cell, (level, message, line) => add(level, cell, message, line));
  }
  lintHeadings(notebook, add);
  const code = notebook.cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
  for (const { name, cell, line } of reassignments(code))
    add(
      "warning",
      cell,
      `a function of an earlier cell reads ${name}; outside this course's kernel it keeps the old value`,
      line,
    );
  return findings;
}

function lintMetadata({ metadata }: Notebook): Finding[] {
  const { name } = (metadata.kernelspec ?? {}) as { name?: string };
  if (name === "tslab") return [];
  return [
    {
      level: "error",
      message: `expected the kernel "tslab" in its metadata, got ${name ?? "none"}: choose it in JupyterLab`,
    },
  ];
}

/** `](09-long-range.ipynb#copy-memory)`, but no address and no place in the notebook itself. */
const LINK = /\]\((?![a-z]+:|#)([^)#\s]+)/g;

function lintMarkdown(
  source: string,
  exists: (path: string) => boolean,
  add: (message: string, line: number) => void,
): void {
  for (const [index, line] of proseLines(source)) {
    for (const [, path] of line.matchAll(LINK))
      if (path !== undefined && !exists(decodeURI(path)))
        add(`a link to ${path}, which does not exist`, index + 1);
    if (/!\[\s*\]\(/.test(line) || /<img\b(?![^>]*\balt="[^"]+")/.test(line))
      add("a picture without a text alternative", index + 1);
  }
}

function lintCode(
  cell: CodeCell,
  add: (level: Finding["level"], message: string, line?: number) => void,
): void {
  for (const { line, message } of cellProblems(cell.source)) add("error", message, line);
  const lines = cell.source.split("\n").length;
  if (lines > LONG_CELL && !cell.metadata.nbgrader)
    add("warning", `${lines} lines: a cell of more than ${LONG_CELL} holds more than one idea`);
  const mayFail = hasTag(cell, "raises-exception");
  for (const output of cell.outputs) {
    if (output.output_type === "error" && !mayFail)
      add(
        "error",
        `its saved output is an error (${output.ename}); tag it raises-exception if the error is the lesson`,
      );
    if ("data" in output && drawn(output) && !("image/png" in output.data))
      add("error", "a saved figure has no picture: npm run notebooks -- --pictures");
    const path = ABSOLUTE_PATH.exec(JSON.stringify({ ...output, data: textOf(output) }));
    if (path) add("error", `its saved output holds a path of one machine: ${path[0]}`);
  }
}

function textOf(output: CodeCell["outputs"][number]): unknown {
  return "data" in output ? output.data["text/plain"] : undefined;
}

/** One title, first; then no level is skipped. */
function lintHeadings(
  notebook: Notebook,
  add: (level: "error", cell: Cell, message: string, line?: number) => void,
): void {
  let level = 0;
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "markdown") continue;
    for (const [index, line] of proseLines(cell.source)) {
      const marks = /^(#{1,6}) /.exec(line)?.[1]?.length;
      if (marks === undefined) continue;
      if (level === 0 && marks !== 1)
        add("error", cell, "the first heading has to be the title: # …", index + 1);
      else if (level > 0 && marks === 1)
        add("error", cell, "a second title: a notebook has one #", index + 1);
      else if (marks > level + 1)
        add("error", cell, `a heading of level ${marks} below one of level ${level}`, index + 1);
      level = marks;
    }
  }
}

/** The lines of a Markdown text that are not in a fenced block, with their index. */
function proseLines(source: string): [number, string][] {
  let fenced = false;
  return [...source.split("\n").entries()].filter(([, line]) => {
    const fence = /^\s*(```|~~~)/.test(line);
    if (fence) fenced = !fenced;
    return !fence && !fenced;
  });
}
