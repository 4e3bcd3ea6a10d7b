import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../notebook/format";
import type { Course } from "./course";
import type { Exercise } from "./lesson";

/** The next hint of an exercise, or all; what was shown is remembered in .unrolled/hints.json. */
export function hint(course: Course, exercise: Exercise, all: boolean): string {
  const { id, title, hints } = exercise;
  if (hints.length === 0) return `${id} ${title} has no hints.`;
  const seen = readSeen(course);
  const shown = all ? hints.length : Math.min((seen[id] ?? 0) + 1, hints.length);
  const repeated = !all && seen[id] === hints.length;
  const first = all ? 1 : shown;
  const lines = hints
    .slice(first - 1, shown)
    .map((text, i) => `Hint ${first + i} of ${hints.length}: ${text}`);
  writeSeen(course, { ...seen, [id]: shown });
  const next =
    shown < hints.length
      ? `The next one: npm run hint -- ${id}`
      : `${repeated ? "You have seen all hints" : "That was the last one"}. The worked solution: npm run solution -- ${id} --anyway`;
  return [`${id} ${title}`, ...lines, next].join("\n");
}

function fileOf(course: Course): string {
  return join(course.root, ".unrolled", "hints.json");
}

function readSeen(course: Course): Record<string, number> {
  try {
    return JSON.parse(readFileSync(fileOf(course), "utf8"));
  } catch {
    return {}; // missing or damaged: hints start again from the first
  }
}

function writeSeen(course: Course, seen: Record<string, number>): void {
  try {
    mkdirSync(join(course.root, ".unrolled"), { recursive: true });
    writeWhole(fileOf(course), `${JSON.stringify(seen, null, 2)}\n`);
  } catch {
    // a read-only folder: the hint is shown all the same, and shown again the next time
  }
}
