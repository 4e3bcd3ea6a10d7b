import assert from "node:assert/strict";
import { test } from "node:test";
import { projectRoot, readCourse } from "./course";
import { cut } from "./cut";
import { examination } from "./examination";
import { readLesson } from "./lesson";
import { cutRegions } from "./markers";

test("an examination is the lesson without its solutions, wrong answers and whys", () => {
  for (const lesson of readCourse(projectRoot).lessons) {
    const paper = examination(lesson);
    const again = readLesson(lesson.name, paper);
    assert.deepEqual(cut(again), cut(lesson));
    const text = paper.cells.map(({ source }) => source).join("\n");
    const metadata = JSON.stringify(paper.cells.map((cell) => cell.metadata));
    for (const [i, { id, solution, wrongAnswers, why, hints, tests }] of lesson.exercises.entries()) {
      for (const answer of cutRegions(solution.cell.source, "SOLUTION").removed)
        assert.ok(!text.includes(answer.trim()), `${id}: its solution`);
      for (const { source } of wrongAnswers) assert.ok(!text.includes(source), `${id}: a wrong answer`);
      assert.ok(!metadata.includes(JSON.stringify(why)), `${id}: its why`);
      assert.deepEqual(again.exercises[i]!.hints, hints);
      assert.deepEqual(
        again.exercises[i]!.tests.map(({ cell }) => cell.source),
        tests.map(({ cell }) => cell.source),
      );
    }
  }
});
