import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  codeCell,
  courseMetadata,
  type Notebook,
  parseNotebook,
  readNotebook,
  serializeNotebook,
  writeNotebook,
} from "./format";

const notebook: Notebook = {
  cells: [
    { cell_type: "markdown", id: "title", metadata: {}, source: "# Título\n\ntext" },
    {
      ...codeCell("plot", 'const a = "x\\n";\na', { tags: ["volatile"] }),
      execution_count: 1,
      outputs: [
        { output_type: "stream", name: "stdout", text: "one\ntwo\n" },
        {
          output_type: "display_data",
          data: {
            "text/plain": "a\nb",
            "application/vnd.plotly.v1+json": { y: [0.00001, 1.5e-7, 0.1, 1e21, -2], z: [] },
            "image/png": "aGk=",
          },
          metadata: {},
        },
        { output_type: "error", ename: "Error", evalue: "no", traceback: ["a", "b"] },
      ],
    },
  ],
  metadata: { ...courseMetadata },
  nbformat: 4,
  nbformat_minor: 5,
};

test("the normal form is Jupyter's and reads back as the same notebook", () => {
  const text = serializeNotebook(notebook);
  assert.deepEqual(parseNotebook(text, "x"), notebook);
  assert.match(text, /^\{\n "cells": \[\n {2}\{\n {3}"cell_type": "markdown",\n {3}"id": "title",/);
  assert.match(text, /"# Título\\n",\n {4}"\\n",\n {4}"text"/);
  assert.match(text, /1e-05,\n\s+1\.5e-07,\n\s+0\.1,\n\s+1e\+21,\n\s+-2\n/);
  assert.match(text, /"image\/png": "aGk="/);
  assert.match(text, /"z": \[\]/);
  assert.match(text, /"nbformat_minor": 5\n\}\n$/);
});

test("a broken file says what is wrong and where", () => {
  const text = serializeNotebook(notebook);
  const error = (broken: string, message: RegExp): void => {
    assert.throws(() => parseNotebook(broken, "a.ipynb"), message);
  };
  error("", /a\.ipynb: the file is empty/);
  error(text.slice(0, 300), /a\.ipynb: the file ends in the middle/);
  error(text.slice(0, text.indexOf("Título") + 2), /ends in the middle/);
  error(text.replace('"id": "title",', '"id": "title"'), /a\.ipynb:6: not valid JSON here: "metadata"/);
  error(text.replace(/^ "metadata"/m, '<<<<<<< HEAD\n "metadata"'), /a\.ipynb:\d+: a merge left its markers/);
  error("[]", /expected an object, got a list/);
  error(text.replace('"nbformat": 4', '"nbformat": 3'), /expected a notebook of format 4, got 3/);
  error('{"nbformat": 4}', /expected a list "cells", got nothing/);
  error(text.replace('"id": "plot"', '"id": "title"'), /cells 1 and 2 have the same id "title"/);
  error(text.replace('"markdown"', '"text"'), /cell 1: expected cell_type/);
  assert.throws(() => readNotebook("no/such.ipynb"), /no\/such\.ipynb: there is no such notebook/);
});

test("an old notebook without ids is read", () => {
  const old = {
    nbformat: 4,
    nbformat_minor: 2,
    metadata: {},
    cells: [{ cell_type: "markdown", metadata: {}, source: ["a\n", "b"] }],
  };
  const [cell] = parseNotebook(JSON.stringify(old), "x").cells;
  assert.deepEqual(cell, { cell_type: "markdown", id: "unnamed-1", metadata: {}, source: "a\nb" });
});

test("writing replaces the file whole, and leaves an equal one alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "format "));
  const path = join(folder, "a.ipynb");
  writeFileSync(path, "old");
  assert.equal(writeNotebook(path, notebook), true);
  assert.equal(readFileSync(path, "utf8"), serializeNotebook(notebook));
  assert.equal(writeNotebook(path, notebook), false);
  assert.deepEqual(readdirSync(folder), ["a.ipynb"]);
  assert.throws(
    () => writeNotebook(join(folder, "none", "a.ipynb"), notebook),
    /cannot be written \(ENOENT\)/,
  );
  rmSync(folder, { recursive: true });
});
