// @ts-check
// Two installations at once would spoil each other: the second waits. A lock whose owner has died is taken over.

const fs = require("node:fs");
const os = require("node:os");
const { dirname } = require("node:path");

const BEAT = 2_000;
/** A lock that was not refreshed for so long, by the waiter's own watch, is stale. */
const STALE = 60_000;

/** @typedef {{ pid: number, host: string, id: string, child?: number }} Owner */

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
 * Takes the lock, waiting as long as another living process holds it.
 * @param {string} file @param {(owner: Owner | undefined) => void} onWait called once
 */
async function acquire(file, onWait) {
  fs.mkdirSync(dirname(file), { recursive: true });
  /** @type {Owner} */
  const me = { pid: process.pid, host: os.hostname(), id: `${process.pid}-${Date.now()}` };
  let told = false;
  let seen = modified(file);
  let since = Date.now();
  for (;;) {
    try {
      fs.writeFileSync(file, JSON.stringify(me), { flag: "wx" });
      await sleep(50);
      if (read(file)?.id === me.id) break;
      continue;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    const owner = read(file);
    if (modified(file) !== seen) {
      seen = modified(file);
      since = Date.now();
    }
    const quiet = Date.now() - since > STALE;
    // The child: a killed run may leave its npm or pip behind, which still writes.
    const dead = owner !== undefined && owner.host === me.host && !alive(owner.pid) && !alive(owner.child);
    if (dead || quiet) {
      takeAway(file, owner);
      continue;
    }
    if (!told) onWait(owner);
    told = true;
    await sleep(300);
  }
  const refresh = () => {
    try {
      fs.writeFileSync(`${file}.${me.id}`, JSON.stringify(me));
      fs.renameSync(`${file}.${me.id}`, file);
    } catch {
      // The next beat tries again.
    }
  };
  const timer = setInterval(refresh, BEAT);
  timer.unref();
  return {
    /** @param {number | undefined} pid the installer at work */
    child(pid) {
      me.child = pid;
      refresh();
    },
    release() {
      clearInterval(timer);
      if (read(file)?.id === me.id) fs.rmSync(file, { force: true });
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

module.exports = { acquire, alive };
