import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { jsonErrorOffset, jupyterJson } from "./json";

/** A notebook, nbformat 4.5, with every text as one string (on disk they are arrays of lines). */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: 4;
  nbformat_minor: number;
}

export interface CellMetadata {
  tags?: string[];
  nbgrader?: Record<string, unknown>;
  unrolled?: Record<string, unknown>;
  [key: string]: unknown;
}

interface CommonCell {
  id: string;
  metadata: CellMetadata;
  source: string;
}
export interface MarkdownCell extends CommonCell {
  cell_type: "markdown";
  attachments?: Record<string, unknown>;
}
export interface RawCell extends CommonCell {
  cell_type: "raw";
  attachments?: Record<string, unknown>;
}
export interface CodeCell extends CommonCell {
  cell_type: "code";
  execution_count: number | null;
  outputs: Output[];
}
export type Cell = MarkdownCell | RawCell | CodeCell;

export type MimeBundle = Record<string, unknown>;
export interface StreamOutput {
  output_type: "stream";
  name: "stdout" | "stderr";
  text: string;
}
export interface DisplayOutput {
  output_type: "display_data";
  data: MimeBundle;
  metadata: Record<string, unknown>;
}
export interface ResultOutput {
  output_type: "execute_result";
  data: MimeBundle;
  metadata: Record<string, unknown>;
  execution_count: number | null;
}
export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}
export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;

/** The metadata of every notebook of the course: an own kernel, or a plain tslab, opens it. */
export const courseMetadata: Readonly<Record<string, unknown>> = {
  kernelspec: { display_name: "TypeScript (Unrolled)", language: "typescript", name: "tslab" },
  language_info: { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" },
};

/** Reads a notebook; throws an Error that says which file, what is wrong and what to do. */
export function readNotebook(path: string): Notebook {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `${path}: ${code === "ENOENT" ? "there is no such notebook" : `cannot be read (${code})`}`,
    );
  }
  return parseNotebook(text, path);
}

/** Parses a notebook's text; `where` names it in errors. A cell without an id gets `unnamed-<number>`. */
export function parseNotebook(text: string, where: string): Notebook {
  const json = parseJson(text.replace(/^\uFEFF/, ""), where);
  if (!isRecord(json)) throw new Error(`${where}: not a notebook: expected an object, got ${kindOf(json)}`);
  if (json.nbformat !== 4)
    throw new Error(
      `${where}: expected a notebook of format 4, got ${JSON.stringify(json.nbformat) ?? "no nbformat"}; ` +
        "open it in JupyterLab and save it, or convert it with jupyter nbconvert --to notebook",
    );
  if (!Array.isArray(json.cells))
    throw new Error(`${where}: expected a list "cells", got ${kindOf(json.cells)}`);
  const cells = json.cells.map((cell, index) => readCell(cell, index, where));
  const seen = new Map<string, number>();
  for (const [index, { id }] of cells.entries()) {
    const first = seen.get(id);
    if (first !== undefined)
      throw new Error(
        `${where}: cells ${first + 1} and ${index + 1} have the same id "${id}"; give one a new id`,
      );
    seen.set(id, index);
  }
  return {
    cells,
    metadata: isRecord(json.metadata) ? json.metadata : {},
    nbformat: 4,
    nbformat_minor: Math.max(5, Number(json.nbformat_minor) || 5),
  };
}

function parseJson(text: string, where: string): unknown {
  const conflict = /^(<{7}|={7}|>{7})( .*)?$/m.exec(text);
  try {
    return JSON.parse(text);
  } catch {
    if (text.trim() === "") throw new Error(`${where}: the file is empty; restore it from version control`);
    if (conflict)
      throw new Error(
        `${where}:${lineOf(text, conflict.index)}: a merge left its markers ("${conflict[0]}"); ` +
          "choose one version of the file and save it without the markers",
      );
    const offset = jsonErrorOffset(text);
    const line = lineOf(text, offset);
    if (offset >= text.trimEnd().length)
      throw new Error(
        `${where}: the file ends in the middle (line ${line}): it was only half written; ` +
          "restore it from version control or from .ipynb_checkpoints",
      );
    const shown = text.slice(offset).split("\n", 1)[0]?.slice(0, 40);
    throw new Error(`${where}:${line}: not valid JSON here: ${shown}`);
  }
}

