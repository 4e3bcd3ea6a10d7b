import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { remoteSession, type TestSession } from "./testing";

const folder = mkdtempSync(join(tmpdir(), "unrolled-edits-"));
let session: TestSession;
let saves = 0;

/** Saves a file, at a time of its own: some disks count in whole seconds. */
function save(name: string, text: string): void {
  const file = join(folder, name);
  writeFileSync(file, text);
  saves += 1;
  utimesSync(file, saves, saves);
}

async function value(source: string): Promise<unknown> {
  const { outcome, results } = await session.run(source);
  if (outcome.status === "error") assert.fail(outcome.error.traceback.join("\n"));
  return results[0]?.["text/plain"];
}

before(() => {
  session = remoteSession(folder);
});
after(async () => {
  await session.close();
  rmSync(folder, { recursive: true });
});

it("an edited module is read again at its next import", async () => {
  save("helper.ts", "export const n: number = 1");
  save("data.json", '{ "n": 1 }');
  assert.equal(await value("import { n } from './helper'; n"), "1");
  assert.equal(await value("import data from './data.json'; data.n"), "1");
  save("helper.ts", "export const n: number = 2; export const more = 'more'");
  save("data.json", '{ "n": 2 }');
  assert.equal(await value("import { n } from './helper'; n"), "2");
  assert.equal(await value("import { more } from './helper'; more"), "'more'");
  assert.equal(await value("import data from './data.json'; data.n"), "2");
});

it("so is what it imports itself", async () => {
  save("inner.ts", "export const inner: number = 1");
  save("outer.ts", "import { inner } from './inner'; export const outer = () => 10 * inner");
  assert.equal(await value("import { outer } from './outer'; outer()"), "10");
  save("inner.ts", "export const inner: number = 2");
  assert.equal(await value("import { outer } from './outer'; outer()"), "20");
});

it("a mistake in it is told, and can be mended", async () => {
  save("wrong.ts", "export const n: number = 'text'");
  const { outcome } = await session.run("(await import('./wrong')).n");
  assert.match(outcome.status === "error" ? outcome.error.traceback.join("\n") : "", /wrong\.ts, line 1/);
  save("wrong.ts", "export const n: number = 3");
  assert.equal(await value("(await import('./wrong')).n"), "3");
});

it("a module that was missing is found once it is there, and missed once it is gone", async () => {
  const source = "(await import('./late')).n";
  assert.equal((await session.run(source)).outcome.status, "error");
  save("late.ts", "export const n: number = 4");
  assert.equal(await value(source), "4");
  rmSync(join(folder, "late.ts"));
  assert.equal((await session.run(source)).outcome.status, "error");
});
