/** What a student gets to read. */
import type { NotebookGrade, StudentGrade } from "../grades";
import type { Verdict } from "../verdict";
import { escaped, page, table } from "./html";

export function feedbackPage(grade: StudentGrade): string {
  const { student, points, of, notebooks } = grade;
  const head = `<p><b>${escaped(points)}</b> of ${escaped(of)} points</p>`;
  return page(student, [head, ...notebooks.map(notebookPart)].join("\n"));
}

function notebookPart({
  lesson,
  title,
  points,
  of,
  penalty,
  daysLate,
  notes,
  exercises,
}: NotebookGrade): string {
  const number = lesson.slice(0, 2);
  const late = penalty > 0 ? `, ${escaped(penalty)} taken off for ${escaped(daysLate)} days late` : "";
  const list =
    notes.length > 0 ? `<ul>${notes.map((note) => `<li>${escaped(note)}</li>`).join("")}</ul>` : "";
  const columns = [
    { head: "exercise" },
    { head: "points", number: true },
    { head: "" },
    { head: "what the grader saw" },
  ];
  return [
    `<h2>${escaped(number)} ${escaped(title)}</h2>`,
    `<p>${escaped(points)} of ${escaped(of)} points${late}</p>`,
    table(columns, exercises.map(exerciseRow)),
    list,
  ].join("\n");
}

function exerciseRow({ exercise, title, status, points, of, message }: Verdict): string[] {
  return [
    `${escaped(exercise)} ${escaped(title)}`,
    `${escaped(points)}/${escaped(of)}`,
    statusMark(status),
    message ? `<pre>${escaped(message)}</pre>` : "",
  ];
}

export const statusMark = (status: Verdict["status"]): string =>
  `<span class="status ${status}">${escaped(status)}</span>`;
