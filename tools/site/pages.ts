/** The pages that need no JupyterLite: the first one, and each lesson to read. */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readNotebook } from "../notebook/format";
import { framed, inLab } from "./frame";
import { landingPage } from "./landing";
import { type Lesson, lessonCells, lessonOf, type Save } from "./lesson";
import { escapeHtml, markdown, type ToHtml } from "./markdown";

const root = resolve(__dirname, "../../..");
const own = join(root, "tools", "site");
const katex = join(dirname(require.resolve("katex/package.json")), "dist");

/** Writes index.html, lessons/ and pages/ into `out`; `repository` is the address to clone from. */
export async function buildPages(out: string, repository?: string): Promise<void> {
  mkdirSync(join(out, "lessons", "figures"), { recursive: true });
  mkdirSync(join(out, "pages", "fonts"), { recursive: true });
  for (const name of ["site.css", "figure.js"]) cpSync(join(own, name), join(out, "pages", name));
  cpSync(join(katex, "katex.min.css"), join(out, "pages", "katex.min.css"));
  for (const name of readdirSync(join(katex, "fonts")).filter((file) => file.endsWith(".woff2")))
    cpSync(join(katex, "fonts", name), join(out, "pages", "fonts", name));

  const notebooks = join(root, "notebooks");
  const lessons = readdirSync(notebooks)
    .filter((file) => /^\d\d-.*\.ipynb$/.test(file))
    .sort()
    .map((file) => lessonOf(file.replace(".ipynb", ""), readNotebook(join(notebooks, file))));
  const toHtml = await markdown(addressFromLesson);
  for (const [k, lesson] of lessons.entries()) {
    const html = lessonPage(lesson, [lessons[k - 1], lessons[k + 1]], toHtml, (name, content) => {
      const place = `figures/${lesson.number}-${name}`;
      writeFileSync(join(out, "lessons", place), content);
      return place;
    });
    writeFileSync(join(out, "lessons", `${lesson.name}.html`), html);
  }
  const first = landingPage(root, lessons, await markdown((href) => href), repository);
  writeFileSync(join(out, "index.html"), first);
}

/** Another lesson is a page beside this one; all else of the course is open in JupyterLite. */
function addressFromLesson(href: string): string {
  if (/^(https?:|mailto:|#)/.test(href)) return href;
  const lesson = href.match(/^(\d\d-[^/]*)\.ipynb(#.*)?$/);
  return lesson ? `${lesson[1]}.html${lesson[2] ?? ""}` : inLab("../", href.replace("../", ""));
}

function lessonPage(
  lesson: Lesson,
  [previous, next]: (Lesson | undefined)[],
  toHtml: ToHtml,
  save: Save,
): string {
  const { name, number, title, description } = lesson;
  const run = inLab("../", `notebooks/${name}.ipynb`);
  const [opening = "", ...cells] = lessonCells(lesson, toHtml, save);
  const main = `<header class="top">
<a class="name" href="../index.html">Unrolled</a>
<a class="button first" href="${run}">Run this lesson in the browser</a>
</header>
<main id="main" class="lesson">
${opening}
${contents(cells)}
${cells.join("\n")}
</main>
<nav class="steps" aria-label="Other lessons">
${step(previous, "Before")}${step(next, "Next")}
</nav>`;
  const head = '<link rel="stylesheet" href="../pages/katex.min.css">\n';
  return framed({ title: `${number} · ${title} – Unrolled`, description, up: "../", head, main });
}

const step = (lesson: Lesson | undefined, word: string): string =>
  lesson
    ? `<a href="${lesson.name}.html"><span>${word}</span> ${lesson.number} · ${escapeHtml(lesson.title)}</a>`
    : "";

/** The sections of the lesson, as the headings in its cells' HTML name them. */
function contents(cells: string[]): string {
  const headings = cells.flatMap((html) => [...html.matchAll(/<h2 id="(.*?)">(.*?)<\/h2>/g)]);
  const items = headings.map(([, id, text]) => `<li><a href="#${id}">${text}</a></li>`);
  return `<details class="contents"><summary>In this lesson</summary><ol>${items.join("")}</ol></details>`;
}
