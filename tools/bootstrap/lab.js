// @ts-check
// Starts JupyterLab and waits for its end.

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const { join } = require("node:path");
const { jupyterEnv } = require("./jupyter.js");
const { listNames } = require("./packages.js");
const paths = require("./paths.js");

/** Lesson 00, or the folder of the lessons. */
function firstLesson() {
  const lesson = listNames(join(paths.root, "notebooks")).find((name) => /^00-.*\.ipynb$/.test(name));
  return join("notebooks", lesson ?? "");
}

/**
 * Arguments for JupyterLab: the learner's own come last and win.
 * @param {string[]} args
 */
function labArguments(args) {
  const opens = args.some((arg) => !arg.startsWith("-") && fs.existsSync(join(paths.root, arg)));
  return [
    "-m",
    "jupyterlab",
    "-y",
    "--log-level=WARN",
    `--ServerApp.root_dir=${paths.root}`,
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
    ...args,
    ...(opens ? [] : [firstLesson()]),
  ];
}

/**
 * Runs JupyterLab until it ends; resolves to its exit code.
 * @param {string[]} args @returns {Promise<number>}
 */
function startLab(args) {
  console.error("JupyterLab is starting; Ctrl-C here stops it.");
  const child = spawn(paths.venvPython, labArguments(args), {
    cwd: paths.root,
    env: { ...process.env, ...jupyterEnv() },
    stdio: "inherit",
  });
  return ended(child);
}

/**
 * Passes signals on and waits. A Ctrl-C on a terminal reaches the child by itself.
 * @param {import("node:child_process").ChildProcess} child @returns {Promise<number>}
 */
function ended(child) {
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) child.kill("SIGTERM");
  });
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"]))
    process.on(signal, () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

module.exports = { startLab, ended };
