import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { projectRoot, readCourse } from "../exercises/course";
import { dealt } from "../exercises/given";
import type { Lesson } from "../exercises/lesson";
import { readNotebook, serializeNotebook } from "../notebook/format";
import { main } from "./cli";
import type { Grades } from "./grades";
import { lessonFor } from "./handout";

const SEED = 11;
const lesson = readCourse(projectRoot).lessons.find(({ number }) => number === "02")!;
const ids = lesson.exercises.filter(({ given }) => given).map(({ id }) => id);
const folder = mkdtempSync(join(tmpdir(), "handout-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const place = (name: string): string => join(folder, name);
const handedOut = place("out");
const list = (...names: string[]): string => {
  writeFileSync(place("students.txt"), names.join("\n"));
  return place("students.txt");
};
const handOut = (seed: number, ...names: string[]) =>
  main(["handout", "02", "--seed", String(seed), "--students", list(...names), "--out", handedOut]);

/** The notebook that one student got, with the answers to the numbers of somebody. */
function handIn(student: string, notebookOf: string, answersTo: Lesson): void {
  const notebook = readNotebook(join(handedOut, notebookOf, `${lesson.name}.ipynb`));
  for (const { solution } of answersTo.exercises)
    notebook.cells.find(({ id }) => id === solution.cell.id)!.source = solution.cell.source;
  const home = join(place("in"), student);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, `${lesson.name}.ipynb`), serializeNotebook(notebook));
}

test("each student's own answers count, those to other numbers do not", async () => {
  assert.equal(await handOut(SEED, "ada", "bob", "kim"), 0);
  for (const exercise of lesson.exercises.filter(({ given }) => given))
    assert.notEqual(dealt(SEED, "ada", exercise), dealt(SEED, "bob", exercise));

  const adas = lessonFor(lesson, SEED, "ada");
  handIn("ada", "ada", adas);
  handIn("bob", "ada", adas); // all of it copied
  handIn("kim", "kim", lesson); // the answers to exercises/
  handIn("zoe", "ada", lesson); // came later, with exercises/
  const report = place("report");
  const args = [place("in"), "--out", report, "--handout", handedOut, "--exercise", ids.join()];
  assert.equal(await main(args), 0);
  const { students, settings }: Grades = JSON.parse(readFileSync(join(report, "grades.json"), "utf8"));
  const statuses = students.map(({ student, notebooks }) => [
    student,
    ...notebooks[0]!.exercises.map(({ status }) => status),
  ]);
  assert.deepEqual(statuses, [
    ["ada", "pass", "pass"],
    ["bob", "fail", "fail"],
    ["kim", "fail", "fail"],
    ["zoe", "pass", "pass"],
  ]);
  const notes = students[1]!.notebooks[0]!.notes.join("\n");
  assert.match(notes, /the statement of 02\.1 \(cell \d+\) was changed/);
  assert.equal(settings.seed, SEED);
  await assert.rejects(main([...args, "--resume", "--seed", "5"]), /made with --seed 11/);
});

test("what was handed out is not written over; students can be added", async () => {
  const bobs = join(handedOut, "bob", `${lesson.name}.ipynb`);
  const before = readFileSync(bobs, "utf8");
  await assert.rejects(handOut(SEED + 1, "bob"), /another seed needs another folder/);
  await assert.rejects(handOut(SEED, "../bob"), /cannot be the name of a folder/);
  await assert.rejects(handOut(SEED, "bob", "bob"), /stands there twice/);
  assert.equal(await handOut(SEED, "bob", "lea"), 0);
  assert.equal(readFileSync(bobs, "utf8"), before);
  assert.ok(existsSync(join(handedOut, "lea", `${lesson.name}.ipynb`)));
  const { students } = JSON.parse(readFileSync(join(handedOut, "handout.json"), "utf8"));
  assert.deepEqual(students, ["ada", "bob", "kim", "lea"]);
  writeFileSync(bobs, before.replace("YOUR CODE HERE", "mine"));
  await assert.rejects(handOut(SEED, "bob"), /changed since it was handed out/);
});
