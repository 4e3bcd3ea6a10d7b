/** The first page: what the course is, one figure to play with, where to begin, the syllabus. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { framed, inLab } from "./frame";
import type { Lesson } from "./lesson";
import { escapeHtml, plainText, type ToHtml } from "./markdown";

/** The figure of the first page: lesson and cell whose saved output it is. */
const FIGURE = { lesson: "05", cell: "key" };

/** JupyterLite's pages read the configuration that they find in the first page. */
const ROOT =
  '<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">{}</script>\n';

export function landingPage(
  root: string,
  lessons: Lesson[],
  toHtml: ToHtml,
  repository: string | undefined,
): string {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const tagline = paragraphAfter(readme, "# Unrolled");
  const about = paragraphAfter(readme, "## The course");
  const main = `<header class="top">
<p class="name">Unrolled</p>
</header>
<main id="main" class="landing">
<h1>${escapeHtml(tagline)}</h1>
${toHtml(about)}
<p class="buttons">
<a class="button first" href="${inLab("", `notebooks/${lessons[0]!.name}.ipynb`)}">Start in the browser</a>
<a class="button" href="#your-machine">Run it on your machine</a>
</p>
<p class="small">Nothing to install: the cells run in your browser, on your own machine. Every lesson can also just be read, on a phone too.</p>
${living(lessons)}
<h2 id="lessons">The lessons</h2>
<ol class="syllabus">
${lessons.map((lesson) => syllabusEntry(lesson, willSee(readme, lesson), toHtml)).join("\n")}
</ol>
<h2 id="your-machine">Run it on your machine</h2>
${toHtml(onYourMachine(readme, repository))}
</main>`;
  const description = plainText(`${tagline} ${about}`);
  return framed({ title: `Unrolled: ${plainText(tagline)}`, description, up: "", head: ROOT, main });
}

function paragraphAfter(readme: string, heading: string): string {
  const [, rest] = readme.split(`${heading}\n`);
  const paragraph = rest?.trim().split("\n\n")[0];
  if (!paragraph) throw new Error(`README.md: expected a paragraph below "${heading}"`);
  return paragraph;
}

/** The third column of the README's table of lessons. */
const willSee = (readme: string, { number }: Lesson): string =>
  readme.match(new RegExp(`^\\| ${number} \\|[^|]*\\| (.*) \\|$`, "m"))?.[1] ?? "";

const syllabusEntry = ({ name, number, title }: Lesson, see: string, toHtml: ToHtml): string => `<li>
<span class="number" aria-hidden="true">${number}</span>
<div><a class="title" href="lessons/${name}.html">${escapeHtml(title)}</a>${see && toHtml(see)}</div>
<a class="run" href="${inLab("", `notebooks/${name}.ipynb`)}" aria-label="Run ${escapeHtml(title)} in the browser">Run</a>
</li>`;

/** The README's own first commands and what they need. */
function onYourMachine(readme: string, repository: string | undefined): string {
  const [commands, needs] = [readme.match(/^```sh\n[\s\S]*?^```$/m)?.[0], paragraphAfter(readme, "```\n")];
  if (commands === undefined) throw new Error("README.md: expected a block of commands");
  const clone = repository === undefined ? "" : `git clone ${repository} unrolled\ncd unrolled\n`;
  return `${commands.replace("```sh\n", `\`\`\`sh\n${clone}`)}\n\n${needs}`;
}

/** The saved picture, which plotly replaces by the figure itself as soon as the page is read. */
function living(lessons: Lesson[]): string {
  const lesson = lessons.find(({ number }) => number === FIGURE.lesson);
  const cell = lesson?.notebook.cells.find(({ id }) => id === FIGURE.cell);
  const outputs = cell?.cell_type === "code" ? cell.outputs : [];
  const data = outputs.flatMap((output) => ("data" in output ? [output.data] : []))[0];
  const figure = data?.["application/vnd.plotly.v1+json"];
  if (lesson === undefined || figure === undefined)
    throw new Error(`Lesson ${FIGURE.lesson} has no figure in a cell "${FIGURE.cell}" for the first page`);
  const json = JSON.stringify(figure).replaceAll("<", "\\u003c");
  const alt = escapeHtml(String(data?.["text/plain"]));
  return `<figure class="living">
<div id="figure" role="img" aria-label="${alt}"><img src="lessons/figures/${FIGURE.lesson}-${FIGURE.cell}-0.png" alt="${alt}" width="1000" height="600"></div>
<figcaption>Move the slider. A gradient goes back through 50 time steps of a recurrent network: below a spectral radius ρ of 1 it vanishes; above, a linear network's explodes. From <a href="lessons/${lesson.name}.html">lesson ${lesson.number}</a>.</figcaption>
</figure>
<script type="application/json" id="figure-data">${json}</script>
<script defer src="extensions/unrolled-plotly/static/plotly.min.js"></script>
<script defer src="pages/figure.js"></script>`;
}
