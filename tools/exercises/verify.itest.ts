import assert from "node:assert/strict";
import { test } from "node:test";
import type { Notebook } from "../notebook/format";
import {
  doubleIt,
  increment,
  lessonNotebook,
  quadruple,
  type Spec,
  temporaryCourse,
} from "./fixtures/course";
import { verify } from "./verify";

async function problemsOf(notebook: Notebook): Promise<string> {
  const [verdict] = await verify(temporaryCourse(notebook), 20);
  return verdict!.problems.join("\n");
}
const withSpec = (change: Partial<Spec>) =>
  problemsOf(lessonNotebook([doubleIt, { ...increment, id: "04.2", ...change }]));

test("a good set has no problems, and its counts are right", async () => {
  const [verdict] = await verify(temporaryCourse(), 20);
  assert.deepEqual(verdict, {
    lesson: "04-small",
    exercises: 3,
    points: 6.5,
    wrongAnswers: 6,
    tests: 3,
    problems: [],
  });
});

test("a solution that fails, a wrong answer that passes or fails for another reason, one that does not run", async () => {
  const right = increment.solution.replace(/^.*(BEGIN|END) SOLUTION\n/gm, "");
  const found = await withSpec({
    solution: increment.solution.replace("x + 1", "x + 2"),
    wrong: [
      ["is right", "off by one", right],
      [
        "other reason",
        "what of negative numbers?",
        "function increment(x: number): number {\n  return x;\n}",
      ],
      ["no code", "off by one", "function increment("],
    ],
  });
  assert.match(found, /04\.2: the solution fails: increment\(1\): expected 2, got 3/);
  assert.match(found, /the wrong answer "is right" passes/);
  assert.match(found, /"other reason" fails, but not with "what of negative numbers\?": .*off by one/);
  assert.match(found, /"no code" does not run/);
});

test("a blank that passes, or fails for another reason; a test that no wrong answer fails in", async () => {
  const passes = await withSpec({ tests: "increment;\n// BEGIN HIDDEN TESTS\n// END HIDDEN TESTS" });
  assert.match(passes, /the blank passes test-04-2/);
  assert.match(passes, /no wrong answer fails in test-04-2/);
  const other = await withSpec({
    tests: `if (true) throw new Error("never right");\n// BEGIN HIDDEN TESTS\n// END HIDDEN TESTS`,
  });
  assert.match(other, /the blank fails in test-04-2, but not for its own reason: .*never right/);
});

test("a wrong answer that never ends is stopped, and the rest is proved", async () => {
  const [verdict] = await verify(
    temporaryCourse(
      lessonNotebook([
        {
          ...doubleIt,
          wrong: [
            ["never ends", "x", "function double(x: number): number {\n  while (true) {}\n}"],
            doubleIt.wrong[1]!,
          ],
        },
        quadruple,
      ]),
    ),
    5,
  );
  assert.match(
    verdict!.problems.join("\n"),
    /^04\.1: the wrong answer "never ends" fails, but not with "x": stopped after 5 s$/,
  );
});

test("texts that are missing", async () => {
  const notebook = lessonNotebook();
  const of = (id: string) => notebook.cells.find((cell) => cell.id === id)!;
  of("statement-04-1").source = "### Exercise 04.1";
  Object.assign(of("statement-04-2").metadata.unrolled!, { hints: ["one", " "], why: "" });
  notebook.cells = notebook.cells.filter(({ id }) => id !== "wrong-04-3-1");
  const found = await problemsOf(notebook);
  assert.match(found, /04\.1: the statement says nothing/);
  assert.match(found, /04\.2: a hint is empty\n04\.2: the solution has no why/);
  assert.match(found, /04\.3: expected two or more wrong answers, got 1/);
});
