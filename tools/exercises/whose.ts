import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Lesson } from "./lesson";

/** The lesson whose cells a notebook holds, however it is called; of a file that cannot be read, the one it is named after. */
export function lessonIn(file: string, lessons: readonly Lesson[]): Lesson | undefined {
  const ids = idsIn(file);
  const named = lessons.find(({ number }) => basename(file).startsWith(number));
  if (!ids) return named;
  const shared = (lesson: Lesson) => lesson.parts.filter(({ gradeId }) => ids.has(gradeId)).length;
  const best = [...lessons].sort((a, b) => shared(b) - shared(a))[0];
  return best && shared(best) > 0 ? best : named;
}

/** Another notebook beside a missing one that holds its cells: perhaps it was renamed. */
export function renamed(missing: string, lesson: Lesson): string | undefined {
  const [first] = lesson.parts;
  const others = readdirSync(dirname(missing)).filter((name) => /^[^.].*\.ipynb$/.test(name));
  return others.find((name) => first && idsIn(join(dirname(missing), name))?.has(first.gradeId));
}

/** The grade ids of a notebook's cells; undefined if it is not one. */
function idsIn(file: string): Set<string> | undefined {
  try {
    const { cells } = JSON.parse(readFileSync(file, "utf8")) as {
      cells: { metadata?: { nbgrader?: { grade_id?: string } } }[];
    };
    return new Set(cells.map(({ metadata }) => metadata?.nbgrader?.grade_id ?? ""));
  } catch {
    return undefined;
  }
}
