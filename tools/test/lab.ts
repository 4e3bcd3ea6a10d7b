import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Page } from "playwright-core";

export const projectRoot: string = join(__dirname, "..", "..", "..");
const TOKEN = "unrolled-test";

export interface Lab {
  /** The page of a notebook, given by its path inside the project. */
  url(notebook: string): string;
  stop(): Promise<void>;
}

/** What `npm start` runs: installs, builds, starts. */
export const START: string[] = [join("tools", "bootstrap", "main.js"), "start"];
/** JupyterLab as the last `npm start` left it, also while something in lib/ or tools/ does not compile. */
export const START_AS_IS: string[] = [
  "-e",
  'require("./tools/bootstrap/lab.js").startLab(process.argv.slice(1))',
  "--",
];

/** JupyterLab on a free port. */
export async function startLab(command: string[] = START): Promise<Lab> {
  const port = await freePort();
  // Tests open notebooks inside the hidden folder that git ignores.
  const own = [`--ServerApp.token=${TOKEN}`, "--ContentsManager.allow_hidden=True"];
  const args = [...command, "--no-browser", "--port", String(port), ...own];
  const server = spawn(process.execPath, args, {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  const kill = (): void => signalGroup(server, "SIGTERM");
  process.once("exit", kill);
  let output = "";
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const base = `http://localhost:${port}`;
  const deadline = Date.now() + 600_000;
  while (!(await answers(`${base}/api/status?token=${TOKEN}`))) {
    if (server.exitCode !== null)
      throw new Error(`JupyterLab did not start (exit code ${server.exitCode}):\n${output}`);
    if (Date.now() > deadline) {
      await stopServer(server);
      throw new Error(`JupyterLab did not answer within 10 minutes:\n${output}`);
    }
    await sleep(200);
  }
  return {
    // doc: the notebook alone; reset: no tabs left over from another run.
    url: (notebook) => `${base}/doc/tree/${encodeURI(notebook)}?reset&token=${TOKEN}`,
    stop: () => stopServer(server),
  };
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  signalGroup(server, "SIGTERM");
  const late = setTimeout(() => signalGroup(server, "SIGKILL"), 10_000);
  await ended;
  clearTimeout(late);
}

/** The bootstrap with JupyterLab below it. */
function signalGroup(server: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === "win32") server.kill(signal);
    else process.kill(-(server.pid as number), signal);
  } catch {
    // It has ended.
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Opens a notebook and waits until its kernel is idle. Nothing is saved: the file stays as it is. */
export async function openNotebook(page: Page, lab: Lab, notebook: string): Promise<void> {
  await page.route("**/api/contents/**", (route) =>
    // A save is answered with what the file holds.
    route.request().method() === "PUT" ? route.continue({ method: "GET" }) : route.continue(),
  );
  await page.goto(lab.url(notebook));
  await page.locator(".jp-Notebook").waitFor({ timeout: 60_000 });
  await lastingIdle(page, 60_000);
}

export async function menu(page: Page, name: string, item: string): Promise<void> {
  await page.locator(".lm-MenuBar-itemLabel", { hasText: new RegExp(`^${name}$`) }).click();
  await page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^${item}$`) }).click();
}

/** Runs all cells from a new kernel and waits for the end. */
export async function restartAndRunAll(page: Page, timeout: number): Promise<void> {
  await menu(page, "Run", "Restart Kernel and Run All Cells…");
  await page.locator(".jp-Dialog button", { hasText: "Restart" }).click();
  await sleep(1000);
  await lastingIdle(page, timeout);
}

/** The kernel has been idle for a second: between two cells of a run it is idle for an instant only. */
export async function lastingIdle(page: Page, timeout: number): Promise<void> {
  const deadline = Date.now() + timeout;
  let idleSince = 0;
  while (Date.now() < deadline) {
    const status = await page
      .locator("#jp-main-statusbar")
      .innerText()
      .catch(() => "");
    if (!/\| Idle/.test(status)) idleSince = 0;
    else if (idleSince === 0) idleSince = Date.now();
    else if (Date.now() - idleSince > 1000) return;
    await sleep(100);
  }
  throw new Error(`The kernel was not idle within ${timeout / 1000} s`);
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