function readCell(cell: unknown, index: number, where: string): Cell {
  const at = `${where}: cell ${index + 1}`;
  if (!isRecord(cell)) throw new Error(`${at}: expected an object, got ${kindOf(cell)}`);
  const type = cell.cell_type;
  if (type !== "code" && type !== "markdown" && type !== "raw")
    throw new Error(`${at}: expected cell_type code, markdown or raw, got ${JSON.stringify(type) ?? "none"}`);
  const common = {
    id: typeof cell.id === "string" && cell.id !== "" ? cell.id : `unnamed-${index + 1}`,
    metadata: (isRecord(cell.metadata) ? cell.metadata : {}) as CellMetadata,
    source: joined(cell.source, `${at}: source`),
  };
  if (type !== "code") {
    const attachments = isRecord(cell.attachments) ? { attachments: cell.attachments } : {};
    return { cell_type: type, ...common, ...attachments };
  }
  const outputs = Array.isArray(cell.outputs) ? cell.outputs : [];
  return {
    cell_type: type,
    ...common,
    execution_count: typeof cell.execution_count === "number" ? cell.execution_count : null,
    outputs: outputs.map((output, i) => readOutput(output, `${at}: output ${i + 1}`)),
  };
}

function readOutput(output: unknown, at: string): Output {
  if (!isRecord(output)) throw new Error(`${at}: expected an object, got ${kindOf(output)}`);
  switch (output.output_type) {
    case "stream":
      return { ...output, text: joined(output.text, `${at}: text`) } as StreamOutput;
    case "display_data":
    case "execute_result": {
      const data = Object.entries(isRecord(output.data) ? output.data : {});
      const whole = data.map(([mime, value]) => [mime, isJsonMime(mime) ? value : joinedIfLines(value)]);
      return { metadata: {}, ...output, data: Object.fromEntries(whole) } as DisplayOutput | ResultOutput;
    }
    case "error":
      return output as unknown as ErrorOutput;
    default:
      throw new Error(`${at}: unknown output_type ${JSON.stringify(output.output_type) ?? "(none)"}`);
  }
}

/** The notebook's text in the normal form, which is what JupyterLab writes when it saves. */
export function serializeNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => {
    const source = splitLines(cell.source);
    return cell.cell_type === "code"
      ? { ...cell, source, outputs: cell.outputs.map(outputOnDisk) }
      : { ...cell, source };
  });
  return jupyterJson({ ...notebook, cells });
}

function outputOnDisk(output: Output): unknown {
  if (output.output_type === "stream") return { ...output, text: splitLines(output.text) };
  if (output.output_type === "error") return output;
  const data = Object.entries(output.data).map(([mime, value]) => {
    const asLines = typeof value === "string" && (mime.startsWith("text/") || LINE_MIMES.has(mime));
    return [mime, asLines ? splitLines(value) : value];
  });
  return { ...output, data: Object.fromEntries(data) };
}

const LINE_MIMES = new Set(["application/javascript", "image/svg+xml"]);

/**
 * Writes the notebook whole or not at all (a file beside it, then a rename); returns whether the file changed.
 * A file that already has this content is not touched.
 */
export function writeNotebook(path: string, notebook: Notebook): boolean {
  return writeWhole(path, serializeNotebook(notebook));
}

export function writeWhole(path: string, text: string): boolean {
  const exists = statSync(path, { throwIfNoEntry: false }) !== undefined;
  const target = exists ? realpathSync(path) : path;
  if (exists && readFileSync(target, "utf8") === text) return false;
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Error(
      `${path}: cannot be written (${(error as NodeJS.ErrnoException).code}); the old file is untouched`,
    );
  }
  return true;
}

/** A new cell's fields in one call, for tools that make notebooks. */
export function codeCell(id: string, source: string, metadata: CellMetadata = {}): CodeCell {
  return { cell_type: "code", id, metadata, source, execution_count: null, outputs: [] };
}

export function hasTag(cell: Cell, tag: string): boolean {
  return Array.isArray(cell.metadata.tags) && cell.metadata.tags.includes(tag);
}

/** Lines with their line ends, split where Python's splitlines does, as Jupyter does. */
function splitLines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\r\n|\r(?!\n)|[\n\v\f\x85\u2028\u2029])/);
}

function joined(value: unknown, at: string): string {
  const text = joinedIfLines(value);
  if (typeof text !== "string")
    throw new Error(`${at}: expected text or a list of lines, got ${kindOf(value)}`);
  return text;
}

function joinedIfLines(value: unknown): unknown {
  return Array.isArray(value) && value.every((line) => typeof line === "string") ? value.join("") : value;
}

function isJsonMime(mime: string): boolean {
  return mime === "application/json" || (mime.startsWith("application/") && mime.endsWith("+json"));
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  return value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
