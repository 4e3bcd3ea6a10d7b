import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { noBrowser } from "./browser";
import { compareNotebooks } from "./compare";
import { readNotebook } from "./format";
import { startBrowserSession } from "./inBrowser";
import { runNotebook } from "./run";

const lessons = join(__dirname, "../../..", "notebooks");

for (const name of ["00-start-here", "02-gradient-descent"])
  test(`lesson ${name} prints the same bytes in a browser's worker`, { skip: noBrowser }, async () => {
    const path = join(lessons, `${name}.ipynb`);
    const committed = readNotebook(path);
    const { notebook, failure } = await runNotebook(committed, {
      cwd: dirname(path),
      timeout: 300,
      start: (cwd) => startBrowserSession("chromium", cwd),
    });
    assert.equal(failure, undefined, failure?.error.traceback.join("\n"));
    assert.deepEqual(compareNotebooks(committed, notebook, true), []);
  });
