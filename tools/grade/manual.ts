/**
 * Marks that a person gives. They stand in a file of their own beside the report, manual.csv, which the grader reads
 * and never writes: student,exercise,points,comment.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCsv } from "./report/csv";
import type { Verdict } from "./verdict";

export interface ManualMark {
  student: string;
  exercise: string;
  points: number;
  comment: string;
}

/** @throws with the line that says no mark */
export function readManual(report: string): ManualMark[] {
  const file = join(report, "manual.csv");
  if (!existsSync(file)) return [];
  return readCsv(readFileSync(file, "utf8")).map((row, i) => {
    const points = Number(row.points);
    if (!row.student || !row.exercise || row.points === "" || !(points >= 0))
      throw new Error(
        `${file}, line ${i + 2}: expected student,exercise,points,comment; got ${JSON.stringify(row)}`,
      );
    return { student: row.student, exercise: row.exercise, points, comment: row.comment ?? "" };
  });
}

export function withManual(
  verdicts: readonly Verdict[],
  student: string,
  marks: readonly ManualMark[],
): Verdict[] {
  return verdicts.map((verdict) => {
    const mark = [...marks]
      .reverse()
      .find((one) => one.student === student && one.exercise === verdict.exercise);
    if (!mark) return verdict;
    const { misconception: _none, message: _said, ...rest } = verdict;
    return {
      ...rest,
      status: "manual",
      points: mark.points,
      ...(mark.comment ? { message: mark.comment } : {}),
    };
  });
}
