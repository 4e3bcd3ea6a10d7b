import type { ExerciseReport, LessonReport } from "./check";

/** Paints for a terminal; `plain` for files, pipes and tests. */
export type Paint = (style: "green" | "red" | "dim" | "bold", text: string) => string;
const codes = { green: 32, red: 31, dim: 2, bold: 1 };
export const plain: Paint = (_style, text) => text;
export const colored: Paint = (style, text) => `\x1b[${codes[style]}m${text}\x1b[0m`;
export function paintFor(stream: { isTTY?: boolean }): Paint {
  return (stream.isTTY && !process.env.NO_COLOR) || process.env.FORCE_COLOR ? colored : plain;
}

const marks = { passed: "✓", failed: "✗", blank: "–" } as const;
const styles = { passed: "green", failed: "red", blank: "dim" } as const;

/** One lesson of the board: its exercises, and what to do about the first that failed. */
export function lessonBoard(report: LessonReport, paint: Paint): string {
  const done = report.exercises.filter(({ status }) => status === "passed").length;
  const head = `${report.lesson} ${report.title}`;
  const lines = [`${paint("bold", head)}  ${done}/${report.exercises.length}  ${pointsOf(report.exercises)}`];
  for (const exercise of report.exercises) lines.push(`  ${exerciseLine(exercise, paint)}`);
  if (report.problem) lines.push(indented(paint("red", report.problem)));
  for (const note of report.notes) lines.push(indented(`! ${note}`));
  const first = report.exercises.find(({ status }) => status === "failed");
  if (first && !report.problem) lines.push(failure(first, report.file, paint));
  return lines.join("\n");
}

export function exerciseLine(exercise: ExerciseReport, paint: Paint): string {
  const { id, title, status, points, of } = exercise;
  const mark = paint(styles[status], marks[status]);
  return `${mark} ${id} ${stars(exercise.difficulty)} ${title}  ${paint("dim", `${points}/${of}`)}`;
}

/** What is wrong with an exercise, where, and the next command. */
export function failure({ id, diagnosis }: ExerciseReport, file: string, paint: Paint): string {
  const lines = [`${id} (${file}): ${diagnosis}`, `A hint: npm run hint -- ${id}`];
  return indented([lines[0], paint("dim", lines[1]!)].join("\n"));
}

export function summary(reports: readonly LessonReport[], paint: Paint): string {
  const all = reports.flatMap(({ exercises }) => exercises);
  const count = (status: ExerciseReport["status"]) => all.filter((e) => e.status === status).length;
  const parts = [`${count("passed")} done`, `${count("failed")} to mend`, `${count("blank")} not started`];
  return paint("bold", `${pointsOf(all)}: ${parts.join(", ")}`);
}

export function stars(difficulty: number): string {
  return "●".repeat(difficulty) + "○".repeat(3 - difficulty);
}

function pointsOf(exercises: readonly ExerciseReport[]): string {
  const sum = (key: "points" | "of") => exercises.reduce((total, e) => total + e[key], 0);
  return `${sum("points")} of ${sum("of")} points`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}
