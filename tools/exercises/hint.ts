import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../notebook/format";
import type { Course } from "./course";
import type { Exercise } from "./lesson";

/** The next hint of an exercise, or all; what was shown is remembered in .unrolled/hints.json. */
export function hint(course: Course, exercise: Exercise, all: boolean): string {
  const seen = readSeen(course);
  const { text, shown } = nextHint(exercise, seen[exercise.id] ?? 0, all);
  if (shown > 0) writeSeen(course, { ...seen, [exercise.id]: shown });
  return text;
}

/** What to show to somebody who has seen so many of them, and how many that makes. */
export function nextHint(
  { id, title, hints }: Exercise,
  seen: number,
  all: boolean,
): { text: string; shown: number } {
  if (hints.length === 0) return { text: `${id} ${title} has no hints.`, shown: 0 };
  const shown = all ? hints.length : Math.min(seen + 1, hints.length);
  const repeated = !all && seen === hints.length;
  const first = all ? 1 : shown;
  const lines = hints
    .slice(first - 1, shown)
    .map((text, i) => `Hint ${first + i} of ${hints.length}: ${text}`);
  const next =
    shown < hints.length
      ? `The next one: npm run hint -- ${id}`
      : `${repeated ? "You have seen all hints" : "That was the last one"}. The worked solution: npm run solution -- ${id} --anyway`;
  return { text: [`${id} ${title}`, ...lines, next].join("\n"), shown };
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
