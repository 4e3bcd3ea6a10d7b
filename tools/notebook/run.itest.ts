import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { noBrowser } from "./browser";
import { type Cell, codeCell, courseMetadata, type Notebook, readNotebook, writeNotebook } from "./format";
import { type RunResult, runNotebook } from "./run";

const project = join(__dirname, "..", "..", "..");
let folder: string;

before(() => {
  mkdirSync(join(project, ".unrolled"), { recursive: true });
  folder = mkdtempSync(join(project, ".unrolled", "run-test-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const notebook = (...cells: Cell[]): Notebook => ({
  cells,
  metadata: { ...courseMetadata },
  nbformat: 4,
  nbformat_minor: 5,
});
const mustFail = { tags: ["raises-exception"] };
const run = (timeout: number, ...cells: Cell[]): Promise<RunResult> =>
  runNotebook(notebook(...cells), { cwd: folder, timeout });

test("outputs are gathered, and a cell that has to fail does not stop the run", async () => {
  const { notebook: ran, failure } = await run(
    60,
    codeCell("print", 'console.log("a");\nconsole.log("b");\n1 + 1'),
    codeCell("fails", 'throw new TypeError("on purpose");', mustFail),
    codeCell("after", "console.error(2)"),
  );
  assert.equal(failure, undefined);
  const [print, fails, last] = ran.cells.map((cell) => (cell.cell_type === "code" ? cell : undefined));
  assert.deepEqual(print?.outputs, [
    { output_type: "stream", name: "stdout", text: "a\nb\n" },
    { output_type: "execute_result", data: { "text/plain": "2" }, metadata: {}, execution_count: 1 },
  ]);
  assert.equal(fails?.outputs[0]?.output_type === "error" && fails.outputs[0].evalue, "on purpose");
  assert.deepEqual(last?.outputs, [{ output_type: "stream", name: "stderr", text: "2\n" }]);
  assert.equal(last?.execution_count, 3);
});

test("a failure names the cell", async () => {
  const { failure, cells } = await run(
    60,
    codeCell("one", "const a = 1;"),
    codeCell("two", "\nmissing();\n"),
    codeCell("three", "3"),
  );
  assert.equal(cells, 2);
  assert.deepEqual([failure?.cell, failure?.id, failure?.firstLine], [2, "two", "missing();"]);
  assert.match(failure?.error.evalue ?? "", /Cannot find name 'missing'/);
  const passing = await run(60, codeCell("one", "const a = 1;", mustFail));
  assert.match(passing.failure?.error.evalue ?? "", /tagged raises-exception, but it ran without an error/);
});

test("an endless loop and a dying process end the run, not the runner", async () => {
  const loop = await run(5, codeCell("loop", "while (true) {}"));
  assert.match(loop.failure?.error.evalue ?? "", /stopped after 5 s/);
  const killed = await run(60, codeCell("abort", "process.abort();", mustFail));
  assert.match(killed.failure?.error.evalue ?? "", /the process that runs the cells has ended/);
});

test("a flood of output is cut with a message", async () => {
  const { notebook: ran } = await run(
    60,
    codeCell("flood", "for (let i = 0; i < 100000; i++) console.log(i);"),
  );
  const [cell] = ran.cells;
  const [output] = cell?.cell_type === "code" ? cell.outputs : [];
  assert.ok(output?.output_type === "stream");
  assert.ok(output.text.length < 201_000);
  assert.match(output.text, /cut here: this cell printed more than 200,000 characters\n$/);
});

test("--write saves text, figure and picture; a second run changes no byte; --check finds a change", {
  skip: noBrowser,
}, () => {
  const path = join(folder, "plot.ipynb");
  const plot = [
    'import { lineFigure, show } from "unrolled";',
    'show(lineFigure({ title: "T", x: { label: "step" }, y: { label: "loss" }, series: [{ name: "a", values: [1, 2] }] }));',
  ].join("\n");
  writeNotebook(
    path,
    notebook(
      codeCell("text", 'console.log("five", 5)'),
      codeCell("plot", plot),
      codeCell(
        "drawn",
        'import { unrolledDrawing } from "unrolled";\nshow(unrolledDrawing({ xs: [1], hs: [0.5] }));',
      ),
      codeCell("now", "Date.now()", { tags: ["volatile"] }),
    ),
  );
  const cli = (...args: string[]): { status: number | null; stdout: string } =>
    spawnSync(process.execPath, [join(__dirname, "cli.js"), path, ...args], { encoding: "utf8" });

  assert.match(cli("--write").stdout, /plot\s+4\s+[\d.]+\s+✓ written/);
  const first = readFileSync(path, "utf8");
  const [, figure, drawing, volatile] = readNotebook(path).cells.map((cell) =>
    cell.cell_type === "code" ? cell.outputs : [],
  );
  const data = figure?.[0] && "data" in figure[0] ? figure[0].data : {};
  assert.deepEqual(Object.keys(data).sort(), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
  const shown = volatile?.[0] && "data" in volatile[0] ? volatile[0].data["text/plain"] : "";
  assert.match(String(shown), /^\d+$/, "a volatile cell keeps what it showed first");
  const kinds = drawing?.[0] && "data" in drawing[0] ? Object.keys(drawing[0].data).sort() : [];
  assert.deepEqual(kinds, ["image/png", "image/svg+xml", "text/plain"]);
  assert.match(cli("--write").stdout, /✓ unchanged/);
  assert.equal(readFileSync(path, "utf8"), first);
  assert.equal(cli("--check").status, 0);

  const asJupyterLabSaves = readNotebook(path);
  for (const cell of asJupyterLabSaves.cells)
    if (cell.cell_type === "code")
      for (const output of cell.outputs) if ("data" in output) delete output.data["image/png"];
  writeNotebook(path, asJupyterLabSaves);
  assert.match(cli("--pictures").stdout, /✓ pictures put back/);
  assert.equal(readFileSync(path, "utf8"), first);

  const changed = readNotebook(path);
  if (changed.cells[0]) changed.cells[0].source = 'console.log("five", 6)';
  writeNotebook(path, changed);
  const { status, stdout } = cli("--check");
  assert.equal(status, 1);
  assert.match(stdout, /cell 1 \(text\) is not as committed[^\n]*\n- five 5\n\+ five 6\n/);
});

test("--write does not overwrite what was saved while the notebook ran", () => {
  const path = join(folder, "race.ipynb");
  const save = [
    'import { readFileSync, writeFileSync } from "node:fs";',
    'writeFileSync("race.ipynb", readFileSync("race.ipynb", "utf8").replace("first", "second"));',
  ].join("\n");
  writeNotebook(path, notebook(codeCell("text", '"first"'), codeCell("save", save)));
  const args = [join(__dirname, "cli.js"), path, "--write"];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stdout, /saved by somebody else while it ran/);
  assert.match(readFileSync(path, "utf8"), /second/);
});
