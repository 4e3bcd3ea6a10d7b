/** Runs notebooks in a browser's worker and compares their text outputs with the committed ones. */
import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, extname, join, resolve } from "node:path";
import { chromium, firefox } from "playwright-core";

const root = resolve(__dirname, "../../..");
const site = process.argv[2];
const browserName = process.env.BROWSER ?? "chromium";
const names = process.argv.slice(3);

const TYPES: Record<string, string> = { ".js": "text/javascript", ".json": "application/json", ".html": "text/html", ".wasm": "application/wasm" };
const server = createServer((request, response) => {
  const path = new URL(request.url!, "http://x").pathname;
  if (path === "/") return void response.setHeader("content-type", "text/html").end("<!doctype html><title>lessons</title>");
  const file = [join(site, path), join(root, path)].find((name) => existsSync(name));
  if (!file) return void response.writeHead(404).end();
  response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
  createReadStream(file).pipe(response);
});

async function main(): Promise<void> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const executablePath = browserName === "firefox" ? "/usr/bin/firefox-esr" : "/usr/bin/chromium";
  const browser = await { chromium, firefox }[browserName as "chromium"].launch({ executablePath, args: browserName === "chromium" ? ["--headless", "--no-sandbox", "--disable-gpu"] : [] });
  for (const file of readdirSync(join(root, "notebooks")).filter((n) => n.endsWith(".ipynb") && (names.length === 0 || names.some((x) => n.startsWith(x))))) {
    const page = await browser.newPage();
    page.on("console", (m) => console.log("page:", m.text().slice(0, 300)));
    page.on("pageerror", (e) => console.log("page error:", e.message));
    await page.goto(`http://127.0.0.1:${port}/`);
    const { cells } = JSON.parse(readFileSync(join(root, "notebooks", file), "utf8")); 
    const code = cells.filter((c: { cell_type: string }) => c.cell_type === "code").map((c: { source: string | string[] }) => [c.source].flat().join(""));
    const began = performance.now();
    const outputs = await page.evaluate(`(async () => {
      const worker = new Worker("/worker.js");
      const cells = ${JSON.stringify(code)};
      const results = [];
      let done;
      let ready;
      const isReady = new Promise((r, x) => { ready = { r, x }; });
      worker.onerror = (e) => ready.x(new Error("worker: " + e.message));
      let current = { text: "", error: undefined };
      worker.onmessage = ({ data }) => {
        if (data.type === "ready") ready.r();
        if (data.type === "failed") { ready.x(new Error(data.message)); done?.({ error: data.message }); }
        if (data.type === "stream") current.text += data.text;
        if (data.type === "result") current.text += (data.data["text/plain"] ?? "") ;
        if (data.type === "done") done(data);
      };
      const t0 = performance.now();
      worker.postMessage({ type: "start", base: location.origin + "/", folder: "notebooks" });
      await isReady;
      const warm = performance.now() - t0;
      for (let i = 0; i < cells.length; i++) {
        current = { text: "" };
        const end = await new Promise((r) => { done = r; worker.postMessage({ type: "execute", id: i, code: cells[i], count: i + 1 }); });
        results.push({ ...current, error: end.error });
      }
      worker.terminate();
      return { results, warm };
    })()`) as { results: { text: string; error?: { traceback: string[] } }[]; warm: number };
    let same = 0; let k = 0;
    const different: string[] = [];
    for (const cell of cells.filter((c: { cell_type: string }) => c.cell_type === "code")) {
      const text = cell.outputs.map((o: { output_type: string; text?: string | string[]; data?: Record<string, string | string[]> }) => o.output_type === "stream" ? [o.text!].flat().join("") : o.output_type === "execute_result" ? [o.data!["text/plain"]].flat().join("") : "").join("");
      const error = cell.outputs.find((o: { output_type: string }) => o.output_type === "error")?.traceback.join("\n");
      const got = outputs.results[k++];
      const gotError = got.error?.traceback?.join("\n") ?? (got.error as unknown as string | undefined);
      const volatile = cell.metadata.tags?.includes("volatile");
      if ((got.text === text || volatile) && gotError === error) same++;
      else different.push(`${basename(file)} [${k}]${volatile ? " volatile" : ""}\n  expected ${JSON.stringify((text + (error ?? "")).slice(0, 300))}\n  got      ${JSON.stringify((got.text + (gotError ?? "")).slice(0, 300))}`);
    }
    console.log(`${file}: ${same} of ${k} same, warm ${(outputs.warm / 1000).toFixed(1)} s, ${((performance.now() - began) / 1000).toFixed(1)} s`);
    for (const d of different.slice(0, 8)) console.log(d);
    await page.close();
  }
  await browser.close();
  server.close();
}
main().catch((error) => { console.error(error); process.exit(1); });
