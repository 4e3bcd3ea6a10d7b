import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { lateness, readGrades } from "./grades";
import { csvOf, readCsv } from "./report/csv";
import { exported } from "./report/export";
import { escaped } from "./report/html";
import { writeReport } from "./report/write";
import { type Result, type Settings, writeResult, writeSettings } from "./results";
import type { Verdict } from "./verdict";

const folder = mkdtempSync(join(tmpdir(), "report-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const settings: Settings = {
  versions: { node: "20.0.0", typescript: "5.0.4", course: "0.1.0" },
  bundle: "abc",
  sandbox: { kind: "none", walls: "none" },
  limits: { cellSeconds: 1, notebookSeconds: 2, memory: 3 },
  due: "2026-11-01T12:00:00.000Z",
  latePercent: 10,
};
const verdict = (exercise: string, points: number, of: number): Verdict => ({
  ...{ exercise, title: `title <${exercise}>`, status: points === of ? "pass" : "fail", points, of },
  ...(points < of ? { message: "<b>", misconception: "forgot the bias" } : {}),
});
const result = (student: string, lesson: string, exercises: Verdict[], submitted?: string): Result => ({
  ...{ student, lesson, title: "Topic", hash: "h", notes: [], exercises, seconds: 1, overdue: [] },
  ...(submitted ? { submitted } : {}),
});

writeSettings(folder, settings);
writeResult(
  folder,
  result("Ada/../x", "04-bptt", [verdict("04.1", 2, 2), verdict("04.2", 1, 3)], "2026-11-02T13:00:00.000Z"),
);
writeResult(folder, result("=Bob", "04-bptt", [verdict("04.1", 2, 2), verdict("04.2", 3, 3)]));
writeResult(folder, result("=Bob", "05-other", [verdict("05.1", 1, 1)]));

test("a late notebook loses its share, a missing one counts", () => {
  const { students, lessons } = readGrades(folder);
  assert.deepEqual(
    lessons.map(({ lesson, of }) => [lesson, of]),
    [
      ["04-bptt", 5],
      ["05-other", 1],
    ],
  );
  const ada = students.find(({ student }) => student === "Ada/../x")!;
  assert.deepEqual([ada.points, ada.of], [2.4, 6]);
  assert.equal(ada.notebooks[0]!.daysLate, 2);
  assert.equal(ada.notebooks[1]!.exercises[0]!.status, "not-run");
  assert.equal(lateness("2026-11-01T12:00:00.000Z", settings.due), 0);
});

test("marks by hand stand, whatever is graded again", () => {
  const file = join(folder, "manual.csv");
  const text = 'student,exercise,points,comment\nAda/../x,04.2,2.5,"well, nearly"\n';
  writeFileSync(file, text);
  const ada = () => readGrades(folder).students.find(({ student }) => student === "Ada/../x")!.notebooks[0]!;
  assert.deepEqual(ada().exercises[1], {
    ...{ exercise: "04.2", title: "title <04.2>", status: "manual", points: 2.5, of: 3 },
    message: "well, nearly",
  });
  writeReport(folder);
  assert.equal(readFileSync(file, "utf8"), text);
  writeFileSync(file, "student,exercise,points,comment\nAda,04.2,much,\n");
  assert.throws(() => readGrades(folder), /manual\.csv, line 2/);
  rmSync(file);
});

test("files of a report: nbgrader's columns, names that are no paths, no markup", () => {
  writeReport(folder);
  const csv = readCsv(readFileSync(join(folder, "grades.csv"), "utf8"));
  const row = csv.find(
    ({ assignment, student_id }) => assignment === "04-bptt" && student_id === "Ada/../x",
  )!;
  assert.deepEqual(
    [row.raw_score, row.late_submission_penalty, row.score, row.max_score],
    ["3", "0.6", "2.4", "5"],
  );
  const page = readFileSync(join(folder, "feedback/Ada%2F..%2Fx.html"), "utf8");
  assert.match(page, /&lt;b&gt;/);
  assert.match(readFileSync(join(folder, "overview.html"), "utf8"), /04\.2 forgot the bias/);
});

test("gradebooks of platforms", () => {
  const grades = readGrades(folder);
  const canvas = exported(grades, "canvas", [
    { Student: "Lovelace, Ada", ID: "7", "SIS Login ID": "Ada/../x", Section: "1" },
  ]);
  assert.match(canvas, /^Student,ID,SIS User ID,SIS Login ID,Section,04 Topic,05 Topic$/m);
  assert.match(canvas, /^"Lovelace, Ada",7,,Ada\/\.\.\/x,1,2\.4,0$/m);
  assert.match(exported(grades, "moodle"), /^'=Bob,,5,1$/m);
});

test("a field that a spreadsheet would compute is text; what is written is read again", () => {
  assert.equal(csvOf([["=1+1", "a,b", 'say "x"', -2]]), `'=1+1,"a,b","say ""x""",-2\n`);
  assert.deepEqual(readCsv('a,b\n"1, ""x""",2\r\n,3\n'), [
    { a: '1, "x"', b: "2" },
    { a: "", b: "3" },
  ]);
  assert.equal(escaped(`<a href="x">'&`), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
});
