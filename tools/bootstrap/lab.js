// @ts-check
// Starts JupyterLab, or opens the one that already runs on this folder, and waits for its end.

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const { join, relative, resolve } = require("node:path");
const { jupyterEnv } = require("./jupyter.js");
const { alive } = require("./lock.js");
const { listNames } = require("./packages.js");
const { onOrphaned } = require("./parent.js");
const paths = require("./paths.js");
const { run, stopRunning } = require("./run.js");

const USUAL_PORT = 8888;
const PATIENCE = 10_000;

/** @typedef {{ pid: number, port: number, url: string, token: string }} Server as JupyterLab notes it */

/**
 * The JupyterLabs of this project that run; each notes itself in the runtime folder.
 * @returns {Server[]}
 */
function runningLabs() {
  return listNames(paths.jupyter.runtime).flatMap((name) => {
    if (!/^jpserver-\d+\.json$/.test(name)) return [];
    try {
      const server = JSON.parse(fs.readFileSync(join(paths.jupyter.runtime, name), "utf8"));
      return alive(server.pid) ? [server] : [];
    } catch {
      return []; // It is being written, or it has just ended.
    }
  });
}

/** @param {number} pid */
const stopCommand = (pid) => (paths.windows ? `taskkill /F /T /PID ${pid}` : `kill ${pid}`);

/** Lesson 00, or the folder of the lessons. */
function firstLesson() {
  const lesson = listNames(join(paths.root, "notebooks")).find((name) => /^00-.*\.ipynb$/.test(name));
  return join("notebooks", lesson ?? "");
}

/** @param {string[]} args @returns {string | undefined} the notebook or folder that they name */
const named = (args) => args.find((arg) => !arg.startsWith("-") && fs.existsSync(join(paths.root, arg)));

/** @param {string[]} args @returns {number | undefined} */
function chosenPort(args) {
  const at = args.findIndex((arg) => /^--(ServerApp\.)?port(=|$)/.test(arg));
  if (at < 0) return undefined;
  return Number(args[at].split("=")[1] ?? args[at + 1]);
}

/**
 * Arguments for lab.py and JupyterLab: the learner's own come last and win.
 * @param {string[]} args
 */
function labArguments(args) {
  return [
    join(__dirname, "lab.py"),
    String(process.pid),
    paths.root,
    "-y",
    "--log-level=WARN",
    `--ServerApp.root_dir=${paths.root}`,
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
    ...args,
    ...(named(args) === undefined ? [firstLesson()] : []),
  ];
}

/**
 * Runs JupyterLab until it ends; resolves to its exit code. A plain start opens the one that already runs.
 * @param {string[]} args @returns {Promise<number>}
 */
async function startLab(args) {
  const env = { ...process.env, ...jupyterEnv() };
  const before = runningLabs();
  if (before.length > 0 && chosenPort(args) === undefined && (await answers(before[0])))
    return open(before[0], args);
  console.error("JupyterLab is starting; Ctrl-C here stops it.");
  const child = spawn(paths.venvPython, labArguments(args), { cwd: paths.root, env, stdio: "inherit" });
  void tellPort(child, chosenPort(args) ?? USUAL_PORT, new Set(before.map(({ pid }) => pid)));
  return ended(child);
}

/** @param {Server} server */
async function answers({ url, token }) {
  try {
    return (await fetch(`${url}api/status?token=${token}`, { signal: AbortSignal.timeout(PATIENCE) })).ok;
  } catch {
    return false;
  }
}

/** @param {Server} server @param {string[]} args @returns {Promise<number>} */
async function open({ pid, url, token }, args) {
  const path = relative(paths.root, resolve(paths.root, named(args) ?? firstLesson())).replaceAll("\\", "/");
  const page = `${url}lab/tree/${encodeURI(path)}?token=${token}`;
  console.error(`The course is already open (process ${pid}): ${page}
To stop it: Ctrl-C in its terminal, or ${stopCommand(pid)}. For a second one: npm start -- --port 8899`);
  if (args.includes("--no-browser")) return 0;
  await run(paths.venvPython, ["-m", "webbrowser", page], { env: jupyterEnv(), patience: 10 });
  return 0;
}

/**
 * JupyterLab takes the next port without a word if the one it should use is taken.
 * @param {import("node:child_process").ChildProcess} child @param {number} wanted @param {Set<number>} others
 */
async function tellPort(child, wanted, others) {
  while (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const own = runningLabs().find(({ pid }) => !others.has(pid));
    if (own === undefined) continue;
    if (own.port !== wanted)
      console.error(`Port ${wanted} is taken by another program; JupyterLab is at ${own.url}`);
    return;
  }
}

/**
 * Passes signals on and waits. A Ctrl-C on a terminal reaches the child by itself; the end of npm is not told to
 * anybody, so it is watched.
 * @param {import("node:child_process").ChildProcess} child @returns {Promise<number>}
 */
function ended(child) {
  const stop = () => {
    stopRunning();
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), PATIENCE).unref();
  };
  process.on("SIGINT", () => {
    if (process.stdin.isTTY) stopRunning();
    else stop();
  });
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) process.on(signal, stop);
  onOrphaned(stop);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

module.exports = { startLab, ended, runningLabs, stopCommand };
