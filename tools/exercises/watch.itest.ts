import assert from "node:assert/strict";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { codeCell, type Notebook, serializeNotebook } from "../notebook/format";
import { plain } from "./board";
import { exercisesPath, select } from "./course";
import { cut } from "./cut";
import { answers, temporaryCourse } from "./fixtures/course";
import { release } from "./release";
import { watch } from "./watch";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("watching: saves of every kind, and what they change", async () => {
  const course = temporaryCourse();
  release(course);
  const lesson = course.lessons[0]!;
  const path = exercisesPath(course, lesson);
  const notebook: Notebook = cut(lesson);
  const set = (id: string, source: string) => {
    notebook.cells.find((cell) => cell.id === id)!.source = source;
  };
  let heard = "";
  const hear = async (pattern: RegExp) => {
    for (let i = 0; i < 600 && !pattern.test(heard); i++) await pause(50);
    assert.match(heard, pattern);
    const all = heard;
    heard = "";
    return all;
  };
  const abort = new AbortController();
  const print = (text: string) => {
    heard += `${text}\n`;
  };
  const watching = watch(course, select(course, []), { limit: 5, paint: plain, print, signal: abort.signal });
  await hear(/3 not started\nWatching/);

  // written in place
  set("solution-04-1", "function double(x: number): number {\n  return x * x;\n}");
  writeFileSync(path, serializeNotebook(notebook));
  assert.match(await hear(/1 to mend/), /✗ 04\.1 .*\n.*did you square\?\n.*npm run hint -- 04\.1/);

  // an atomic rename; what did not change is not told again
  set("solution-04-1", answers["04.1"]!);
  writeFileSync(`${path}.tmp`, serializeNotebook(notebook));
  renameSync(`${path}.tmp`, path);
  const mended = await hear(/1 done, 0 to mend/);
  assert.match(mended, /✓ 04\.1/);
  assert.doesNotMatch(mended, /04\.[23] /);

  // half-written for a while
  set("solution-04-2", answers["04.2"]!);
  const text = serializeNotebook(notebook);
  writeFileSync(path, text.slice(0, text.length / 2));
  await pause(500);
  writeFileSync(path, text);
  assert.doesNotMatch(await hear(/✓ 04\.2[\s\S]*2 done/), /half written/);

  // only outputs changed: nothing to say
  writeFileSync(path, text.replace('"execution_count": null', '"execution_count": 3'));
  await pause(600);
  assert.equal(heard, "");

  // half-written for good, then as it was
  writeFileSync(path, text.slice(0, text.length / 2));
  await hear(/half written/);
  writeFileSync(path, text);
  await hear(/04-small\.ipynb can be read again\n.*2 done/);

  // an endless loop, and while it runs the save that mends it
  set("solution-04-1", `${answers["04.1"]}\nwhile (true) {}`);
  writeFileSync(path, serializeNotebook(notebook));
  await hear(/04-small\.ipynb\n$/);
  set("solution-04-1", answers["04.1"]!);
  notebook.cells.splice(2, 0, codeCell("mine", "const helper = 1;"));
  writeFileSync(path, serializeNotebook(notebook));
  const last = await hear(/2 done, 0 to mend/);
  assert.doesNotMatch(last, /was still running/);

  // a save during the check of what stands below, which takes back the first result
  set("solution-04-3", `${answers["04.3"]}\nwhile (true) {}`);
  set("solution-04-1", "function double(x: number): number {\n  return x;\n}");
  writeFileSync(path, serializeNotebook(notebook));
  await hear(/✗ 04\.1/);
  set("solution-04-1", answers["04.1"]!);
  set("solution-04-3", answers["04.3"]!);
  writeFileSync(path, serializeNotebook(notebook));
  await hear(/✓ 04\.1[\s\S]*3 done/);

  assert.equal(readFileSync(path, "utf8"), serializeNotebook(notebook));
  abort.abort();
  await watching;
});
