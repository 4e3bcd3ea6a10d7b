import { createHash } from "node:crypto";
import type { Cell } from "./types";

/** The metadata that nbgrader keeps in a cell, schema version 3. Nothing else may stand in that object. */
export interface NbgraderMetadata {
  schema_version: number;
  grade: boolean;
  grade_id: string;
  locked: boolean;
  points?: number;
  solution: boolean;
  task: boolean;
  checksum?: string;
  cell_type?: string;
}

export const knownKeys: readonly string[] = [
  "schema_version",
  "grade",
  "grade_id",
  "locked",
  "points",
  "solution",
  "task",
  "checksum",
  "cell_type",
];

export function nbgraderOf(cell: Cell): NbgraderMetadata | undefined {
  return cell.metadata.nbgrader as NbgraderMetadata | undefined;
}

/** nbgrader's own rule: a solution cell is never locked, a test cell always. */
function isLocked({ solution, grade, locked }: NbgraderMetadata): boolean {
  return !solution && (grade || locked);
}

/**
 * The checksum that nbgrader 0.9.6 computes: MD5 over the source, the cell's type, what kind of nbgrader cell it
 * is, its id and, for a test cell, its points, all in Python's spelling.
 */
export function checksum(cell: Cell): string {
  const meta = nbgraderOf(cell);
  if (!meta) throw new Error(`checksum: cell ${cell.id} has no nbgrader metadata`);
  const hash = createHash("md5");
  hash.update(cell.source).update(cell.cell_type);
  hash
    .update(python(meta.grade))
    .update(python(meta.solution))
    .update(python(isLocked(meta)));
  hash.update(meta.grade_id);
  if (meta.grade) hash.update(pythonFloat(meta.points ?? 0));
  return hash.digest("hex");
}

/** The cell with its checksum filled in, and made undeletable and uneditable where nbgrader's LockCells does. */
export function sealed<C extends Cell>(cell: C): C {
  const meta = nbgraderOf(cell);
  if (!meta) return cell;
  const { points, ...rest } = meta;
  const nbgrader = { ...rest, ...(meta.grade ? { points } : {}), cell_type: cell.cell_type };
  const locks = isLocked(meta) ? { deletable: false, editable: false } : { deletable: false };
  const next = { ...cell, metadata: { ...cell.metadata, ...locks, nbgrader } };
  return { ...next, metadata: { ...next.metadata, nbgrader: { ...nbgrader, checksum: checksum(next) } } };
}

function python(value: boolean): string {
  return value ? "True" : "False";
}

function pythonFloat(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
