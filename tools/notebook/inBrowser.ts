/**
 * A session in a browser's worker, driven from here: for the proof that lessons put out the same bytes there. The page
 * asks for what is to run and sends back what comes; so any browser will do that can be started with an address.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { buildScripts } from "../bundle/build";
import { addressOf, ISOLATED, serve } from "../bundle/serve";
import type { CellResult, ExecuteOptions } from "../session/remote";
import type { Answer, Request } from "../web/messages";
import { launchBrowser } from "./browser";

const root = resolve(__dirname, "../../..");
const PAGE = `<!doctype html><title>Unrolled</title><script type="module">
const worker = new Worker("/worker.js");
let sent = Promise.resolve();
const send = (answer) => { sent = sent.then(() => fetch("/answers", { method: "POST", body: JSON.stringify(answer) })); };
worker.onmessage = ({ data }) => send(data);
worker.onerror = ({ message }) => send({ type: "failed", message });
for (;;) worker.postMessage(await (await fetch("/requests")).json());
</script>`;

export interface BrowserSession {
  execute(source: string, options: ExecuteOptions): Promise<CellResult>;
  close(): void;
}

export const BROWSERS = ["chromium", "firefox"] as const;
export type BrowserName = (typeof BROWSERS)[number];

export async function startBrowserSession(name: BrowserName, cwd: string): Promise<BrowserSession> {
  const scripts = await buildScripts();
  const folder = cwd.slice(root.length + 1).replaceAll("\\", "/");
  const requests: Request[] = [];
  let asking: ServerResponse | undefined;
  let onAnswer: (answer: Answer) => void = () => {};

  const hand = (): void => {
    if (asking === undefined || requests.length === 0) return;
    asking.end(JSON.stringify(requests.shift()));
    asking = undefined;
  };
  const server = await serve([scripts, root], (request, response, path) => {
    if (path === "/") response.writeHead(200, { "content-type": "text/html", ...ISOLATED }).end(PAGE);
    else if (path === "/requests") {
      asking = response;
      hand();
    } else if (path === "/answers") {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        response.end();
        onAnswer(JSON.parse(Buffer.concat(chunks).toString()));
      });
    } else return false;
    return true;
  });
  const closeBrowser = await (name === "chromium" ? openChromium : openFirefox)(addressOf(server));
  const ask = (request: Request): void => {
    requests.push(request);
    hand();
  };
  const close = (): void => {
    server.close();
    server.closeAllConnections();
    closeBrowser();
  };
  await new Promise<void>((done, fail) => {
    onAnswer = (answer) => {
      if (answer.type === "ready") done();
      if (answer.type === "failed") fail(new Error(`${name}: ${answer.message}`));
    };
    ask({ type: "start", base: addressOf(server), folder });
  }).catch((error) => {
    close();
    throw error;
  });
  return { close, execute: (source, options) => run(source, options) };

  async function run(source: string, options: ExecuteOptions): Promise<CellResult> {
    let printed = 0;
    return new Promise((done, fail) => {
      onAnswer = (answer) => {
        if (answer.type === "stream") {
          printed += answer.text.length;
          options.stream?.(answer.name === "stderr" ? "stderr" : "stdout", answer.text);
        } else if (answer.type === "display") options.display?.(answer.message);
        else if (answer.type === "result") options.result?.(answer.data, answer.metadata);
        else if (answer.type === "failed") fail(new Error(`${name}: ${answer.message}`));
        else if (answer.type === "done")
          done(answer.error ? { status: "error", error: answer.error, printed } : { status: "ok", printed });
      };
      const count = options.count ?? 1;
      ask({ type: "execute", id: count, code: source, count });
    });
  }
}

async function openChromium(address: string): Promise<() => void> {
  const browser = await launchBrowser();
  await (await browser.newPage()).goto(address);
  return () => void browser.close();
}

/** Debian's name for it is firefox-esr. */
async function openFirefox(address: string): Promise<() => void> {
  const places = (process.env.PATH ?? "").split(delimiter);
  const program = ["firefox", "firefox-esr"]
    .flatMap((name) => places.map((place) => join(place, name)))
    .find((path) => existsSync(path));
  if (program === undefined) throw new Error("No Firefox is on the PATH: install it (Debian: firefox-esr)");
  const profile = mkdtempSync(join(tmpdir(), "unrolled-firefox-"));
  const child = spawn(program, ["--headless", "--no-remote", "--profile", profile, address], {
    stdio: "ignore",
  });
  const gone = new Promise((done) => child.once("close", done));
  return () => {
    child.kill();
    void gone.then(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
  };
}
