import { readFileSync } from "node:fs";
import { jsonErrorOffset } from "./json";
import type {
  Cell,
  CellMetadata,
  DisplayOutput,
  ErrorOutput,
  Notebook,
  Output,
  ResultOutput,
  StreamOutput,
} from "./types";

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
