import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { after, test } from "node:test";
import type { Limits } from "./protocol";
import { remoteSession, type TestSession } from "./testing";

const NOTEBOOKS = resolve(__dirname, "../../../notebooks");
const sessions: TestSession[] = [];
function start(limits: Partial<Limits> = {}): TestSession {
  const session = remoteSession(NOTEBOOKS, { limits });
  sessions.push(session);
  return session;
}
after(() => {
  for (const session of sessions) session.close();
});

test("a cell cannot answer in the session's name", async () => {
  const session = start();
  const ok = JSON.stringify({ id: 1, type: "done", value: { status: "ok", printed: 0 } });
  const { outcome, printed } = await session.run(`
    import fs from "node:fs";
    const forged = ${JSON.stringify(ok)};
    process.send?.({ id: 1, type: "done", value: { status: "ok", printed: 0 } });
    for (let id = 0; id < 5; id++)
      for (const text of [forged, "\\n" + forged + "\\n", "half a line"]) fs.writeSync(4, text.replace("1", String(id)));
    const overheard: unknown[] = ((globalThis as any).overheard = []);
    for (const [owner, name] of [[fs, "writeSync"], [JSON, "stringify"]] as [any, string][]) {
      const old = owner[name];
      owner[name] = (...args: unknown[]) => { overheard.push(require("util").inspect(args)); return old(...args) };
    }
    process.on("message", (message) => overheard.push(message));
    console.log("so far");
    throw new Error("this counts");`);
  assert.equal(outcome.status === "error" && outcome.error.evalue, "this counts");
  assert.equal(printed, "so far\n");
  const overheard = await session.run("console.log((globalThis as any).overheard.join().includes('type:'))");
  assert.equal(overheard.printed, "false\n");
});

test("memory: objects, and arrays of numbers that V8 does not count", async () => {
  const memory = 500;
  const objects = await start({ memory }).run(
    "const all = []; for (let i = 0; ; i++) all.push({ i, text: String(i) })",
  );
  const numbers = await start({ memory }).run(
    "const all = []; for (;;) all.push(new Float64Array(1e6).fill(1))",
  );
  for (const { outcome } of [objects, numbers]) {
    assert.ok(outcome.status === "died");
    assert.deepEqual([outcome.cause, outcome.how], ["memory", "it used up its memory of 500 MB"]);
  }
});

test("time: an endless loop is stopped, and the session is gone for good", async () => {
  const session = start({ seconds: 2 });
  await session.ready;
  const late = { status: "late", seconds: 2 };
  assert.deepEqual((await session.run("await null; while (true) {}")).outcome, late);
  assert.deepEqual((await session.run("1")).outcome, late);
  await assert.rejects(session.complete("1", 1), /stopped after 2 s/);
});

test("an end by exit code and by signal, with the last words", async () => {
  const code = "require('fs').writeSync(2, 'farewell'); (process as any).reallyExit(3)";
  const { outcome } = await start().run(code);
  assert.deepEqual(outcome, { status: "died", cause: "exit", how: "exit code 3: farewell" });
  const aborted = (await start().run("process.abort()")).outcome;
  assert.ok(
    aborted.status === "died" && /^stopped by SIGABRT|^exit code/.test(aborted.how),
    JSON.stringify(aborted),
  );
});

test("output: a flood is cut and counted, pictures too, and the next cell prints again", async () => {
  const session = start({ printed: 1000, shown: 1000 });
  const { outcome, printed } = await session.run("for (let i = 0; i < 1e5; i++) console.log('a line')");
  assert.deepEqual(outcome, { status: "ok", printed: 700_000 });
  assert.match(printed, /a l?i?n?e?\n… cut here: this cell printed more than 1,000 characters\n$/);
  const show = "const show = (globalThis as any)[Symbol.for('unrolled.display')];";
  const flood = await session.run(`${show} for (let i = 0; i < 1e4; i++) show({ data: { i } })`);
  assert.ok(flood.displays.length < 50);
  assert.match(flood.printed, /this cell showed more than 1,000 characters/);
  assert.equal((await session.run("console.log('again')")).printed, "again\n");
  const big = start();
  assert.equal((await big.run("'x'.repeat(5e6)")).results.length, 1);
});

test("what comes late belongs to its cell; a program that goes on is not waited for", async () => {
  const session = start();
  const printed: string[] = [];
  await session.execute("setTimeout(() => console.log('late'), 50); undefined", {
    stream: (_, text) => printed.push(text),
  });
  while (printed.length === 0) await new Promise((done) => setTimeout(done, 20));
  const began = performance.now();
  const program =
    "require('child_process').spawn('node', ['-e', 'setTimeout(() => {}, 6000)'], { stdio: 'inherit' });";
  const { outcome } = await session.run(`${program} (process as any).reallyExit(0)`);
  assert.equal(outcome.status, "died");
  assert.ok(performance.now() - began < 5000);
});

test("a program of one's own starts it; a failed start says so", async () => {
  const commands: string[] = [];
  const session = remoteSession(NOTEBOOKS, {
    spawn(command, args, options) {
      commands.push(command);
      return spawn(command, ["--no-deprecation", ...args], options);
    },
  });
  sessions.push(session);
  assert.deepEqual((await session.run("process.execArgv.includes('--no-deprecation')")).results[0], {
    "text/plain": "true",
  });
  assert.equal(commands.length, 1);
  const nowhere = remoteSession(resolve(NOTEBOOKS, "nowhere"));
  await assert.rejects(nowhere.ready, /could not be started: .*ENOENT[\s\S]*npm run doctor/);
  const nothing = remoteSession(NOTEBOOKS, {
    spawn: (_, args, options) => spawn("/no/such/program", args, options),
  });
  await assert.rejects(nothing.run("1"), /could not be started: .*ENOENT/);
});
