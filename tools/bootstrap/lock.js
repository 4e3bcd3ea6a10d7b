// @ts-check
// Two installations at once would spoil each other: the second waits. A lock whose owner has died is taken over.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const { dirname } = require("node:path");

const BEAT = 2_000;
const POLL = 300;
/** So long after the last beat, a lock whose owner cannot be looked up is stale. */
const STALE = 60_000;

/**
 * @typedef {object} Owner
 * @property {number} pid
 * @property {string} [started] a process that has the number of one that died started at another time
 * @property {string} host
 * @property {string} id
 * @property {number[]} children the installers at work; a killed run may leave them behind, and they still write
 * @property {string} [doing]
 */

/** @param {number | undefined} pid */
function alive(pid) {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * When a process started, in the system's own words; undefined where that is not to be had (Windows).
 * @param {number} pid @returns {string | undefined}
 */
function startOf(pid) {
  if (process.platform === "win32") return undefined;
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop()?.split(" ")[19];
  } catch {
    return (
      spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() || undefined
    );
  }
}

/** @param {string} file @returns {Owner | undefined} */
function read(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function modified(file) {
  try {
    return fs.statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Whether the owner is at work ("busy"), is dead, or cannot be looked up: then its beats tell.
 * @param {Owner | undefined} owner @returns {"busy" | "dead" | "unknown"}
 */
function look(owner) {
  if (owner === undefined || owner.host !== os.hostname()) return "unknown";
  if (owner.children.some(alive)) return "busy";
  if (!alive(owner.pid)) return "dead";
  if (owner.started === undefined) return "unknown";
  return startOf(owner.pid) === owner.started ? "busy" : "dead";
}

/**
 * @typedef {object} Waiting
 * @property {(owner: Owner | undefined) => void} [onWait] called once
 * @property {() => boolean} [enough] true once the lock is no longer wanted
 * @property {() => void} [onLost] another run took it over, as this one was taken for dead
 * @property {string} [host]
 * @property {number} [stale] ms
 */

/**
 * Takes the lock, waiting as long as another living process holds it; undefined if it is no longer wanted.
 * @param {string} file @param {Waiting} [options]
 */
async function acquire(file, { onWait, enough, onLost, host = os.hostname(), stale = STALE } = {}) {
  fs.mkdirSync(dirname(file), { recursive: true });
  const { pid } = process;
  /** @type {Owner} */
  const me = { pid, started: startOf(pid), host, id: `${pid}-${Date.now()}`, children: [] };
  let told = false;
  let seen = modified(file);
  /** By the waiter's own watch, which stands still while the computer sleeps, as the owner does. */
  let quiet = 0;
  for (;;) {
    if (told && enough?.()) return undefined;
    try {
      fs.writeFileSync(file, JSON.stringify(me), { flag: "wx" });
      await sleep(50);
      if (read(file)?.id === me.id) break;
      continue;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    const owner = read(file);
    quiet = modified(file) === seen ? quiet + POLL : 0;
    seen = modified(file);
    const state = look(owner);
    if (state === "dead" || (state === "unknown" && quiet > stale)) {
      takeAway(file, owner);
      continue;
    }
    if (!told) onWait?.(owner);
    told = true;
    await sleep(POLL);
  }
  return hold(file, me, onLost);
}

/** @param {string} file @param {Owner} me @param {(() => void) | undefined} onLost */
function hold(file, me, onLost) {
  const mine = () => read(file)?.id === me.id;
  const lose = () => {
    clearInterval(timer);
    onLost?.();
  };
  let told = me.doing;
  const note = () => {
    if (!mine()) return lose();
    told = me.doing;
    try {
      fs.writeFileSync(`${file}.${me.id}`, JSON.stringify(me));
      fs.renameSync(`${file}.${me.id}`, file);
    } catch {
      // Windows refuses while another process reads it; the next beat tells it.
      told = undefined;
    }
  };
  const beat = () => {
    if (!mine()) return lose();
    if (told !== me.doing) return note();
    const now = new Date();
    fs.utimesSync(file, now, now);
  };
  const timer = setInterval(beat, BEAT);
  timer.unref();
  return {
    /**
     * An installer begins or ends.
     * @param {number} pid @param {boolean} runs
     */
    child(pid, runs) {
      me.children = me.children.filter((other) => other !== pid);
      if (runs) me.children.push(pid);
      note();
    },
    /** @param {string} text what is going on, for those who wait */
    doing(text) {
      me.doing = text;
    },
    release() {
      clearInterval(timer);
      if (mine()) fs.rmSync(file, { force: true });
    },
  };
}

/**
 * Removes a stale lock, unless another waiter was quicker and holds it by now.
 * @param {string} file @param {Owner | undefined} stale
 */
function takeAway(file, stale) {
  const aside = `${file}.stale-${process.pid}`;
  try {
    fs.renameSync(file, aside);
    if (read(aside)?.id !== stale?.id && !fs.existsSync(file)) fs.renameSync(aside, file);
    fs.rmSync(aside, { force: true });
  } catch {
    // Already gone.
  }
}

module.exports = { acquire, alive, startOf };
