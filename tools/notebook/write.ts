import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { jupyterJson } from "./json";
import type { Notebook, Output } from "./types";

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

/** Lines with their line ends, split where Python's splitlines does, as Jupyter does. */
function splitLines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\r\n|\r(?!\n)|[\n\v\f\x85\u2028\u2029])/);
}
