/** The teacher's side of a lesson, ready to judge with: its cells as JavaScript, and the names that learners fill in. */
import { createHash } from "node:crypto";
import type { Exercise, Lesson, Part } from "../exercises/lesson";
import type { Cell } from "./child/messages";
import type { Compiler } from "./compiler";

export interface Bundle {
  lesson: Lesson;
  /** The locked cells and both forms of each test (as released, and whole), by source. */
  cells: Map<Part, Map<string, Cell>>;
  /** What the solution cells declare. */
  names: string[];
  /** Exercises whose tests hold only for the numbers in them: no other random cases. */
  asWritten: Set<Exercise>;
}

export async function prepare(lesson: Lesson, compiler: Compiler): Promise<Bundle> {
  const cells: Bundle["cells"] = new Map();
  const names: string[] = [];
  let declarations = "";
  for (const [index, part] of lesson.parts.entries()) {
    if (part.cell.cell_type !== "code") continue;
    const forms = part.role === "test" ? [part.released, part.cell.source] : [part.cell.source];
    const compiled = new Map<string, Cell>();
    for (const source of forms) {
      const label = `cell [${index + 1}]`;
      const answer = await compiler.compile({ source, label, declarations });
      if (!("code" in answer))
        throw new Error(
          `solutions/${lesson.name}.ipynb, ${part.gradeId}: ${JSON.stringify(answer).slice(0, 500)}`,
        );
      compiled.set(source, { compiled: answer, label, source });
      if (part.role === "solution") names.push(...answer.names.all);
      if (part.role !== "test") declarations = answer.declarations;
    }
    cells.set(part, compiled);
  }
  return { lesson, cells, names, asWritten: new Set() };
}

/** A fingerprint of what the lessons ask: marks are comparable only under the same one. */
export function fingerprint(lessons: readonly Lesson[]): string {
  const hash = createHash("sha256");
  for (const { name, parts } of lessons)
    for (const { gradeId, cell } of parts)
      hash.update(JSON.stringify([name, gradeId, cell.source, cell.metadata]));
  return hash.digest("hex").slice(0, 16);
}
