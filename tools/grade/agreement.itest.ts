import assert from "node:assert/strict";
import { after, test } from "node:test";
import { checkNotebook, freshSupply } from "../exercises/check";
import { projectRoot, readCourse } from "../exercises/course";
import { cut } from "../exercises/cut";
import { plan } from "../exercises/plan";
import type { Notebook } from "../notebook/format";
import { prepare } from "./bundle";
import { Compiler } from "./compiler";
import { Judge } from "./judge";
import { gradeNotebook } from "./notebook";
import { Program } from "./program";
import { openSandbox } from "./sandbox";

// Every exercise can be judged through a pipe. Lesson 03 replaces a function of the library while it tests, 04 gives points in parts: there the judge, which sees
// a learner's functions only through a pipe, could differ from the check, which calls them.

const course = readCourse(projectRoot);
const sandbox = openSandbox(projectRoot, "auto");
const compiler = new Compiler(sandbox, 60);
const judge = new Judge(projectRoot);
const limits = { cellSeconds: 60, notebookSeconds: 600, memory: 800 };
const start = () => new Program(sandbox.command("grade/child/submission.js", []), limits.memory);
after(() => {
  compiler.close();
  judge.close();
  sandbox.close();
});

for (const lesson of course.lessons)
  test(`lesson ${lesson.number}: the worked solutions earn every point`, async () => {
    const bundle = await prepare(lesson, compiler);
    const { notebook, exercises } = lesson;
    const bench = { compiler, judge, start };
    const { verdicts } = await gradeNotebook(bench, bundle, notebook, exercises, limits);
    for (const { exercise, status, message } of verdicts)
      assert.equal(status, "pass", `${exercise}: ${message}`);
  });

for (const number of ["03", "04"]) {
  const lesson = course.lessons.find((one) => one.number === number)!;
  const most = Math.max(...lesson.exercises.map(({ wrongAnswers }) => wrongAnswers.length));
  const variant = (k: number): Notebook => {
    const notebook = cut(lesson);
    for (const { solution, wrongAnswers } of lesson.exercises)
      notebook.cells.find(({ id }) => id === solution.cell.id)!.source =
        wrongAnswers[k]?.source ?? solution.cell.source;
    return notebook;
  };
  for (let k = 0; k <= most; k++)
    test(`lesson ${number}, wrong answers number ${k + 1}: the marks of the check, for the same reasons`, async () => {
      const bundle = await prepare(lesson, compiler);
      const wanted = lesson.exercises;
      const { verdicts } = await gradeNotebook(
        { compiler, judge, start },
        bundle,
        variant(k),
        wanted,
        limits,
      );
      const supply = freshSupply(course, limits.cellSeconds);
      const { exercises } = await checkNotebook(lesson, plan(lesson, variant(k)), { supply, wanted });
      assert.deepEqual(
        verdicts.map(({ exercise, points, message = "" }) => [exercise, points, message]),
        exercises.map(({ id, points, diagnosis = "" }) => [id, points, diagnosis]),
      );
    });
}
