// @ts-check

const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { root, windows } = require("./paths.js");

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
let stopped = false;

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] in addition to this process's own
 * @property {(line: string) => void} [onLine] each line of output as it comes
 * @property {() => unknown} [sign] a value that changes while the program makes progress, besides its output
 * @property {number} [patience] seconds without a sign of progress after which it is stopped
 * @property {import("./steps.js").Lock} [lock] is told of the program
 */

/**
 * Runs a program and keeps its output. Never throws: a program that cannot start has code 127.
 * @param {string} file @param {string[]} args @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(file, args, options = {}) {
  const { cwd = root, env, onLine, sign, patience = 300, lock } = options;
  return new Promise((resolve) => {
    let output = "";
    let last = Date.now();
    /** @type {unknown} */
    let lastSign;
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    running.add(child);
    if (child.pid !== undefined) lock?.child(child.pid, true);
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
        last = Date.now();
        output = (output + text).slice(-200_000);
        const lines = (rest + text).split(/\r?\n|\r/);
        rest = lines.pop() ?? "";
        for (const line of lines) onLine?.(line);
      });
    }
    const timer = setInterval(() => {
      const now = sign?.();
      if (now !== lastSign) last = Date.now();
      lastSign = now;
      if (Date.now() - last < patience * 1000) return;
      output += `\nstopped: no progress for ${patience} s (timed out)\n`;
      child.kill("SIGKILL");
    }, 250);
    /** @param {number} code */
    const end = (code) => {
      clearInterval(timer);
      running.delete(child);
      if (stopped) return; // What it has not finished is no result.
      if (child.pid !== undefined) lock?.child(child.pid, false);
      resolve({ code, output });
    };
    child.on("error", (error) => {
      output += String(error);
      end(127);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

/** Stops what `run` has started, for good: nobody who waits for it goes on. */
function stopRunning() {
  stopped = true;
  for (const child of running) child.kill("SIGTERM");
}

/**
 * npm as `[program, first arguments]`: through Node itself, since npm.cmd cannot be spawned on Windows.
 * @returns {[string, string[]]}
 */
function npm() {
  const beside = dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath ?? "",
    join(beside, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(beside, "node_modules", "npm", "bin", "npm-cli.js"),
    join(beside, "..", "share", "nodejs", "npm", "bin", "npm-cli.js"),
  ];
  const found = candidates.find((file) => file.endsWith("npm-cli.js") && existsSync(file));
  return found ? [process.execPath, [found]] : [windows ? "npm.cmd" : "npm", []];
}

module.exports = { run, stopRunning, npm };
