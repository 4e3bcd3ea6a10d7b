/** The files of a report, made anew from its results and its manual marks each time. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Grades, readGrades } from "../grades";
import { fileOf, writeFile } from "../results";
import { csvOf } from "./csv";
import { feedbackPage } from "./feedback";
import { overviewPage } from "./overview";

export function writeReport(report: string): Grades {
  const grades = readGrades(report);
  writeFile(join(report, "grades.json"), `${JSON.stringify(grades, null, 2)}\n`);
  writeFile(join(report, "grades.csv"), csvOf(nbgraderRows(grades)));
  rmSync(join(report, "feedback"), { recursive: true, force: true });
  for (const student of grades.students)
    writeFile(join(report, "feedback", `${fileOf(student.student)}.html`), feedbackPage(student));
  writeFile(join(report, "overview.html"), overviewPage(grades));
  return grades;
}

/** The columns of `nbgrader export`. */
export function nbgraderRows({ students, settings }: Grades): (string | number)[][] {
  const head = ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"];
  const rows = students.flatMap(({ student, notebooks }) =>
    notebooks.map(({ lesson, submitted, points, penalty, of }) => [
      ...[lesson, settings.due ?? "", submitted ?? "", student, "", "", ""],
      ...[Number((points + penalty).toFixed(4)), penalty, points, of],
    ]),
  );
  return [[...head, "raw_score", "late_submission_penalty", "score", "max_score"], ...rows];
}
