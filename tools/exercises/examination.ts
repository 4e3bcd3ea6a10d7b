import type { Cell, Notebook } from "../notebook/format";
import { nbgraderOf } from "../notebook/nbgrader";
import type { Lesson } from "./lesson";
import { cutRegions } from "./markers";

/**
 * What a check needs of a lesson where its solutions are not at hand: locked cells, hints and all tests, hidden ones
 * too. No wrong answers, no whys, and of each solution only the blank, between its markers.
 */
export function examination({ notebook }: Lesson): Notebook {
  const kept = notebook.cells.filter(({ metadata }) => metadata.unrolled?.wrong === undefined);
  return { ...notebook, cells: kept.map(withoutAnswer) };
}

function withoutAnswer(cell: Cell): Cell {
  const { why: _why, ...unrolled } = cell.metadata.unrolled ?? {};
  const metadata = cell.metadata.unrolled ? { ...cell.metadata, unrolled } : cell.metadata;
  const markers = ["// BEGIN SOLUTION", "// END SOLUTION"];
  const source = nbgraderOf(cell)?.solution ? cutRegions(cell.source, "SOLUTION", markers).kept : cell.source;
  return { ...cell, metadata, source, ...(cell.cell_type === "code" ? { outputs: [] } : {}) } as Cell;
}
