// @ts-check
// What each verb needs, and how it comes to be there.

const fs = require("node:fs");
const { acquire } = require("./lock.js");
const { browser } = require("./browser.js");
const { lite } = require("./lite.js");
const { build } = require("./build.js");
const { packages } = require("./packages.js");
const { python } = require("./python.js");
const { kernel } = require("./jupyter.js");
const { tensorflow } = require("./tensorflow.js");
const paths = require("./paths.js");
const { asProblem, Problem } = require("./problem.js");
const { Line } = require("./progress.js");
const { stopRunning } = require("./run.js");

/** @typedef {{ child: (pid: number, runs: boolean) => void, doing: (text: string) => void }} Lock */
/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} title
 * @property {string[]} [after] the steps that it builds on; the others run beside it
 * @property {number} [megabytes] of disk that it needs
 * @property {string} [optional] what does not work without it: it may fail, but not in CI
 * @property {string} [repair] how it comes to be there, if it is not installed
 * @property {() => string | undefined} missing what is missing, found by looking at files only
 * @property {(line: import("./progress.js").StepLine, lock: Lock) => Promise<string>} install resolves to what was done
 */

/**
 * Each after those that it builds on.
 * @type {Step[]}
 */
const steps = [packages, build, python, kernel, tensorflow, browser, lite];

/** @param {string[]} needs names of steps */
const missingSteps = (needs) =>
  steps.filter((step) => needs.includes(step.name) && step.missing() !== undefined);

/**
 * Installs what is missing; returns at once when nothing is.
 * @param {string[]} needs @param {{ quiet?: boolean }} [options] quiet: tell only the end of each step
 */
async function ensure(needs, { quiet = false } = {}) {
  if (missingSteps(needs).length === 0) return;
  try {
    checkWritable();
    const lock = await acquire(paths.lock, {
      onWait: (owner) =>
        console.error(`… another run is installing (process ${owner?.pid ?? "unknown"}); waiting for it`),
      enough: () => missingSteps(needs).length === 0,
      onLost: giveUp,
    });
    if (lock === undefined) return;
    try {
      fs.rmSync(paths.temporary, { recursive: true, force: true, maxRetries: 3 });
      fs.mkdirSync(paths.temporary, { recursive: true });
      await installAll(needs, lock, quiet);
      fs.rmSync(paths.temporary, { recursive: true, force: true, maxRetries: 3 });
    } finally {
      lock.release();
    }
  } catch (error) {
    throw asProblem(error, "The course could not be set up.");
  }
}

/** @param {string[]} needs @param {Lock} lock @param {boolean} quiet */
async function installAll(needs, lock, quiet) {
  /** @type {Map<string, Promise<void>>} */
  const runs = new Map();
  for (const step of steps) {
    if (!needs.includes(step.name)) continue;
    const before = Promise.all((step.after ?? []).map((name) => runs.get(name)));
    runs.set(
      step.name,
      before.then(() => (step.missing() === undefined ? undefined : install(step, lock, quiet))),
    );
  }
  // After a failure the others still finish: their work need not be done again.
  const ends = await Promise.allSettled(runs.values());
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** @param {Step} step @param {Lock} lock @param {boolean} quiet */
async function install(step, lock, quiet) {
  const line = new Line(step.title, { quiet, onUpdate: lock.doing });
  try {
    checkDisk(step);
    line.done(await step.install(line, lock));
  } catch (error) {
    line.failed();
    if (step.optional && !process.env.CI) return console.error(indent(error, step.optional));
    throw asProblem(error, `${step.title}: the installation failed.`);
  }
}

/** @param {unknown} error @param {string} effect */
function indent(error, effect) {
  const { message, why, todo } = asProblem(error, "It could not be installed.");
  return `  ${message} Why: ${why}\n  So ${effect}. What to do: ${todo}`;
}

/** This run was stopped so long that another took it for dead. */
function giveUp() {
  stopRunning();
  console.error("\n✗ Another run has taken over the installation.\n  What to do: run the command again.\n");
  process.exit(1);
}

const readOnly = (/** @type {unknown} */ error) =>
  new Problem(
    "The course's folder may not be written.",
    `${paths.root}: ${/** @type {Error} */ (error).message}`,
    "copy the folder to a place of your own (not a read-only disk, not another user's), then run the command there.",
  );

/** Also where nothing is missing, for verbs that write. */
function checkWritable() {
  try {
    fs.accessSync(paths.root, fs.constants.W_OK);
    if (fs.existsSync(paths.own)) fs.accessSync(paths.own, fs.constants.W_OK);
  } catch (error) {
    throw readOnly(error);
  }
}

/** @returns {number} megabytes */
function freeDisk() {
  const { bavail, bsize } = fs.statfsSync(paths.root);
  return Math.floor((bavail * bsize) / 1e6);
}

/** @param {Step} step */
function checkDisk({ title, megabytes = 0 }) {
  const free = freeDisk();
  if (free >= megabytes) return;
  const why = `${free} MB are free, and it needs ${megabytes} MB.`;
  throw new Problem(
    `${title}: the disk is too full.`,
    why,
    "free about 2 GB on this disk, then run the command again.",
  );
}

/**
 * Megabytes that the installation of what is missing asks for.
 * @param {string[]} needs
 */
const diskNeeded = (needs) => Math.max(0, ...missingSteps(needs).map(({ megabytes = 0 }) => megabytes));

module.exports = { steps, ensure, checkWritable, freeDisk, diskNeeded };
