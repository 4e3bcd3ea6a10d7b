/** Gradebooks of learning platforms, as files that they import. */
import type { Grades } from "../grades";
import { csvOf } from "./csv";

export const FORMATS = ["canvas", "moodle"] as const;
export type Format = (typeof FORMATS)[number];

type Row = Record<string, string>;

/**
 * `roster`: the rows of the platform's own export, which say who is who; without it the student's name in the
 * submissions is taken for the platform's id.
 */
export function exported(grades: Grades, format: Format, roster: readonly Row[] = []): string {
  const columns = grades.lessons.map(({ lesson, title }) => `${lesson.slice(0, 2)} ${title}`);
  const known = (student: string) => roster.find((row) => Object.values(row).includes(student)) ?? {};
  const scores = grades.students.map(({ student, notebooks }) => ({
    student,
    row: known(student),
    points: notebooks.map(({ points }) => points),
  }));
  const of = grades.lessons.map((lesson) => lesson.of);
  if (format === "moodle")
    return csvOf([
      ["username", "Email address", ...columns],
      ...scores.map(({ student, row, points }) => [
        row.username ?? row.Username ?? student,
        row["Email address"] ?? row.email ?? "",
        ...points,
      ]),
    ]);
  const names = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"];
  return csvOf([
    [...names, ...columns],
    ["    Points Possible", "", "", "", "", ...of],
    ...scores.map(({ student, row, points }) => [
      ...[
        row.Student ?? student,
        row.ID ?? "",
        row["SIS User ID"] ?? "",
        row["SIS Login ID"] ?? student,
        row.Section ?? "",
      ],
      ...points,
    ]),
  ]);
}
