import assert from "node:assert/strict";
import { test } from "node:test";
import { increment, lessonNotebook, quadruple, temporaryCourse } from "./fixtures/course";
import { readLesson } from "./lesson";
import { borrowed, verify, written } from "./verify";

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

test("what is wrong with a set is found", async () => {
  const rightOne = increment.solution.replace(/^.*(BEGIN|END) SOLUTION\n/gm, "");
  const noHidden = "\n// BEGIN HIDDEN TESTS\n// END HIDDEN TESTS";
  const [verdict] = await verify(
    temporaryCourse(
      lessonNotebook([
        {
          ...increment,
          id: "04.1",
          solution: increment.solution.replace("x + 1", "x + 2"),
          wrong: [
            ["is right", "off by one", rightOne],
            ["other reason", "what of zero?", "function increment(x: number): number {\n  return x;\n}"],
            ["no code", "off by one", "function increment("],
            ["never ends", "off by one", "function increment(x: number): number {\n  while (true) {}\n}"],
          ],
        },
        {
          ...quadruple,
          solution: quadruple.solution.replace("double(double(x))", "4 * x"),
          tests: `quadruple;${noHidden}`,
        },
        { ...increment, tests: `if (true) throw new Error("never right");${noHidden}` },
      ]),
    ),
    5,
  );
  const found = verdict!.problems.join("\n");
  for (const problem of [
    /04\.1: the solution fails: increment\(1\): expected 2, got 3/,
    /04\.1: the wrong answer "is right" passes/,
    /04\.1: the wrong answer "other reason" fails, but not with "what of zero\?": .*off by one/,
    /04\.1: the wrong answer "no code" does not run/,
    /04\.1: the wrong answer "never ends" fails, but not with "off by one": stopped after 5 s/,
    /04\.2: the wrong answer "always four" passes/,
    /04\.2: the blank passes test-04-2/,
    /04\.2: no wrong answer fails in test-04-2/,
    /04\.3: the blank fails in test-04-3, but not for its own reason: .*never right/,
  ])
    assert.match(found, problem);
});

test("a test that takes the library's names from the setup cell", () => {
  const notebook = lessonNotebook();
  const of = (id: string) => notebook.cells.find((cell) => cell.id === id)!;
  of("setup").source += '\nimport { norm, type Matrix, sum } from "unrolled";';
  of("test-04-1").source =
    '{\n  const { sum } = require("unrolled") as typeof import("unrolled");\n  sum(norm({ sum: 1 })); // Matrix\n}';
  assert.deepEqual(borrowed(readLesson("04-small", notebook)), [
    'test-04-1: take `norm` in the test itself: const { norm } = require("unrolled")',
  ]);
});

test("texts that are missing", () => {
  const notebook = lessonNotebook();
  const of = (id: string) => notebook.cells.find((cell) => cell.id === id)!;
  of("statement-04-1").source = "### Exercise 04.1";
  Object.assign(of("statement-04-2").metadata.unrolled!, { hints: ["one", " "], why: "" });
  notebook.cells = notebook.cells.filter(({ id }) => id !== "wrong-04-3-1");
  assert.deepEqual(written(readLesson("04-small", notebook)), [
    "04.1: the statement says nothing below its heading",
    "04.2: a hint is empty",
    "04.2: the solution has no why",
    "04.3: expected two or more wrong answers, got 1",
  ]);
});

test("a row of given numbers on which the solution fails, or whose answer another row shares, is found", async () => {
  const declaration = "const given = { x: 2, y: 6 };";
  const notebook = lessonNotebook([
    {
      id: "04.1",
      solution: `function double(): number {\n  // BEGIN SOLUTION\n  ${declaration}\n  return 2 * given.x;\n  // END SOLUTION\n}`,
      tests: `{\n  ${declaration}\n  same("double", double(), given.x + given.y - 4, "halves");\n  // BEGIN HIDDEN TESTS\n  same("double", double(), given.y - 2, "halves");\n  // END HIDDEN TESTS\n}`,
      wrong: [
        ["halves it", "halves", "function double(): number {\n  return 1;\n}"],
        ["leaves it", "halves", "function double(): number {\n  return 2;\n}"],
      ],
    },
  ]);
  const statement = notebook.cells.find(({ metadata }) => metadata.unrolled?.exercise === "04.1")!;
  statement.source += " $x = 2$";
  const rows = ["x: 2, y: 6", "x: 2.0, y: 6", "x: 3, y: 7"];
  Object.assign(statement.metadata.unrolled!, { given: { says: ["$x = {{x}}$"], rows } });
  const [verdict] = await verify(temporaryCourse(notebook), 20);
  const found = verdict!.problems.join("\n");
  assert.match(found, /the answer to row 1 of given passes elsewhere: Error: row 2/);
  assert.match(found, /the answer to row 2 of given passes elsewhere: Error: row 1/);
  assert.match(found, /the solution fails with row 3 of given: Error: double: expected 5, got 6/);
  assert.equal(verdict!.problems.length, 3);
});
