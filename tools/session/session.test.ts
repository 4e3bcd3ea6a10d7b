import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { DisplayMessage } from "unrolled/display";
import type { CellResult } from "./remote";
import { remoteSession } from "./testing";

const NOTEBOOKS = resolve(__dirname, "../../../notebooks");

describe("a session", () => {
  const session = remoteSession(NOTEBOOKS);
  let printed: string;
  let results: Record<string, unknown>[];
  let displays: DisplayMessage[];

  /** Runs a cell; what it showed is added to the above. */
  async function run(source: string): Promise<CellResult> {
    const ran = await session.run(source);
    printed += ran.printed;
    results.push(...ran.results);
    displays.push(...ran.displays);
    return ran.outcome;
  }
  async function ok(source: string): Promise<unknown> {
    const outcome = await run(source);
    if (outcome.status === "error") assert.fail(outcome.error.traceback.join("\n"));
    return results.at(-1)?.["text/plain"];
  }
  async function failure(source: string): Promise<{ ename: string; evalue: string; traceback: string }> {
    const outcome = await run(source);
    if (outcome.status !== "error") assert.fail(`no error from: ${source}`);
    return { ...outcome.error, traceback: stripVTControlCharacters(outcome.error.traceback.join("\n")) };
  }

  after(() => session.close());
  beforeEach(() => {
    [printed, results, displays] = ["", [], []];
  });

  describe("runs cells", () => {
    it("shows the last value and what is printed", async () => {
      assert.equal(await ok("console.log('a'); console.error('b'); [1, 2]"), "[ 1, 2 ]");
      assert.equal(printed, "a\n[stderr] b\n");
    });

    it("knows the names of earlier cells, and lets them be declared anew", async () => {
      await ok("const n = 1; interface P { x: number }");
      await ok("const n = 'text'; const p: P = { x: 1 }");
      assert.equal(await ok("n + p.x"), "'text1'");
    });

    it("takes `{ x }` with the x of an earlier cell, and `const { x: y }`", async () => {
      await ok("const size = 3; let count = 1; const twice = (n: number) => 2 * n");
      await ok("const record = { size, twice, inner: { count } }; ({ count } = { count: 7 })");
      await ok("const { size: width, inner } = record; const local = (size: string) => ({ size })");
      assert.equal(await ok("[width, inner.count, count, local('a').size].join()"), "'3,1,7,a'");
    });

    it("names a function that has no name, and prints where it is", async () => {
      assert.equal(await ok("(x: number) => 2 * x"), "[Function (anonymous)]");
      await ok("console.trace('here')");
      assert.match(printed, /^\[stderr\] Trace: here\n {4}at cell \[\d+\]:1:9\n/);
    });

    it("awaits at the top level", async () => {
      assert.equal(await ok("const five = await Promise.resolve(5); five"), "5");
      assert.equal(await ok("await (async () => 3)()"), "3");
      assert.equal(await ok("const four: number = await (Promise.resolve(4)); four"), "4");
      assert.equal(await ok("const [one] = await [1]; one"), "1");
      await ok("for await (const n of [Promise.resolve(1), 2]) console.log(n)");
      assert.equal(printed, "1\n2\n");
    });

    it("knows newer methods, Node and the library", async () => {
      assert.equal(await ok("[3, 1].toSorted().findLast((x) => x > 1)"), "3");
      assert.equal(await ok("import { basename } from 'node:path'; basename(process.cwd())"), "'notebooks'");
      assert.equal(await ok("import { matrix, shape } from 'unrolled'; shape(matrix([[1, 2]]))"), "'[1,2]'");
    });

    it("passes on MIME bundles, displays and tslab's own displays", async () => {
      await ok("({ [Symbol.for('jupyter.mimebundle')]: () => ({ data: { 'text/html': '<i>' } }) })");
      assert.deepEqual(results, [{ "text/html": "<i>" }]);
      await ok("(globalThis as any)[Symbol.for('unrolled.display')]({ data: { a: 1 }, displayId: 'x' })");
      await ok("import { display } from 'tslab'; display.html('<b>')");
      assert.deepEqual(displays[0], { data: { a: 1 }, displayId: "x" });
      assert.deepEqual(displays[1]?.data, { "text/html": "<b>" });
    });

    it("shows a figure once, also if `show` is the last value", async () => {
      await ok("import { lineFigure, show } from 'unrolled'");
      await ok(
        "const figure = lineFigure({ title: 't', x: { label: 'x' }, y: { label: 'y' }, series: [{ name: 'n', values: [1] }] })",
      );
      await ok("show(figure)");
      assert.deepEqual([displays.length, results.length], [1, 0]);
    });

    it("lets a later assignment reach the functions of the declaring cell", async () => {
      await ok("let rate = 0.1; const readRate = () => rate; function addToRate() { rate += 1 }");
      await ok("rate = 0.5");
      assert.equal(await ok("readRate()"), "0.5");
      await ok("addToRate(); rate *= 2");
      assert.equal(await ok("readRate()"), "3");
      await ok("const rate = 'another'");
      assert.equal(await ok("readRate()"), "3");
    });

    it("whatever the variable is called", async () => {
      await ok("let value = 1, next = 1; const readBoth = () => [value, next]");
      await ok("value = 2; next = 3");
      assert.equal(await ok("readBoth()"), "[ 2, 3 ]");
    });

    it("joins a character that comes in two writes", async () => {
      await ok("const [first, ...rest] = Buffer.from('é'); process.stdout.write(Buffer.from([first]))");
      await ok("process.stdout.write(Buffer.from(rest)); undefined");
      assert.equal(printed, "é");
    });
  });

  describe("tells type errors", () => {
    it("with line, caret and all details", async () => {
      const error = await failure("const a = 1;\nconst b: { c: number } = { c: 'x' };");
      assert.equal(error.ename, "TypeScriptError");
      assert.equal(error.evalue, "Type 'string' is not assignable to type 'number'. (TS2322)");
      assert.match(error.traceback, /line 2, column 28:\n {2}1 \| const a = 1;\n> 2 \| .*\n {4}\| {28}\^$/);
    });

    it("that a failed cell declared the name, and nothing of exports", async () => {
      await failure("const halfway = 1; throw new Error('later')");
      const { traceback } = await failure("halfway + 1");
      assert.match(
        traceback,
        /Cannot find name 'halfway'[^\n]*\n {2}cell \[\d+\] declared halfway but failed/,
      );
      const { evalue } = await failure("const fsm = await import('node:fs')");
      assert.match(evalue, /annotate it with a type/);
    });

    it("strictly", async () => {
      assert.match((await failure("function f(x) { return x }")).evalue, /implicitly has an 'any' type/);
      assert.match((await failure("[1].find((x) => x > 1).toFixed()")).evalue, /possibly 'undefined'/);
    });

    it("of syntax, of modules and of cells that tslab cannot run", async () => {
      assert.equal((await failure("const = 1")).ename, "SyntaxError");
      assert.match((await failure("if (1) {")).traceback, /> 1 \| if \(1\) \{\n {4}\| {9}\^$/);
      assert.match(
        (await failure("/** @module m */\nexport const k: number = 'x'")).evalue,
        /not assignable/,
      );
    });

    it("and leaves the variables as they were", async () => {
      await ok("let kept = 1");
      await failure("kept = 'x'");
      assert.equal(await ok("kept"), "1");
    });
  });

  describe("tells thrown errors", () => {
    it("with line and caret, through source maps", async () => {
      const error = await failure(
        "interface A { b: number }\ntype C = A;\n\nfunction f(n: number): void {\n  if (n > 1) throw new RangeError('no\\nway');\n}\nf(1);\n  f(2);",
      );
      assert.deepEqual([error.ename, error.evalue], ["RangeError", "no\nway"]);
      assert.match(error.traceback, /^RangeError: no\nway\ncell \[\d+\], line 5, column 20 in f:\n/);
      assert.match(error.traceback, /> 5 \| .*\n {4}\| {20}\^\n/);
      assert.match(error.traceback, /line 8, column 3:\n {2}7 \| f\(1\);\n> 8 \| {3}f\(2\);\n {4}\| {3}\^$/);
    });

    it("from a function of an earlier cell, and after an await", async () => {
      await ok("async function late(): Promise<void> {\n  await null;\n  throw new Error('late');\n}");
      const { traceback } = await failure("\nawait late()");
      assert.match(traceback, /line 3, column 9 in late:[\s\S]*line 2, column 1:/);
    });

    it("from the library: the cell's line first, where it was thrown in one line", async () => {
      const { traceback } = await failure(
        "import { matmul, matrix } from 'unrolled';\nconst m = matrix([[1, 2]]);\nmatmul(m, m)",
      );
      assert.match(traceback, /^Error: matmul: .*\ncell \[\d+\], line 3, column 1:\n/);
      assert.match(traceback, /\nthrown in \w+ \(.*lib[\\/]\w+\.ts:\d+\)/);
      assert.ok(!traceback.includes("node:"), traceback);
    });

    it("whatever is thrown", async () => {
      assert.equal((await failure("throw 'text'")).evalue, "'text'");
      assert.equal((await failure("throw null")).evalue, "null");
      assert.match(
        (await failure("class Own extends Error { name = 'Own' }\nthrow new Own('x')")).ename,
        /^Own$/,
      );
    });

    it("of a promise that nobody awaited, and of a timer", async () => {
      const error = await failure("Promise.reject(new Error('lost')); 1");
      assert.equal(error.evalue, "lost");
      assert.match(error.traceback, /write `await`/);
      const timer =
        "setTimeout(() => { throw new Error('later') }); await new Promise((r) => setTimeout(r, 20))";
      assert.equal((await failure(timer)).evalue, "later");
    });

    it("when a cell wants to end the process or read the keyboard", async () => {
      assert.match((await failure("process.exit(1)")).evalue, /would end the kernel/);
      assert.match((await failure("process.stdin.read()")).evalue, /no keyboard input/);
    });

    it("and gives back what the failed cell had declared over", async () => {
      await ok("const over = 'old'");
      await failure("const over = 1; throw new Error()");
      assert.equal(await ok("over"), "'old'");
    });
  });

  it("is interrupted while it waits, and drops what the cell left", async () => {
    await ok("const steady = 7");
    const loop =
      "for (let i = 0; ; i++) { (globalThis as any).turns = i; await new Promise((r) => setTimeout(r, 1)) }";
    for (const cell of [loop, "await new Promise(() => {})"]) {
      const outcome = run(cell);
      await new Promise((done) => setTimeout(done, 200));
      session.interrupt();
      assert.equal((await outcome).status, "error");
    }
    const turns = await ok("(globalThis as any).turns");
    await ok("await new Promise((r) => setTimeout(r, 30))");
    assert.equal(await ok("(globalThis as any).turns"), turns);
    assert.equal(await ok("steady"), "7");
  });

  it("completes and inspects", async () => {
    await ok("/** Doubles. */\nfunction double(n: number): number { return 2 * n }");
    const { start, end, matches } = await session.complete("1 + doub", 8);
    assert.deepEqual([start, end, matches[0]], [4, 8, { text: "double", type: "function" }]);
    const text = String(await session.inspect("double(2)", 2));
    assert.match(text, /function double\(n: number\): number[\s\S]*Doubles\./);
    assert.equal(await session.inspect("  ", 1), undefined);
  });

  it("shows the tags of a comment by name", async () => {
    const source =
      "/** Halves.\n * @param n a number\n * @throws for 0\n * @see nobody */\nfunction half(n: number) { return n / 2 }";
    await ok(source);
    const text = String(await session.inspect("half", 1));
    assert.match(text, /Halves\.\nn: a number\nThrows: for 0\nSee: nobody/);
  });

  it("inspects the function inside its parenthesis, and an argument on its own", async () => {
    await ok("function third(n: number) { return n / 3 }\nconst six = 6;");
    assert.match(String(await session.inspect("third()", 6)), /function third/);
    assert.match(String(await session.inspect("third(1 + )", 10)), /function third/);
    assert.match(String(await session.inspect("third(six)", 8)), /const six/);
  });

  it("says what a namespace holds", async () => {
    await ok('import { lstm } from "unrolled";');
    const text = String(await session.inspect("lstm", 2));
    assert.match(text, /lstm\.backward, .*lstm\.forward, .*lstm\.init/);
  });

  it("refuses cells that overlap", async () => {
    const first = run("await new Promise((r) => setTimeout(r, 50))");
    await assert.rejects(run("1"), /still running/);
    await first;
  });
});
