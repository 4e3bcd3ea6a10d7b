/** What an exercise is worth, and why: the check's report in the words of a gradebook. */
import { stripVTControlCharacters } from "node:util";
import type { ExerciseReport } from "../exercises/check";
import type { Exercise } from "../exercises/lesson";
import type { StepResult } from "../exercises/run";
import { TAMPERED } from "./judged";

export const STATUSES = [
  "pass",
  "partial",
  "fail",
  "timeout",
  "memory",
  "crash",
  "compile-error",
  "tampered",
  "not-run",
  "manual",
] as const;
export type Status = (typeof STATUSES)[number];

export interface Verdict {
  exercise: string;
  title: string;
  status: Status;
  points: number;
  of: number;
  message?: string;
  /** The planted wrong answer that fails with the same words. */
  misconception?: string;
}

/** `failure`: the first of the exercise's own cells that did not pass. */
export function verdictOn(exercise: Exercise, report: ExerciseReport, failure?: StepResult): Verdict {
  const { id, title, points, of, diagnosis } = report;
  const status = statusOf(report, failure);
  const said = stripVTControlCharacters(diagnosis ?? "").replace(/[\p{Cc}\p{Cf}]/gu, (c) =>
    c === "\n" ? c : " ",
  );
  const message =
    status === "pass" ? undefined : said || (report.status === "blank" ? "not started" : undefined);
  const misconception = exercise.wrongAnswers.find(({ hint }) => hint && said.includes(hint))?.name;
  return {
    exercise: id,
    title,
    status,
    points: status === "tampered" ? 0 : points,
    of,
    ...(message ? { message: message.slice(0, 4000) } : {}),
    ...(misconception && status !== "pass" ? { misconception } : {}),
  };
}

function statusOf({ status, points, diagnosis }: ExerciseReport, failure?: StepResult): Status {
  if (status === "passed") return "pass";
  if (status === "blank") return "not-run";
  const result = failure?.result;
  if (result?.status === "died" && result.how.startsWith(TAMPERED)) return "tampered";
  if (points > 0) return "partial";
  if (result?.status === "late") return "timeout";
  if (result?.status === "died") return result.cause === "memory" ? "memory" : "crash";
  if (
    result?.status === "error" &&
    /^(TypeScriptError|SyntaxError)$/.test(result.error.ename) &&
    /\(TS\d+\)|TypeScript/.test(result.error.evalue)
  )
    return "compile-error";
  return /solution cell is missing/.test(diagnosis ?? "") ? "not-run" : "fail";
}
