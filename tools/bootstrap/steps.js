// @ts-check
// What each verb needs, and how it comes to be there.

const fs = require("node:fs");
const { acquire } = require("./lock.js");
const { browser } = require("./browser.js");
const { build } = require("./build.js");
const { packages } = require("./packages.js");
const { python } = require("./python.js");
const { kernel } = require("./jupyter.js");
const { tensorflow } = require("./tensorflow.js");
const paths = require("./paths.js");
const { asProblem, Problem } = require("./problem.js");
const { Line } = require("./progress.js");

/** @typedef {{ child: (pid: number | undefined) => void }} Lock */
/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} title
 * @property {number} [megabytes] of disk that it needs
 * @property {string} [optional] what does not work without it: it may fail, but not in CI
 * @property {() => string | undefined} missing what is missing, found by looking at files only
 * @property {(line: import("./progress.js").StepLine, lock: Lock) => Promise<string>} install resolves to what was done
 */

/**
 * In the order of installation.
 * @type {Step[]}
 */
const steps = [packages, build, python, kernel, tensorflow, browser];

/** @param {string[]} needs names of steps */
const missingSteps = (needs) =>
  steps.filter((step) => needs.includes(step.name) && step.missing() !== undefined);

/**
 * Installs what is missing; returns at once when nothing is.
 * @param {string[]} needs
 */
async function ensure(needs) {
  if (missingSteps(needs).length === 0) return;
  try {
    const lock = await acquire(paths.lock, (owner) => {
      console.error(`… another run is installing (process ${owner?.pid ?? "unknown"}); waiting for it`);
    });
    try {
      fs.rmSync(paths.temporary, { recursive: true, force: true, maxRetries: 3 });
      fs.mkdirSync(paths.temporary, { recursive: true });
      for (const step of steps)
        if (needs.includes(step.name) && step.missing() !== undefined) await install(step, lock);
      fs.rmSync(paths.temporary, { recursive: true, force: true, maxRetries: 3 });
    } finally {
      lock.release();
    }
  } catch (error) {
    throw asProblem(error, "The course could not be set up.");
  }
}

/** @param {Step} step @param {Lock} lock */
async function install(step, lock) {
  const line = new Line(step.title);
  try {
    checkDisk(step);
    line.done(await step.install(line, lock));
  } catch (error) {
    line.failed();
    if (step.optional && !process.env.CI) return console.error(indent(error, step.optional));
    throw asProblem(error, `${step.title}: the installation failed.`);
  } finally {
    lock.child(undefined);
  }
}

/** @param {unknown} error @param {string} effect */
function indent(error, effect) {
  const { message, why, todo } = asProblem(error, "It could not be installed.");
  return `  ${message} Why: ${why}\n  So ${effect}. What to do: ${todo}`;
}

/** @param {Step} step */
function checkDisk({ title, megabytes = 0 }) {
  const { bavail, bsize } = fs.statfsSync(paths.root);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free >= megabytes) return;
  const why = `${free} MB are free, and it needs ${megabytes} MB.`;
  throw new Problem(
    `${title}: the disk is too full.`,
    why,
    "free about 2 GB on this disk, then run the command again.",
  );
}

module.exports = { steps, ensure };
