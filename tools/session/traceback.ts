/** What a learner reads when a cell fails: the error, then the lines of the cells with a caret under the place. */
import type { Diagnostic } from "tslab/dist/converter.js";
import { host } from "./node/host";
import { type Frame, framesOf } from "./stack";
import type { CellError, CellProblem, CellSource } from "./types";

/** Thrown by a step that already knows how to tell its error. */
export class CellFailure extends Error {
  constructor(readonly cellError: CellError) {
    super(cellError.evalue);
  }
}

const paint = (code: number, text: string): string => `\x1b[${code}m${text}\x1b[0m`;
const headline = (ename: string, evalue: string): string => `${paint(31, ename)}: ${evalue}`;

/** The line and one on each side; the caret stands under `column`, widened to `length`. */
function excerpt(source: string, line: number, column: number, length = 1): string[] {
  const lines = source.split("\n");
  const width = String(Math.min(line + 1, lines.length)).length;
  const gutter = (n: number): string => `${n === line ? ">" : " "} ${String(n).padStart(width)} | `;
  const out: string[] = [];
  for (let n = Math.max(1, line - 1); n <= Math.min(lines.length, line + 1); n++) {
    const text = lines[n - 1] ?? "";
    out.push(`${paint(n === line ? 1 : 2, gutter(n))}${text}`);
    if (n !== line) continue;
    const room = Math.max(1, text.length - column + 1);
    const before = text.slice(0, column - 1).replace(/[^\t]/g, " ");
    out.push(
      `${paint(1, `  ${" ".repeat(width)} | `)}${before}${paint(31, "^".repeat(Math.max(1, Math.min(length, room))))}`,
    );
  }
  return out;
}

const MAX_DIAGNOSTICS = 5;

/** "Exported variable has or is using name …": the learner exported nothing, tslab does, for the cells that follow. */
const isNameless = (code: number): boolean => code >= 4000 && code < 4200;
const NAMELESS =
  "later cells could not name the type of this: annotate it with a type, " +
  'or import a module with `import * as name from "…"` instead of `await import`';

/** What to add to "Cannot find name": it is not always clear that a failed cell leaves none of its names. */
function noteOn({ code, messageText }: Diagnostic, lost: Map<string, string>): string | undefined {
  const name = code === 2304 || code === 2552 ? /'([^']+)'/.exec(messageText)?.[1] : undefined;
  const label = name && lost.get(name);
  return label && `${label} declared ${name} but failed, so its names are not known: mend and run it first`;
}

/** Type and syntax errors; messages of one chain come from tslab with the same place. */
export function diagnosticsError(
  found: Diagnostic[],
  cell: CellSource,
  lost = new Map<string, string>(),
): CellError {
  const diagnostics = found.map((one) => (isNameless(one.code) ? { ...one, messageText: NAMELESS } : one));
  const places = new Map<string, [Diagnostic, ...Diagnostic[]]>();
  for (const diagnostic of diagnostics) {
    const key = `${diagnostic.fileName}:${diagnostic.start.offset}:${diagnostic.end.offset}`;
    const place = places.get(key);
    if (place) place.push(diagnostic);
    else places.set(key, [diagnostic]);
  }
  const groups = [...places.values()];
  const first = diagnostics[0]!;
  const ename = first.code < 2000 ? "SyntaxError" : "TypeScriptError";
  const traceback: string[] = [];
  for (const group of groups.slice(0, MAX_DIAGNOSTICS)) {
    const { start, end, fileName, code } = group[0];
    const [message, ...details] = group.map(({ messageText }) => messageText);
    const note = noteOn(group[0], lost);
    if (note) details.push(note);
    traceback.push(headline(ename, `${message} (TS${code})`), ...details.map((detail) => `  ${detail}`));
    traceback.push(`${fileName ?? cell.label}, line ${start.line + 1}, column ${start.character + 1}:`);
    if (!fileName)
      traceback.push(...excerpt(cell.source, start.line + 1, start.character + 1, end.offset - start.offset));
  }
  if (groups.length > MAX_DIAGNOSTICS) traceback.push(`… and ${groups.length - MAX_DIAGNOSTICS} more errors`);
  return { ename, evalue: `${first.messageText} (TS${first.code})`, traceback };
}

export function problemError({ line, column, message }: CellProblem, cell: CellSource): CellError {
  const place = `${cell.label}, line ${line}, column ${column}:`;
  const traceback = [headline("SyntaxError", message), place, ...excerpt(cell.source, line, column)];
  return { ename: "SyntaxError", evalue: message, traceback };
}

const MAX_FRAMES = 4;

/** Anything thrown. The cells' frames come first, then where in the library it was thrown. */
export function thrownError(thrown: unknown, note?: string): CellError {
  const isError = thrown instanceof Error;
  const ename = isError ? nameOf(thrown) : "Thrown";
  const evalue = isError ? thrown.message : host.inspect(thrown);
  const traceback = [headline(ename, evalue)];
  if (note) traceback.push(note);
  const frames = framesOf(thrown);
  // `await new Promise(…)` and the like have two frames on one line: the inner one says it all.
  const inCells = frames
    .filter((frame) => frame.cell)
    .filter((frame, i, all) => !sameLine(frame, all[i - 1]));
  for (const frame of inCells.slice(0, MAX_FRAMES)) {
    const name = frame.name ? ` in ${frame.name}` : "";
    const column = startOfCall(frame);
    traceback.push(`${frame.file}, line ${frame.line}, column ${column}${name}:`);
    traceback.push(...excerpt(frame.cell!.source, frame.line, column));
  }
  if (inCells.length > MAX_FRAMES) traceback.push(`… and ${inCells.length - MAX_FRAMES} more calls`);
  const outside = frames.slice(0, frames.findIndex((frame) => frame.cell) >>> 0).filter(isNamed);
  if (outside.length > 0)
    traceback.push(
      paint(2, `thrown in ${outside.slice(0, MAX_FRAMES).map(describe).join(", called from ")}`),
    );
  if (isError && thrown.cause) traceback.push(`caused by ${host.inspect(thrown.cause, { depth: 0 })}`);
  return { ename, evalue, traceback };
}

/** V8 places the call of an imported function at its parenthesis. */
function startOfCall({ cell, line, column }: Frame): number {
  const before = cell!.source.split("\n")[line - 1]?.slice(0, column) ?? "";
  return column - (/([\w$.]+)\($/.exec(before)?.[1]?.length ?? 0);
}

/** Classes of errors seldom set their `name`. */
const nameOf = (error: Error): string =>
  error.name === "Error" ? (error.constructor?.name ?? "Error") : error.name;

const sameLine = (a: Frame, b?: Frame): boolean => a.cell === b?.cell && a.line === b?.line;
/** A callback without a name tells nothing that its caller would not. */
const isNamed = ({ name }: Frame): boolean => name !== "";
const describe = ({ name, file, line }: Frame): string => `${name} (${file}:${line})`;
