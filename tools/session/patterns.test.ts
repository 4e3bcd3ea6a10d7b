import assert from "node:assert/strict";
import { test } from "node:test";
import { awaitsAtTopLevel, cellProblems } from "./patterns";

const found = (source: string): string[] =>
  cellProblems(source).map(
    ({ line, column, message }) => `${line}:${column} ${/`([^`]+)`/.exec(message)?.[1]}`,
  );

test("finds what tslab cannot run", () => {
  assert.deepEqual(found("export const x = 1;\nexport default x"), ["1:1 export", "2:1 export"]);
  assert.equal(cellProblems("/** @browser */\nalert(1)").length, 1);
});

test("leaves alone what runs", () => {
  for (const source of [
    "await (f(x)); await (async () => 1)(); for await (const x of xs) {}",
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

test("knows what the cell itself waits for", () => {
  for (const source of [
    "const x = 1;\n  await (f(x))",
    "await (async () => 1)()",
    "const [a] = await [p]",
    "if (a) { for await (const x of xs) {} }",
    "f(await x)",
  ])
    assert.ok(awaitsAtTopLevel(source), source);
  for (const source of [
    "async function f() { await (g()); for await (const x of xs) {} }",
    "const f = async () => await (g()); class A { async m() { await x } }",
    "const o = { await: 1 }; o.await; // await (x)",
  ])
    assert.ok(!awaitsAtTopLevel(source), source);
});
