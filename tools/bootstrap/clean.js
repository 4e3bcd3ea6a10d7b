// @ts-check
// Removes what the bootstrap has made. Notebooks, exercises, backups and the learner's JupyterLab settings stay.

const fs = require("node:fs");
const { join, relative } = require("node:path");
const { runningLabs, stopCommand } = require("./lab.js");
const { acquire } = require("./lock.js");
const { listNames } = require("./packages.js");
const paths = require("./paths.js");
const { asProblem, Problem } = require("./problem.js");

const MADE = ["node_modules", "lib/node_modules", "tools/node_modules", "lib/dist", "tools/dist", ".venv"];
/** In .unrolled; other files there, such as JupyterLab's settings and the hints already seen, are the learner's. */
const MADE_INSIDE = ["browsers", "build.json", "cache", "jupyter", "site", "tensorflow", "tmp"];

/** @param {string[]} args @returns {Promise<number>} */
async function clean(args) {
  const [part] = args;
  if (part !== undefined && part !== "tensorflow")
    throw new Problem(
      `clean ${part}: there is no such part.`,
      "clean removes everything that was installed, or one part.",
      "npm run clean, or npm run clean -- tensorflow",
    );
  const [lab] = runningLabs();
  if (lab !== undefined)
    throw new Problem(
      "JupyterLab is still running.",
      `process ${lab.pid}, at ${lab.url}, uses what would be removed.`,
      `stop it (Ctrl-C in its terminal, or ${stopCommand(lab.pid)}), then run npm run clean again.`,
    );
  const everything = [
    ...MADE.map((name) => join(paths.root, name)),
    ...MADE_INSIDE.map((name) => join(paths.own, name)),
  ];
  const lock = await acquire(paths.lock, {
    onWait: (owner) => console.error(`… another run is installing (process ${owner?.pid}); waiting for it`),
  });
  try {
    for (const path of part === "tensorflow" ? [paths.tensorflow] : everything) {
      if (fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) continue;
      fs.rmSync(path, { recursive: true, force: true, maxRetries: 5 });
      console.log(`removed ${relative(paths.root, path)}`);
    }
  } catch (error) {
    throw asProblem(error, "Not everything could be removed.");
  } finally {
    lock?.release();
  }
  if (part === undefined && listNames(paths.own).length === 0)
    fs.rmSync(paths.own, { recursive: true, force: true });
  return 0;
}

module.exports = { clean };
