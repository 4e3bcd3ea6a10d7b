import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cell, codeCell, courseMetadata, type Notebook, type Output } from "./format";
import { lintNotebook } from "./lint";
import { lintStyle } from "./lint-style";

const markdown = (id: string, source: string): Cell => ({ cell_type: "markdown", id, metadata: {}, source });
const notebook = (...cells: Cell[]): Notebook => ({
  cells,
  metadata: { ...courseMetadata },
  nbformat: 4,
  nbformat_minor: 5,
});
const title = markdown("title", "# Title");

/** Findings as short lines. */
function found(...cells: Cell[]): string[] {
  return lintNotebook(notebook(...cells)).map(
    ({ level, id, line, message }) => `${level} ${id}:${line ?? ""} ${message}`,
  );
}

test("a good notebook has no findings", () => {
  const text = markdown(
    "text",
    '## Part\n\n![a line](x.png) <img alt="b" src="y.png">\n```\n# not a heading\n```\n### Sub',
  );
  assert.deepEqual(found(title, text, codeCell("code", "const a = 1;\na / 2")), []);
});

test("cells that cannot run, or only here, are found with their line", () => {
  assert.match(
    found(title, codeCell("c", "const a = 1;\nexport const b = 2;"))[0] ?? "",
    /^error c:2 drop `export`/,
  );
  assert.match(
    found(title, codeCell("c", 'read("/home/ann/x.csv")'))[0] ?? "",
    /^error c:1 a path of one machine \(\/home\/ann/,
  );
  assert.match(found(title, codeCell("c", 'read("C:\\\\Users\\\\ann")'))[0] ?? "", /^error c:1 a path/);
  const cells = [
    codeCell("a", "let rate = 1;\nfunction get() { return rate; }"),
    codeCell("b", "rate = 2;"),
    codeCell("d", "let x = 1; x = 2;"),
  ];
  assert.match(
    found(title, ...cells).join("\n"),
    /^warning b:1 a function of an earlier cell reads rate[^\n]*$/,
  );
});

test("form: kernel, ids, headings, pictures, long cells", () => {
  assert.match(
    lintNotebook({ ...notebook(title), metadata: {} })[0]?.message ?? "",
    /expected the kernel "tslab".*got none/,
  );
  assert.match(found(title, codeCell("unnamed-2", "1"))[0] ?? "", /the cell has no id/);
  assert.match(found(markdown("a", "## Part"))[0] ?? "", /first heading has to be the title/);
  assert.match(found(title, markdown("a", "# Again"))[0] ?? "", /a second title/);
  assert.match(found(title, markdown("a", "### Deep"))[0] ?? "", /level 3 below one of level 1/);
  assert.match(found(title, markdown("a", "x\n![](y.png)"))[0] ?? "", /^error a:2 a picture without/);
  assert.match(found(title, codeCell("c", "1;\n".repeat(30)))[0] ?? "", /^warning c: 31 lines/);
});

test("a link leads to a file that is there", () => {
  const text = markdown(
    "a",
    "[b](b.ipynb#part) [c](../lib/c%20d.ts) [e](https://e.org) [here](#f)\n[g](g.ipynb)",
  );
  const findings = lintNotebook(notebook(title, text), (path) => ["b.ipynb", "../lib/c d.ts"].includes(path));
  assert.deepEqual(findings, [
    { level: "error", cell: 2, id: "a", line: 2, message: "a link to g.ipynb, which does not exist" },
  ]);
});

test("saved outputs: errors that are not the lesson, figures without a picture, paths", () => {
  const cell = codeCell("c", "1");
  const error: Output = { output_type: "error", ename: "Error", evalue: "x", traceback: [] };
  assert.match(found(title, { ...cell, outputs: [error] })[0] ?? "", /saved output is an error \(Error\)/);
  assert.deepEqual(found(title, { ...cell, metadata: { tags: ["raises-exception"] }, outputs: [error] }), []);
  const figure = {
    output_type: "display_data",
    data: { "application/vnd.plotly.v1+json": {} },
    metadata: {},
  } as const;
  assert.match(found(title, { ...cell, outputs: [figure] })[0] ?? "", /has no picture/);
  const path = { output_type: "stream", name: "stdout", text: "at /home/ann/x.js" } as const;
  assert.match(found(title, { ...cell, outputs: [path] })[0] ?? "", /path of one machine: \/home\/ann/);
});

test("Biome finds faults in cells by their lines, and formats them", () => {
  const cells = [
    title,
    codeCell("ugly", "const  a = 1\na"),
    codeCell("bad", "const b = 1;\nif (b = 2) debugger;"),
  ];
  const notebooks = new Map([["x.ipynb", notebook(...cells)]]);
  const findings = lintStyle(notebooks, false).get("x.ipynb") ?? [];
  assert.ok(findings.some(({ id, message }) => id === "ugly" && /--fix formats it/.test(message)));
  assert.ok(findings.some(({ id, line, cell }) => id === "bad" && line === 2 && cell === 3));
  lintStyle(notebooks, true);
  assert.equal(notebooks.get("x.ipynb")?.cells[1]?.source, "const a = 1;\na;");
});
