/** Stack traces in terms of cells: where a cell's compiled code came from, and only frames of use to a learner. */
import type { CodeMap, Site } from "./host";
import { host } from "./node/host";
import type { CellSource } from "./types";

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
  maps: CodeMap[];
  /** Of the compiled code. */
  lines: number;
}

const cells = new Map<string, Compiled>();
const frames = new WeakMap<object, Frame[]>();

/** Returns the script name under which the cell's compiled code is to run. */
export function registerCell(cell: CellSource, output: string, maps: CodeMap[]): string {
  const script = `cell-${cells.size + 1}.ts`;
  cells.set(script, { cell, maps, lines: output.split("\n").length });
  return script;
}

/** From the compiled code back to the source; positions are 0-based. */
function mapBack(maps: CodeMap[], line: number, column: number): [number, number] {
  for (const map of [...maps].reverse()) {
    const found = map.find(line, column);
    if (!found) break;
    [line, column] = found;
  }
  return [line, column];
}

function toFrame(site: Site): Frame | undefined {
  const { script, line, column } = site;
  if (host.isInternal(script)) return;
  const name = site.name.replace(/^exports\.(tsLastExpr\d*$)?/, "");
  const known = cells.get(script);
  if (known) {
    if (line > known.lines) return; // tslab's call of the wrapper function
    // One line stands before the compiled code (the wrapper function) and one before the cell ("export {}").
    const [cellLine, cellColumn] = mapBack(known.maps, line - 1, column);
    return { name, cell: known.cell, file: known.cell.label, line: cellLine, column: cellColumn + 1 };
  }
  const map = host.mapOfFile(script);
  const [sourceLine, sourceColumn] = mapBack(map ? [map] : [], line, column);
  const file = host.nameOfFile(script, map?.source);
  return { name, file, line: sourceLine + 1, column: sourceColumn + 1 };
}

/** Makes `error.stack` speak of cells as well. */
export function stackInCells(error: Error, sites: Site[]): string {
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
