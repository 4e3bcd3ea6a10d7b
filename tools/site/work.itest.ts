import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { buildScripts } from "../bundle/build";
import { addressOf, serve } from "../bundle/serve";
import { readCourse } from "../exercises/course";
import type { Exercise } from "../exercises/lesson";
import { withoutMarkers } from "../exercises/markers";
import { unzip } from "../grade/zip";
import { launchBrowser, noBrowser } from "../notebook/browser";
import { readNotebook } from "../notebook/format";
import { buildLite } from "./lite";

const root = resolve(__dirname, "../../..");
const LESSON = "notebooks/01-recurrence.ipynb";
const EXERCISES = "exercises/01-recurrence.ipynb";

interface File {
  cells: { cell_type: string; id: string; source: string }[];
  metadata: { unrolled?: { version: string } };
}
type App = {
  commands: { execute(command: string, args: object): Promise<unknown> };
  serviceManager: {
    contents: {
      get(path: string, options: { content: boolean }): Promise<{ content: unknown }>;
      save(path: string, model: object): Promise<unknown>;
    };
  };
};
/** In the page. */
declare const jupyterapp: App;

describe("work in the browser", { skip: noBrowser }, () => {
  let out: string;
  let server: Server;
  let browser: Browser;

  before(async () => {
    mkdirSync(join(root, ".unrolled"), { recursive: true });
    out = mkdtempSync(join(root, ".unrolled", "site-test-"));
    await buildLite(out, await buildScripts());
    change("jupyter-lite.json", (config: { "jupyter-config-data": { exposeAppInBrowser?: string } }) => {
      config["jupyter-config-data"].exposeAppInBrowser = "true";
    });
    server = await serve([out]);
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
    rmSync(out, { recursive: true, force: true });
  });

  function change<T>(file: string, edit: (json: T) => void): void {
    const json = JSON.parse(readFileSync(join(out, file), "utf8")) as T;
    edit(json);
    writeFileSync(join(out, file), JSON.stringify(json));
  }

  /** A browser of its own, with nothing kept in it. */
  async function visit(path: string, viewport = { width: 1280, height: 800 }): Promise<Page> {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    await page.goto(`${addressOf(server)}lab/index.html?path=${path}`);
    await started(page);
    return page;
  }
  async function started(page: Page): Promise<void> {
    await page.locator(".jp-Notebook:visible .jp-Cell").first().waitFor({ timeout: 120_000 });
  }
  const read = (page: Page, path: string) =>
    page.evaluate(
      async (name) => (await jupyterapp.serviceManager.contents.get(name, { content: true })).content,
      path,
    ) as Promise<File>;
  const names = async (page: Page, folder: string) => {
    const models = (await read(page, folder)) as unknown as { name: string }[];
    return models.map(({ name }) => name).filter((name) => name.startsWith("01"));
  };
  const save = (page: Page, path: string, content: object) =>
    page.evaluate(
      async ([name, json]) => {
        await jupyterapp.serviceManager.contents.save(name as string, {
          type: "notebook",
          format: "json",
          content: json,
        });
      },
      [path, content] as const,
    );
  const run = (page: Page, command: string, args: object = {}) =>
    page.evaluate(
      async ([name, given]) => void (await jupyterapp.commands.execute(name as string, given as object)),
      [command, args] as const,
    );
  const sources = ({ cells }: File) => cells.map(({ source }) => source).join("\n");
  const edited = (file: File, text: string): File => ({
    ...file,
    cells: file.cells.map((cell, i) => (i === 1 ? { ...cell, source: text } : cell)),
  });
  const dialog = async (page: Page) => {
    const box = page.locator(".jp-Dialog-content");
    await box.waitFor({ timeout: 60_000 });
    const text = await box.innerText();
    await box.getByRole("button", { name: "Ok" }).click();
    return text;
  };

  test("on a phone the notebook has the page, not the list of files", async () => {
    const page = await visit(EXERCISES, { width: 390, height: 844 });
    await page.waitForTimeout(3000); // JupyterLab shows the list when it has opened the notebook
    const { width } = (await page.locator(".jp-Notebook:visible").boundingBox())!;
    ok(width > 250, `${width} of 390 pixels`);
    await page.context().close();
  });

  test("a new version of the course lies beside what was changed, which is kept", async () => {
    const page = await visit(LESSON);
    // In the page, as a learner does it.
    await page.locator(".jp-Notebook:visible .jp-Cell").first().click();
    for (const key of ["Escape", "b", "Enter"]) await page.keyboard.press(key);
    await page.locator(".jp-Notebook:visible .jp-mod-active.jp-CodeCell .cm-focused").waitFor();
    await page.keyboard.type("const mine = 1;");
    await run(page, "docmanager:save");
    await save(page, EXERCISES, edited(await read(page, EXERCISES), "const answer = 2;"));
    match(sources(await read(page, LESSON)), /const mine = 1;/);

    for (const path of [LESSON, EXERCISES]) {
      change(`files/${path}`, (file: File) => {
        file.cells[0]!.source += "\n\nNewer.";
        file.metadata.unrolled = { version: "newer" };
      });
      change("unrolled-versions.json", (versions: Record<string, string>) => {
        versions[path] = "newer";
      });
    }
    await page.reload();
    await started(page);
    const told = await dialog(page);
    match(told, /01-recurrence \(yours\)\.ipynb/);
    match(told, /01-recurrence \(new\)\.ipynb/);
    match(sources(await read(page, LESSON)), /Newer\./);
    match(sources(await read(page, "notebooks/01-recurrence (yours).ipynb")), /const mine = 1;/);
    match(sources(await read(page, EXERCISES)), /const answer = 2;/);
    match(sources(await read(page, "exercises/01-recurrence (new).ipynb")), /Newer\./);

    await page.reload();
    await started(page);
    await page.waitForTimeout(2000);
    equal(await page.locator(".jp-Dialog-content").count(), 0, "said once");
    deepEqual((await names(page, "notebooks")).sort(), [
      "01-recurrence (yours).ipynb",
      "01-recurrence.ipynb",
    ]);
    deepEqual((await names(page, "exercises")).sort(), ["01-recurrence (new).ipynb", "01-recurrence.ipynb"]);
    await page.context().close();
  });

  test("all work as one zip, from one browser into another that has work of its own", async () => {
    const path = "exercises/02-gradient-descent.ipynb";
    const first = await visit(path);
    await save(first, path, edited(await read(first, path), "const answer = 'first';"));
    const downloading = first.waitForEvent("download");
    await run(first, "unrolled-work:download");
    const zip = await (await downloading).path();
    const folder = join(out, "unpacked");
    mkdirSync(folder);
    await unzip(zip, folder);
    deepEqual(readdirSync(folder, { recursive: true }).sort(), ["exercises", path]);
    match(readNotebook(join(folder, path)).cells[1]!.source, /'first'/);

    const second = await visit(path);
    await save(second, path, edited(await read(second, path), "const answer = 'second';"));
    const choosing = second.waitForEvent("filechooser");
    void run(second, "unrolled-work:upload");
    await (await choosing).setFiles(zip);
    match(await dialog(second), /what was there: exercises\/02-gradient-descent \(yours\)\.ipynb/);
    match(sources(await read(second, path)), /'first'/);
    match(sources(await read(second, "exercises/02-gradient-descent (yours).ipynb")), /'second'/);
    await second.getByText("const answer = 'first';").waitFor(); // the open notebook shows it
    await first.context().close();
    await second.context().close();
  });

  test("check() and hint() in a cell judge the notebook, hidden tests included", {
    timeout: 300_000,
  }, async () => {
    const page = await visit("notebooks/00-start-here.ipynb");
    const lesson = readCourse(root).lessons.find(({ number }) => number === "01")!;
    const [right, wrong, blank] = lesson.exercises as [Exercise, Exercise, Exercise];
    const answers = new Map([
      [right.solution.cell.id, withoutMarkers(right.solution.cell.source)],
      [wrong.solution.cell.id, wrong.wrongAnswers[0]!.source],
    ]);
    const file = await read(page, EXERCISES);
    const cells = file.cells.map((cell) => ({ ...cell, source: answers.get(cell.id) ?? cell.source }));
    await save(page, EXERCISES, { ...file, cells });
    await run(page, "docmanager:open", { path: EXERCISES });
    const notebook = page.locator(".jp-NotebookPanel:visible", { hasText: "Exercises 01" });
    await notebook.waitFor();
    // A cell that is run before the notebook has its kernel asks for one in a dialog.
    await page.waitForFunction(
      "jupyterapp.shell.currentWidget.sessionContext?.session?.kernel?.status === 'idle'",
      undefined,
      { timeout: 120_000 },
    );
    const said = async (code: string, end: RegExp) => {
      await run(page, "notebook:insert-cell-below");
      await run(page, "notebook:replace-selection", { text: code });
      await page.evaluate(() => void jupyterapp.commands.execute("notebook:run-cell", {}));
      const output = notebook.locator(".jp-mod-active .jp-OutputArea-output").filter({ hasText: end });
      await output.first().waitFor({ timeout: 120_000 });
      return output.first().innerText();
    };
    const board = await said('require("unrolled/check").check()', /done in all lessons/);
    match(board, new RegExp(`✓ ${right.id} `));
    match(board, new RegExp(`✗ ${wrong.id} `));
    match(board, new RegExp(`– ${blank.id} `));
    match(board, new RegExp(`A hint: hint\\("${wrong.id}"\\)`));
    match(board, /1 done in all lessons/);
    match(await said(`require("unrolled/check").hint("${wrong.id}")`, /Hint/), /Hint 1 of/);
    match(await said(`require("unrolled/check").hint("${wrong.id}")`, /Hint/), /Hint 2 of/);
    await page.context().close();
  });
});
