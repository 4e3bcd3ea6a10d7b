/** Stack traces in terms of cells: where a cell's compiled code came from, and only frames of use to a learner. */
import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import type { CellSource } from "./types.js";

export interface Frame {
  /** The function, "" at the top level. */
  name: string;
  /** The cell, if the frame is in one. */
  cell?: CellSource;
  file: string;
  /** 1-based. */
  line: number;
  column: number;
}

interface Compiled {
  cell: CellSource;
  maps: SourceMap[];
  /** Of the compiled code. */
  lines: number;
}

const cells = new Map<string, Compiled>();
const frames = new WeakMap<object, Frame[]>();

/** Returns the script name under which the cell's compiled code is to run. */
export function registerCell(cell: CellSource, output: string, maps: SourceMap[]): string {
  const script = `cell-${cells.size + 1}.ts`;
  cells.set(script, { cell, maps, lines: output.split("\n").length });
  return script;
}

/** From the compiled code back to the source; positions are 0-based. */
function mapBack(maps: SourceMap[], line: number, column: number): [number, number] {
  for (const map of [...maps].reverse()) {
    const entry = map.findEntry(line, column);
    if (!("originalLine" in entry)) break;
    [line, column] = [entry.originalLine, entry.originalColumn];
  }
  return [line, column];
}

function fileMap(file: string): SourceMap[] {
  const path = `${file}.map`;
  return existsSync(path) ? [new SourceMap(JSON.parse(readFileSync(path, "utf8")))] : [];
}

const INTERNAL = /^node:|^evalmachine|[\\/]tslab[\\/]dist[\\/]|typescript-for-tslab/;
const TOOLS = resolve(__dirname, "..");

function toFrame(site: NodeJS.CallSite): Frame | undefined {
  const script = site.getScriptNameOrSourceURL() ?? "";
  if (script === "" || INTERNAL.test(script) || script.startsWith(TOOLS)) return;
  const name = (site.getFunctionName() ?? "").replace(/^exports\.(tsLastExpr\d*$)?/, "");
  const [line, column] = [(site.getLineNumber() ?? 1) - 1, (site.getColumnNumber() ?? 1) - 1];
  const known = cells.get(script);
  if (known) {
    if (line > known.lines) return; // tslab's call of the wrapper function
    // One line stands before the compiled code (the wrapper function) and one before the cell ("export {}").
    const [cellLine, cellColumn] = mapBack(known.maps, line - 1, column);
    return { name, cell: known.cell, file: known.cell.label, line: cellLine, column: cellColumn + 1 };
  }
  const maps = fileMap(script);
  const [sourceLine, sourceColumn] = mapBack(maps, line, column);
  const file = maps.length > 0 ? resolve(dirname(script), sourceOf(maps[0])) : script;
  return { name, file: relative(process.cwd(), file), line: sourceLine + 1, column: sourceColumn + 1 };
}

const sourceOf = (map: SourceMap): string => map.payload.sources[0] ?? "";

/** To be set as `Error.prepareStackTrace`: `error.stack` then speaks of cells as well. */
export function prepareStackTrace(error: Error, sites: NodeJS.CallSite[]): string {
  const known = sites.map(toFrame).filter((frame): frame is Frame => frame !== undefined);
  frames.set(error, known);
  const lines = known.map(({ name, file, line, column }) => {
    const place = `${file}:${line}:${column}`;
    return `\n    at ${name ? `${name} (${place})` : place}`;
  });
  // `console.trace` gives a record that is no Error.
  return `${Error.prototype.toString.call(error)}${lines.join("")}`;
}

/** The frames of something that was thrown, innermost first. */
export function framesOf(thrown: unknown): Frame[] {
  if (!(thrown instanceof Error)) return [];
  void thrown.stack; // computed, and so recorded, when it is first read
  return frames.get(thrown) ?? [];
}
