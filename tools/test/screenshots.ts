/**
 * Pictures of a notebook as JupyterLab shows it, page by page, for authors:
 *   node tools/dist/test/screenshots.js notebooks/01-x.ipynb OUTDIR [--no-run]
 */
import { mkdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { Page } from "playwright-core";
import { launchBrowser } from "../notebook/browser";
import { openNotebook, projectRoot, restartAndRunAll, START_AS_IS, sleep, startLab } from "./lab";

const OVERLAP = 60;

async function main(args: string[]): Promise<number> {
  const run = !args.includes("--no-run");
  const [notebook, outDir] = args.filter((arg) => !arg.startsWith("--"));
  if (!notebook || !outDir) {
    console.error("usage: node tools/dist/test/screenshots.js NOTEBOOK OUTDIR [--no-run]");
    return 2;
  }
  mkdirSync(outDir, { recursive: true });
  const lab = await startLab(START_AS_IS);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 1400 } });
    await openNotebook(page, lab, relative(projectRoot, notebook).replaceAll("\\", "/"));
    if (run) await restartAndRunAll(page, 600_000);
    const count = await pictures(page, join(outDir, basename(notebook, ".ipynb")));
    console.log(`${count} pages in ${outDir}`);
    return 0;
  } finally {
    await browser.close();
    await lab.stop();
  }
}

/** One PNG for each screenful, from the top of the notebook to its last cell. */
async function pictures(page: Page, prefix: string): Promise<number> {
  const scroller = page.locator(".jp-WindowedPanel-outer").first();
  await scroller.evaluate((element) => element.scrollTo(0, 0));
  for (let number = 1; ; number++) {
    await settled(page);
    await page.screenshot({ path: `${prefix}-${String(number).padStart(2, "0")}.png` });
    await scroller.evaluate(
      (element, overlap) => element.scrollBy(0, element.clientHeight - overlap),
      OVERLAP,
    );
    await settled(page);
    const bottoms = await page
      .locator(".jp-Cell")
      .evaluateAll((cells) => cells.map((c) => c.getBoundingClientRect().bottom));
    const top = await scroller.evaluate((element) => element.getBoundingClientRect().top);
    if (Math.max(...bottoms) <= top + OVERLAP) return number; // the rest is JupyterLab's empty space
  }
}

/** Cells, formulas and figures are drawn only when they come into view. */
async function settled(page: Page): Promise<void> {
  let height = -1;
  for (let i = 0; i < 20; i++) {
    await sleep(400);
    const now = await page
      .locator(".jp-WindowedPanel-inner")
      .first()
      .evaluate((element) => element.clientHeight);
    if (now === height) return;
    height = now;
  }
}

process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
