// @ts-check
// Whoever started this may be killed without a word to it: then it ends as well.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const { alive } = require("./lock.js");

const EVERY = 1_000;

/**
 * A process's parent and command line; undefined where that is not to be had.
 * @param {number} pid @returns {{ parent: number, command: string } | undefined}
 */
function lookUp(pid) {
  if (process.platform === "win32") return undefined;
  try {
    const parent = Number(fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop()?.split(" ")[1]);
    return { parent, command: fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") };
  } catch {
    const { stdout } = spawnSync("ps", ["-o", "ppid=,command=", "-p", String(pid)], { encoding: "utf8" });
    const found = stdout?.match(/^\s*(\d+)\s+(.*)/);
    return found ? { parent: Number(found[1]), command: found[2] } : undefined;
  }
}

/**
 * Calls back once, when the parent has ended, or npm, between which and this there is a shell of npm's.
 * @param {() => void} stop
 */
function onOrphaned(stop) {
  const parent = process.ppid;
  const shell = process.env.npm_lifecycle_event ? lookUp(parent) : undefined;
  const npm = shell?.command.includes("tools/bootstrap/main.js") ? shell.parent : parent;
  const timer = setInterval(() => {
    if (process.ppid === parent && alive(parent) && alive(npm)) return;
    clearInterval(timer);
    stop();
  }, EVERY);
  timer.unref();
}

module.exports = { onOrphaned };
