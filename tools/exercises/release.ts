import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readNotebook, serializeNotebook, writeNotebook } from "../notebook/format";
import { type Course, exercisesPath } from "./course";
import { cut } from "./cut";
import type { Lesson } from "./lesson";
import { backUp, begun, differences, holdsWork, retitled } from "./work";

export interface Release {
  written: string[];
  unchanged: string[];
  /** files with a learner's work in them, which are left alone */
  kept: string[];
}

/** Cuts every lesson into exercises/. A file that holds a learner's work is never overwritten. */
export function release(course: Course): Release {
  const result: Release = { written: [], unchanged: [], kept: [] };
  for (const lesson of course.lessons) {
    const path = exercisesPath(course, lesson);
    const name = `exercises/${lesson.name}.ipynb`;
    if (holdsWorkAt(path, lesson))
      result.kept.push(
        `${name} holds work of yours${list(lesson, path)}; left as it is. ` +
          `The blank instead, with a backup of yours: npm run reset -- ${lesson.number}`,
      );
    else {
      const backup = retitledAt(path, lesson) ? `; what was there: ${backUp(course, path)}` : "";
      if (writeNotebook(path, cut(lesson))) result.written.push(`${name}${backup}`);
      else result.unchanged.push(name);
    }
  }
  return result;
}

/**
 * Compares exercises/ with what the solutions give: one line for each file that is not up to date. A learner's
 * answers are no difference, unless `strict` (in CI): there they would be answers in the repository.
 */
export function compare(course: Course, strict: boolean): string[] {
  const stale: string[] = [];
  for (const lesson of course.lessons) {
    const path = exercisesPath(course, lesson);
    const name = `exercises/${lesson.name}.ipynb`;
    if (!statSync(path, { throwIfNoEntry: false })) {
      stale.push(`${name} is missing: npm run exercises`);
      continue;
    }
    const notebook = readNotebook(path);
    const [first, ...more] = differences(lesson, notebook);
    if (first)
      stale.push(
        `${name} differs from its solutions: ${first}${more.length ? ` and ${more.length} more` : ""}: ` +
          `npm run ${holdsWork(lesson, notebook) ? `reset -- ${lesson.number}` : "exercises"}`,
      );
    else if (strict && serializeNotebook(notebook) !== serializeNotebook(cut(lesson)))
      stale.push(`${name} is not exactly what npm run exercises writes${list(lesson, path)}`);
  }
  return [...stale, ...orphans(course)];
}

function orphans(course: Course): string[] {
  const folder = join(course.root, "exercises");
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  const found = readdirSync(folder).filter(
    (file) => /^\d\d-[^ ]*\.ipynb$/.test(file) && !existsSync(join(course.root, "solutions", file)),
  );
  return found.map((file) => `exercises/${file} has no solutions/${file}; delete it or add its solutions`);
}

function holdsWorkAt(path: string, lesson: Lesson): boolean {
  if (!statSync(path, { throwIfNoEntry: false })) return false;
  try {
    return holdsWork(lesson, readNotebook(path));
  } catch {
    return true; // unreadable: it may be a learner's, so it is left alone
  }
}

function retitledAt(path: string, lesson: Lesson): boolean {
  return existsSync(path) && retitled(lesson, readNotebook(path));
}

function list(lesson: Lesson, path: string): string {
  try {
    const ids = begun(lesson, readNotebook(path)).map(({ id }) => id);
    return ids.length > 0 ? ` (${ids.join(", ")})` : "";
  } catch {
    return " (it cannot be read)";
  }
}
