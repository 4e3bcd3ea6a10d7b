import type { Cell, Notebook } from "../notebook/format";
import { sealed } from "../notebook/nbgrader";
import type { Lesson } from "./lesson";

/**
 * The exercise notebook of a lesson: no solutions, hidden tests, wrong answers, hints, whys, other numbers or outputs. Cell for
 * cell what `nbgrader generate_assignment` releases (see docs/exercises.md).
 */
export function cut(lesson: Lesson): Notebook {
  const released = new Map(lesson.parts.map((part) => [part.cell, part.released]));
  const cells = lesson.notebook.cells
    .filter((cell) => cell.metadata.unrolled?.wrong === undefined)
    .map((cell) => sealed(published({ ...cell, source: released.get(cell) ?? cell.source })));
  return { ...lesson.notebook, cells };
}

function published(cell: Cell): Cell {
  const { unrolled, ...metadata } = cell.metadata;
  if (!unrolled) return withoutOutputs(cell);
  const { hints: _hints, why: _why, given: _given, ...shown } = unrolled;
  return withoutOutputs({ ...cell, metadata: { ...metadata, unrolled: shown } });
}

function withoutOutputs(cell: Cell): Cell {
  return cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell;
}
