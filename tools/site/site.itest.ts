import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser, noBrowser } from "../notebook/browser";
import { outsideOf } from "./outside";

const root = join(__dirname, "../../..");
/** As on a host that knows nothing of the course: below a path, with no headers that isolate pages. */
const BELOW = "/some/where/";
const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

let folder: string;
let server: Server;
let address: string;
let sent = 0;
let browser: Browser;
let visit: BrowserContext;
const outside: string[] = [];
/** A visitor who has never been here. */
async function newVisitor(): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(address).origin) outside.push(request.url());
  });
  return context;
}

const files = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );

before(
  async () => {
    if (noBrowser) return;
    folder = join(mkdtempSync(join(tmpdir(), "unrolled-site-")), "the site");
    const args = [join(root, "tools", "bootstrap", "main.js"), "site", "--out", folder];
    const built = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    assert.equal(built.status, 0, built.stdout + built.stderr);
    server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? "", "http://host").pathname);
      const file = join(folder, path.replace(BELOW, ""));
      if (!path.startsWith(BELOW) || !statSync(file, { throwIfNoEntry: false })?.isFile())
        return void response.writeHead(404).end();
      const body = gzipSync(readFileSync(file));
      sent += body.length;
      const headers = {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "content-encoding": "gzip",
        "cache-control": "max-age=600", // as GitHub Pages
      };
      response.writeHead(200, headers).end(body);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BELOW}`;
    browser = await launchBrowser();
    visit = await newVisitor();
  },
  { timeout: 300_000 },
);
after(async () => {
  if (noBrowser) return;
  await browser?.close();
  server?.close();
  server?.closeAllConnections();
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

/** Whether a page is wider than the window. */
const overflows = (page: Page): Promise<boolean> =>
  page.evaluate("document.documentElement.scrollWidth > innerWidth");

test("the site is small, and none of its pages names a resource elsewhere", { skip: noBrowser }, () => {
  const bytes = files().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  assert.ok(bytes < 60e6, `${bytes} bytes`);
  for (const name of files().filter((file) => file.endsWith(".html")))
    assert.deepEqual(outsideOf(readFileSync(join(folder, name), "utf8")), [], name);
});

test("the first page draws its figure, on a phone too", { skip: noBrowser }, async () => {
  const page = await visit.newPage();
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  for (const width of [375, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`${address}index.html`);
    await page.locator("#figure .slider-rail-touch-rect").waitFor();
    assert.equal(await overflows(page), false, `${width} px`);
  }
  const curve = page.locator("#figure path.js-line").first();
  const before = await curve.getAttribute("d");
  await page.locator("#figure .slider-rail-touch-rect").scrollIntoViewIfNeeded();
  const rail = (await page.locator("#figure .slider-rail-touch-rect").boundingBox())!;
  await page.mouse.click(rail.x + rail.width - 12, rail.y + rail.height / 2);
  await page.getByText("ρ = 2.5").waitFor();
  assert.notEqual(await curve.getAttribute("d"), before);
  assert.deepEqual(errors, []);
  await page.close();
});

test("a lesson can be read without running it", { skip: noBrowser }, async () => {
  const page = await visit.newPage();
  await page.setViewportSize({ width: 375, height: 800 });
  await page.goto(`${address}index.html`);
  await page.getByRole("link", { name: "Backpropagation through time", exact: true }).click();
  await page.locator(".katex").first().waitFor();
  await page.locator("figure img").first().scrollIntoViewIfNeeded();
  await page.waitForFunction("document.querySelector('figure img').naturalWidth > 0");
  assert.equal(await page.locator("summary", { hasText: "The code of this cell" }).first().isVisible(), true);
  assert.equal(await overflows(page), false);
  await page.close();
});

test("a click later the first cell runs; Interrupt ends a loop, and nothing is lost", {
  skip: noBrowser,
  timeout: 300_000,
}, async (t) => {
  const fresh = await newVisitor();
  const page = await fresh.newPage();
  page.setDefaultTimeout(90_000);
  sent = 0;
  await page.goto(`${address}index.html`);
  await page.getByRole("link", { name: "Start in the browser" }).click();
  await page.waitForFunction("self.crossOriginIsolated");
  const status = (word: string): Promise<void> =>
    page.locator(`.jp-Notebook-ExecutionIndicator[data-status="${word}"]`).waitFor();
  await status("idle");

  const run = async (code: string): Promise<void> => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("b");
    await page.keyboard.press("Enter");
    await page.keyboard.insertText(code);
    await page.keyboard.press("Control+Enter");
  };
  const printed = (text: string): Promise<void> =>
    page.locator(".jp-OutputArea-output", { hasText: text }).first().waitFor();
  // What the first cell shows was saved with the lesson; what it defines is there only when it has run.
  const cell = page.locator(".jp-CodeCell").first();
  await cell.locator(".jp-InputArea-editor", { hasText: "const seasons = [" }).waitFor();
  await cell.locator(".jp-InputPrompt").click();
  await page.keyboard.press("Control+Enter");
  await run("seasons.map((season) => season.length + 1)");
  await printed("[ 7, 7, 7, 5 ]");
  t.diagnostic(`${(sent / 1e6).toFixed(1)} MB sent (gzip) until the first cell has run`);
  assert.ok(sent < 15e6, `${sent} bytes, gzip`);

  await run('require("unrolled").load("sunspots").rows');
  await printed("2820");

  // What a cell prints is sent when it waits, or ends.
  await run("let kept = 41; console.log('begins'); await new Promise((done) => setTimeout(done, 100));");
  await printed("begins");
  await run("while (true) { kept = 41.5; }");
  await status("busy");
  await page.waitForTimeout(1000); // compiled by now: it is the loop that runs
  await page.keyboard.press("Escape");
  await page.keyboard.press("i");
  await page.keyboard.press("i");
  await status("idle");
  await run("console.log('still', kept)");
  await printed("still 41.5");
  await fresh.close();
});

test("no request has gone to another host", { skip: noBrowser }, () => {
  assert.deepEqual([...new Set(outside)], []);
});
