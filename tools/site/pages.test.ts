import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import type { CodeCell, Output } from "../notebook/format";
import { codeCell } from "../notebook/format";
import { lessonCells, lessonOf } from "./lesson";
import { markdown } from "./markdown";
import { outsideOf } from "./outside";
import { buildPages } from "./pages";

const root = join(__dirname, "../../..");
let out: string;
before(async () => {
  out = mkdtempSync(join(tmpdir(), "unrolled-pages-"));
  await buildPages(out, "https://example.org/course.git");
});
after(() => rmSync(out, { recursive: true, force: true }));

const pages = (): string[] => ["index.html", ...readdirSync(join(out, "lessons")).filter(isPage)].map(placed);
const isPage = (name: string): boolean => name.endsWith(".html");
const placed = (name: string): string => (name === "index.html" ? name : join("lessons", name));
const read = (page: string): string => readFileSync(join(out, page), "utf8");

test("pages take nothing from outside, and their own links lead somewhere", () => {
  const lessons = readdirSync(join(root, "notebooks")).filter((name) => name.endsWith(".ipynb"));
  assert.equal(pages().length, lessons.length + 1);
  for (const page of pages()) {
    const html = read(page);
    assert.deepEqual(outsideOf(html), [], page);
    for (const [, address] of html.matchAll(/ (?:src|href)="([^"]*)"/g)) {
      const path = address!.replace(/[?#].*/, "");
      if (/^(https?|data):/.test(address!) || path.startsWith("extensions/")) continue;
      const opened = address!.match(/\blab\/index\.html\?path=(.+)$/)?.[1];
      if (opened !== undefined) {
        assert.ok(existsSync(join(root, opened)), `${page}: ${opened}`);
        continue;
      }
      assert.ok(path === "" || existsSync(join(out, dirname(page), path)), `${page}: ${address}`);
      const [, id] = address!.match(/^#(.+)$/) ?? [];
      if (id !== undefined) assert.ok(html.includes(` id="${id}"`), `${page}: ${address}`);
    }
  }
  assert.deepEqual(outsideOf(readFileSync(join(out, "pages", "katex.min.css"), "utf8")), []);
});

test("what comes from outside is seen", () => {
  const html =
    '<script src="https://cdn.org/a.js"></script><link href="//cdn.org/a.css"><img srcset="http://x.org/a.png 2x">' +
    '<style>@import "https://x.org/b.css"; a { background: url(//x.org/c.png) }</style><a href="https://x.org">x</a>';
  assert.deepEqual(outsideOf(html), [
    "https://cdn.org/a.js",
    "//cdn.org/a.css",
    "http://x.org/a.png",
    "https://x.org/b.css",
    "//x.org/c.png",
  ]);
});

test("every page says what it is: one heading, a title and a description of its own", () => {
  const heads = pages().map((page) => {
    const html = read(page);
    assert.equal(html.match(/<h1\b/g)?.length, 1, page);
    return ["<title>([^<]+)", '<meta name="description" content="([^"]+)'].map(
      (sign) => html.match(sign)?.[1] ?? "",
    );
  });
  for (const texts of [0, 1].map((k) => heads.map((head) => head[k]!))) {
    assert.ok(texts.every((text) => text.length > 10 && !/[$*`]/.test(text)));
    assert.equal(new Set(texts).size, texts.length);
  }
});

test("the first page lists every lesson with its buttons, the figure and how to get the course", () => {
  const html = read("index.html");
  assert.match(html, /<a class="button first" href="lab\/index.html\?path=notebooks\/00-start-here.ipynb">/);
  assert.match(html, /git clone https:\/\/example.org\/course.git unrolled\ncd unrolled\nnpm start/);
  assert.match(html, /<script id="jupyter-config-data" type="application\/json"[^>]*>\{\}<\/script>/);
  const figure = html.match(/id="figure-data">(.*?)<\/script>/)?.[1] ?? "";
  assert.ok(JSON.parse(figure).frames.length > 5);
  for (const name of readdirSync(join(out, "lessons")).filter(isPage))
    assert.ok(html.includes(`href="lessons/${name}"`), name);
});

test("formulas are set before Markdown reads their signs; a dollar in code stays a dollar", async () => {
  const toHtml = await markdown((href) => `to:${href}`);
  const html = toHtml(
    "| a |\n|---|\n| $|h_1| * |h_2|$ |\n\n`$HOME_a$` costs $5 or $6, [x](y)\n\n$$\\frac{a}{b}$$",
  );
  assert.equal(html.match(/class="katex"/g)?.length, 2);
  assert.equal(html.match(/<td>/g)?.length, 1);
  assert.match(html, /<code>\$HOME_a\$<\/code> costs \$5 or \$6, <a href="to:y">/);
  assert.match(html, /katex-display/);
  assert.throws(() => toHtml("$\\frac{a$"), /KaTeX/);
});

test("outputs of every kind become HTML, and nothing of them is taken for HTML", async () => {
  const outputs: Output[] = [
    { output_type: "stream", name: "stdout", text: "1 < 2\n" },
    { output_type: "error", ename: "E", evalue: "v", traceback: ["\u001b[31m<b>red</b>\u001b[0m"] },
    { output_type: "display_data", metadata: {}, data: { "text/markdown": "**m**" } },
    { output_type: "display_data", metadata: {}, data: { "image/svg+xml": "<svg/>", "text/plain": 'A "d"' } },
    { output_type: "execute_result", metadata: {}, execution_count: 1, data: { "text/plain": "<r>" } },
  ];
  const hidden = { jupyter: { source_hidden: true } };
  const cell: CodeCell = { ...codeCell("c", "const a = 1 < 2;", hidden), outputs };
  const opening = {
    cell_type: "markdown",
    id: "o",
    metadata: {},
    source: "# 00 · T\n\n**After this lesson you can** x.",
  };
  const notebook = { cells: [opening, cell], metadata: {}, nbformat: 4, nbformat_minor: 5 } as never;
  const saved: string[] = [];
  const toHtml = await markdown((href) => href);
  const html = lessonCells(lessonOf("00-t", notebook), toHtml, (name) => `f/${saved.push(name) && name}`)[1]!;
  assert.match(html, /^<details class="folded"><summary>.*<\/summary><pre class="code">/);
  assert.match(html, /<pre class="output stdout">1 &lt; 2\n<\/pre>/);
  assert.match(html, /<pre class="output stderr">&lt;b&gt;red&lt;\/b&gt;<\/pre>/);
  assert.match(html, /<strong>m<\/strong>/);
  assert.match(html, /<img src="f\/c-3.svg" alt="A &quot;d&quot;" loading="lazy">/);
  assert.match(html, /<pre class="output result">&lt;r&gt;<\/pre>/);
  assert.deepEqual(saved, ["c-3.svg"]);
});
