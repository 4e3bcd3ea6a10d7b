/// <reference lib="dom" />
/** JupyterLab as `npm start` gives it, driven in a browser. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { readCourse } from "../exercises/course";
import { cut } from "../exercises/cut";
import type { Lesson } from "../exercises/lesson";
import { launchBrowser, noBrowser } from "../notebook/browser";
import { type Cell, codeCell, courseMetadata, type MimeBundle, writeNotebook } from "../notebook/format";
import { nbgraderOf } from "../notebook/nbgrader";
import {
  type Lab,
  lastingIdle,
  menu,
  openNotebook,
  projectRoot,
  restartAndRunAll,
  sleep,
  startLab,
} from "./lab";

const PLOT = ".js-plotly-plot";
const MARKS = `${PLOT} .scatterlayer path.js-line`;

let lab: Lab;
let browser: Browser;
let folder: string;

before(async () => {
  if (noBrowser) return;
  mkdirSync(join(projectRoot, ".unrolled"), { recursive: true });
  folder = mkdtempSync(join(projectRoot, ".unrolled", "jupyterlab-test-"));
  browser = await launchBrowser();
  lab = await startLab();
});

after(async () => {
  if (noBrowser) return;
  await browser?.close();
  await lab?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("lesson 01 runs: its plots have marks, its slider moves them", {
  timeout: 300_000,
  skip: noBrowser,
}, async () => {
  const lesson = readdirSync(join(projectRoot, "notebooks")).find((name) => /^01-.*\.ipynb$/.test(name));
  const page = await browser.newPage({ viewport: { width: 1100, height: 1400 } });
  await openNotebook(page, lab, `notebooks/${lesson}`);
  await restartAndRunAll(page, 240_000);

  const slider = await scrollTo(page, page.locator(`${PLOT} .slider-rail-touch-rect`).first());
  const plot = page.locator(PLOT, { has: page.locator(".slider-container") }).first();
  const marks = plot.locator(".scatterlayer path.js-line");
  const line = async (): Promise<string> =>
    (await marks.evaluateAll((all) => all.map((m) => m.getAttribute("d")))).join();
  const first = await line();
  assert.match(first, /^M[\d.,-]+/);
  const { width, height } = (await slider.boundingBox()) as { width: number; height: number };
  await slider.click({ position: { x: width - 1, y: height / 2 }, force: true });
  await until("the slider moves the line", async () => (await line()) !== first);
  assert.match((await plot.locator("xpath=..").getAttribute("aria-label")) ?? "", /\w+ \w+/);
  await page.close();
});

test("an error shows its message, and an endless loop can be interrupted", {
  timeout: 180_000,
  skip: noBrowser,
}, async () => {
  const page = await open("errors", [
    codeCell("fails", 'throw new RangeError("the message of the error");'),
    codeCell("loop", 'console.log("begun");\nwhile (true) {}'),
    codeCell("after", "const answer = 6 * 7;\nanswer"),
  ]);
  await runCell(page, 0);
  await lastingIdle(page, 60_000);
  assert.match(await outputs(page, 0).innerText(), /RangeError.*the message of the error/);

  await runCell(page, 1);
  await until("the loop runs", async () =>
    (await page.locator("#jp-main-statusbar").innerText()).includes("| Busy"),
  );
  await sleep(1000);
  await menu(page, "Kernel", "Interrupt Kernel");
  await lastingIdle(page, 30_000);
  assert.match(await outputs(page, 1).innerText(), /Interrupted/);

  await runCell(page, 2);
  await lastingIdle(page, 30_000);
  assert.match(await outputs(page, 2).innerText(), /42/);
  await page.close();
});

test("a saved figure is drawn before it runs, in place of its picture; a broken one shows its text", {
  timeout: 120_000,
  skip: noBrowser,
}, async () => {
  const figure = { data: [{ y: [1, 3, 2] }], layout: { title: { text: "Saved" } } };
  const png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
  const page = await open("saved", [
    withDisplay("good", {
      "application/vnd.plotly.v1+json": figure,
      "image/png": png,
      "text/plain": "A line of three.",
    }),
    withDisplay("broken", {
      "application/vnd.plotly.v1+json": { data: 7 },
      "text/plain": "What it would show.",
    }),
  ]);
  await page.locator(MARKS).first().waitFor({ timeout: 30_000 });
  assert.equal(await outputs(page, 0).locator("img").count(), 0);
  assert.equal(
    await outputs(page, 0).locator('[role="figure"]').getAttribute("aria-label"),
    "A line of three.",
  );
  assert.match(
    await outputs(page, 1).innerText(),
    /What it would show\.\s+This figure could not be drawn: it has no list "data"/,
  );

  const width = async (): Promise<number> =>
    (await page.locator(`${PLOT} .main-svg`).first().boundingBox())?.width ?? 0;
  const wide = await width();
  await page.setViewportSize({ width: 700, height: 900 });
  await until("the plot shrinks with the window", async () => (await width()) < wide - 100);
  await page.close();
});

test("figures and drawings follow the theme, and lines of prose are short", {
  timeout: 120_000,
  skip: noBrowser,
}, async () => {
  const prose = { cell_type: "markdown" as const, id: "prose", metadata: {}, source: "word ".repeat(100) };
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><style>@media (prefers-color-scheme: dark){rect{fill:#fff}}' +
    '</style><rect width="40" height="20"/></svg>';
  const page = await open("theme", [
    prose,
    withDisplay("figure", {
      "application/vnd.plotly.v1+json": { data: [{ y: [1, 3, 2] }], layout: {} },
      "text/plain": "A line.",
    }),
    withDisplay("drawing", { "image/svg+xml": svg, "text/plain": "A bar." }),
  ]);
  const image = page.locator(".unrolled-drawing img");
  await image.waitFor();
  await page.locator(MARKS).first().waitFor();
  const paper = (): Promise<string> =>
    page
      .locator(`${PLOT} .main-svg`)
      .first()
      .evaluate((e) => getComputedStyle(e).backgroundColor);
  assert.equal(await image.getAttribute("alt"), "A bar.");
  assert.match(decodeURIComponent((await image.getAttribute("src")) ?? ""), /@media not all/);
  assert.equal(await paper(), "rgb(255, 255, 255)");
  const width = (await page.locator(".jp-RenderedMarkdown p").first().boundingBox())?.width ?? 0;
  assert.ok(width > 400 && width < 620, `a paragraph is ${width} px wide`);

  await page.evaluate(() => {
    document.body.dataset.jpThemeLight = "false";
  });
  await until("the figure is dark", async () => (await paper()) === "rgb(17, 17, 17)");
  assert.match(decodeURIComponent((await image.getAttribute("src")) ?? ""), /@media all/);
  await page.close();
});

test("a plot is updated in place while its cell runs", { timeout: 120_000, skip: noBrowser }, async () => {
  const page = await open("live", [
    codeCell(
      "live",
      [
        'import { lineFigure, show } from "unrolled";',
        'const at = (n: number) => lineFigure({ title: "Step " + n, x: { label: "step" }, y: { label: "loss (nats)" },',
        '  series: [{ name: "loss", values: [3, 2, n] }] });',
        "const shown = show(at(0));",
        "for (let n = 1; n <= 3; n++) { await new Promise((r) => setTimeout(r, 300)); shown.update(at(n)); }",
      ].join("\n"),
    ),
  ]);
  await runCell(page, 0);
  await lastingIdle(page, 60_000);
  await until("the last title is shown", async () =>
    ((await outputs(page, 0).textContent()) ?? "").includes("Step 3"),
  );
  assert.equal(await page.locator(PLOT).count(), 1);
  await page.close();
});

test("exercises: test cells are folded, and Run All goes on past what is blank", {
  timeout: 300_000,
  skip: noBrowser,
}, async () => {
  const { cells } = cut(readCourse(projectRoot).lessons[0] as Lesson);
  const page = await open("exercises", [...cells, codeCell("end", "'the end is reached'")]);
  const code = cells.filter((cell) => cell.cell_type === "code");
  const [solution, first] = ["solution", "test"].map((kind) =>
    code.findIndex((cell) => nbgraderOf(cell)?.grade_id.startsWith(`${kind}-`)),
  ) as [number, number];
  const shown = (index: number): Locator => page.locator(".jp-CodeCell").nth(index);
  const folded = await scrollTo(page, shown(first).locator(".jp-InputPlaceholder"));
  assert.equal(await shown(first).locator(".cm-content").isVisible(), false);
  assert.equal(await shown(solution).locator(".cm-content").isVisible(), true);
  await folded.click();
  await shown(first).locator(".cm-content").waitFor({ state: "visible", timeout: 30_000 });

  await restartAndRunAll(page, 120_000);
  await scrollTo(page, shown(first));
  assert.match(await outputs(page, first).innerText(), /Exercise not done yet/);
  await scrollTo(page, page.locator(".jp-OutputArea-output", { hasText: "the end is reached" }));
  await page.close();
});

function withDisplay(id: string, data: MimeBundle): Cell {
  return { ...codeCell(id, "1"), outputs: [{ output_type: "display_data", data, metadata: {} }] };
}

/** Writes a notebook into the test's folder and opens it. */
async function open(name: string, cells: Cell[]): Promise<Page> {
  const path = join(folder, `${name}.ipynb`);
  writeNotebook(path, { cells, metadata: { ...courseMetadata }, nbformat: 4, nbformat_minor: 5 });
  const page = await browser.newPage({ viewport: { width: 1100, height: 1000 } });
  await openNotebook(page, lab, relative(projectRoot, path).replaceAll("\\", "/"));
  return page;
}

async function runCell(page: Page, index: number): Promise<void> {
  await page.locator(".jp-CodeCell .cm-content").nth(index).click();
  await page.keyboard.press("Control+Enter");
  await sleep(300);
}

function outputs(page: Page, index: number): Locator {
  return page.locator(".jp-CodeCell").nth(index).locator(".jp-Cell-outputArea");
}

/** Scrolls down the notebook until `target` exists and is in view; cells are drawn only near the view. */
async function scrollTo(page: Page, target: Locator): Promise<Locator> {
  const scroller = page.locator(".jp-WindowedPanel-outer").first();
  await scroller.evaluate((element) => element.scrollTo(0, 0));
  await until("it comes into view", async () => {
    if ((await target.count()) > 0) return true;
    await scroller.evaluate((element) => element.scrollBy(0, element.clientHeight / 2));
    return false;
  });
  await target.scrollIntoViewIfNeeded();
  await sleep(500);
  return target;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if (await holds()) return;
    await sleep(500);
  }
  throw new Error(`Waited 30 s in vain until ${what}`);
}
