/**
 * Runs lessons in JupyterLite, cell after cell as a reader's browser does, and compares what they put out with what
 * is committed; printed text must be the same to the last digit:
 *   node tools/dist/site/lessons.js [NN …]
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { buildScripts } from "../bundle/build";
import { addressOf, serve } from "../bundle/serve";
import { runMain } from "../command";
import { launchBrowser } from "../notebook/browser";
import { compareNotebooks } from "../notebook/compare";
import type { Notebook } from "../notebook/format";
import { parseNotebook, readNotebook } from "../notebook/read";
import { buildLite } from "./lite";

const root = resolve(__dirname, "../../..");
const MINUTES = 10; // for one lesson

type App = {
  commands: { execute(command: string): Promise<unknown> };
  shell: { currentWidget: { content: { model: { toJSON(): object } } } };
};
/** In the page. */
declare const jupyterapp: App;

async function main(numbers: string[]): Promise<number> {
  const temporary = join(root, ".unrolled", "tmp");
  mkdirSync(temporary, { recursive: true });
  const out = mkdtempSync(join(temporary, "site-"));
  const close: (() => unknown)[] = [() => rmSync(out, { recursive: true, force: true })];
  try {
    await buildLite(out, await buildScripts());
    exposeApp(join(out, "jupyter-lite.json"));
    const server = await serve([out]);
    close.unshift(() => {
      server.close();
      server.closeAllConnections();
    });
    const browser = await launchBrowser();
    close.unshift(() => browser.close());
    let failed = 0;
    for (const file of lessonsOf(numbers)) {
      const began = performance.now();
      const problems = await tried(browser, addressOf(server), file);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`${problems.length > 0 ? "✗" : "✓"} ${file}  ${seconds} s`);
      for (const line of problems) console.log(`  ${line}`);
      if (problems.length > 0) failed++;
    }
    return failed > 0 ? 1 : 0;
  } finally {
    for (const end of close) await end();
  }
}

function lessonsOf(numbers: string[]): string[] {
  const files = readdirSync(join(root, "notebooks")).filter((file) => /^\d\d-.*\.ipynb$/.test(file));
  const unknown = numbers.find((number) => !files.some((file) => file.startsWith(`${number}-`)));
  if (unknown !== undefined) throw new Error(`There is no lesson ${unknown}; give numbers such as 05`);
  return files.filter((file) => numbers.length === 0 || numbers.includes(file.slice(0, 2))).sort();
}

/** So that a page can be told to run all cells, and asked when they have run. */
function exposeApp(file: string): void {
  const config = JSON.parse(readFileSync(file, "utf8")) as { "jupyter-config-data": Record<string, string> };
  config["jupyter-config-data"].exposeAppInBrowser = "true";
  writeFileSync(file, JSON.stringify(config));
}

/** What differs, in lines to read. */
async function tried(browser: Browser, address: string, file: string): Promise<string[]> {
  const committed = readNotebook(join(root, "notebooks", file));
  const now = await run(browser, `${address}lab/index.html?path=notebooks/${file}`).catch(String);
  if (typeof now === "string") return [now];
  const left = now.cells.filter(
    (cell) => cell.cell_type === "code" && cell.source.trim() !== "" && cell.execution_count === null,
  );
  return [
    ...left.slice(0, 1).map((cell) => `${left.length} cells have not run, the first is ${cell.id}`),
    ...compareNotebooks(committed, now, true).flatMap(({ cell, number, lines }) => [
      `cell ${number} (${cell.id})`,
      ...lines.map((line) => `  ${line}`),
    ]),
  ];
}

/** A reader who has never been here opens the lesson and runs all cells. */
async function run(browser: Browser, address: string): Promise<Notebook> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(MINUTES * 60_000);
    await page.goto(address);
    await page.waitForFunction(
      "globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
    );
    for (const command of ["notebook:clear-all-cell-outputs", "notebook:run-all-cells"])
      await page.evaluate((name) => jupyterapp.commands.execute(name).then(() => {}), command);
    const json = await page.evaluate(() =>
      JSON.stringify(jupyterapp.shell.currentWidget.content.model.toJSON()),
    );
    return parseNotebook(json, address);
  } finally {
    await context.close();
  }
}

runMain(main);
