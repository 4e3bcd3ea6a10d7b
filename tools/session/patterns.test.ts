import assert from "node:assert/strict";
import { test } from "node:test";
import { cellProblems } from "./patterns.js";

const found = (source: string): string[] =>
  cellProblems(source).map(
    ({ line, column, message }) => `${line}:${column} ${/`([^`]+)`/.exec(message)?.[1]}`,
  );

test("finds what tslab cannot run", () => {
  const promise = "const promise = …; await promise";
  assert.deepEqual(found("const x = 1;\n  await (f(x))"), [`2:3 ${promise}`]);
  assert.deepEqual(found("await (async () => 1)()"), [`1:1 ${promise}`]);
  assert.deepEqual(found("const [a] = await [p]"), [`1:13 ${promise}`]);
  assert.deepEqual(found("for await (const x of xs) {}"), ["1:1 for await"]);
  assert.deepEqual(found("export const x = 1;\nexport default x"), ["1:1 export", "2:1 export"]);
  assert.equal(cellProblems("/** @browser */\nalert(1)").length, 1);
});

test("leaves alone what runs", () => {
  for (const source of [
    "await f(); const x = await p; await new Promise((r) => setTimeout(r, 1)); await import('x')",
    "async function f() { await (g()); for await (const x of xs) {} }",
    "const f = async () => { await (g()) }",
    "const o = { await: 1 }; o.await; // await (x)",
    "/** @module shared */\nexport const x = 1",
    "namespace N { export const x = 1 }",
    "const broken = (",
  ])
    assert.deepEqual(cellProblems(source), [], source);
});
