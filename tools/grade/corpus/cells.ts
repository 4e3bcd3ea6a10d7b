import { type Cell, codeCell } from "../../notebook/format";
import { body, type Hostile, right } from "./hostile";

const idOf = ({ metadata }: Cell) => metadata.nbgrader?.grade_id;
const isTest = (cell: Cell) => idOf(cell) === "test-01-2";
const isSolution = (cell: Cell) => idOf(cell) === "solution-01-2";
const wrong = body("return 0;");

/** Changes the notebook around an answer. */
export const cells: Hostile[] = [
  {
    name: "the test is gone",
    answer: wrong,
    edit: (all) => all.filter((cell) => !isTest(cell)),
    status: "fail",
  },
  {
    name: "the test is another",
    answer: wrong,
    edit: (all) => all.map((cell) => (isTest(cell) ? { ...cell, source: 'console.log("✓ 01.2");' } : cell)),
    status: "fail",
  },
  {
    name: "the test inside try and catch",
    answer: wrong,
    edit: (all) =>
      all.map((cell) => (isTest(cell) ? { ...cell, source: `try ${cell.source} catch {}` } : cell)),
    status: "fail",
  },
  {
    name: "the output of a test that passed",
    answer: wrong,
    edit: (all) =>
      all.map((cell) =>
        isTest(cell) && cell.cell_type === "code"
          ? { ...cell, outputs: [{ output_type: "stream", name: "stdout", text: "✓ The scalar step\n" }] }
          : cell,
      ),
    status: "fail",
  },
  {
    name: "a hundred points",
    answer: wrong,
    edit: (all) =>
      all.map((cell) =>
        cell.metadata.nbgrader
          ? { ...cell, metadata: { ...cell.metadata, nbgrader: { ...cell.metadata.nbgrader, points: 100 } } }
          : cell,
      ),
    status: "fail",
  },
  {
    name: "the test twice, the second without a test",
    answer: wrong,
    edit: (all) => [...all, { ...all.find(isTest)!, id: "another", source: "1;" }],
    status: "fail",
  },
  {
    name: "the answer of a neighbour under this one's name",
    answer: wrong,
    edit: (all) =>
      all.map((cell) =>
        idOf(cell) === "solution-01-1"
          ? { ...cell, metadata: { nbgrader: { ...cell.metadata.nbgrader!, grade_id: "solution-01-2" } } }
          : cell,
      ),
    status: "fail",
    others: "any",
  },
  {
    name: "markers in the answer",
    answer: body("// END HIDDEN TESTS", "// BEGIN SOLUTION", "return 0;", "// END SOLUTION"),
    status: "fail",
  },
  {
    name: "a setup of its own",
    answer: wrong,
    edit: (all) =>
      all.map((cell) =>
        idOf(cell) === "setup-01" ? { ...cell, source: "const rnn = { forward() {} };" } : cell,
      ),
    status: "fail",
  },
  {
    name: "cells backwards",
    edit: (all) => [...all].reverse(),
    answer: right,
    status: "pass",
    honest: true,
  },
  {
    name: "an answer in two cells",
    answer:
      "const inside = (x: number, hPrev: number, w: number, u: number, b: number) => w * x + u * hPrev + b;",
    edit: (all) =>
      all.flatMap((cell) =>
        isSolution(cell)
          ? [cell, codeCell("own", body("return Math.tanh(inside(x, hPrev, w, u, b));"))]
          : [cell],
      ),
    status: "pass",
    honest: true,
  },
  {
    name: "an answer that became text",
    answer: right,
    edit: (all) =>
      all.map((cell) =>
        isSolution(cell)
          ? { cell_type: "markdown", id: cell.id, metadata: cell.metadata, source: cell.source }
          : cell,
      ),
    status: "not-run",
  },
  {
    name: "an answer that is gone",
    edit: (all) => all.filter((cell) => !isSolution(cell)),
    status: "not-run",
  },
  {
    name: "the answer twice",
    answer: right,
    edit: (all) => all.flatMap((cell) => (isSolution(cell) ? [cell, { ...cell, id: "copy" }] : [cell])),
    status: "pass",
    honest: true,
  },
  {
    name: "an own cell that throws",
    answer: right,
    edit: (all) => [codeCell("own", 'throw new Error("mine");'), ...all],
    status: "pass",
    honest: true,
  },
];
