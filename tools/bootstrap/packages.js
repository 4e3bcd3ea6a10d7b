// @ts-check
// The npm packages, as package-lock.json names them.

const fs = require("node:fs");
const { join } = require("node:path");
const paths = require("./paths.js");
const { explain, Problem } = require("./problem.js");
const { npm, run } = require("./run.js");

/** @typedef {import("./steps.js").Step} Step */
/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean, os?: string[], cpu?: string[] }} Locked */

/** @param {string} file @returns {Record<string, Locked>} */
function lockedPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")).packages ?? {};
  } catch {
    return {};
  }
}

/**
 * What npm has installed (it notes it in a lock file of its own) against what is locked.
 * @returns {string | undefined}
 */
function packagesMissing() {
  const locked = lockedPackages(join(paths.root, "package-lock.json"));
  const installed = lockedPackages(join(paths.nodeModules, ".package-lock.json"));
  for (const [path, wanted] of Object.entries(locked)) {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) continue;
    const there = installed[path];
    if (there === undefined && wanted.optional) continue;
    const same =
      there !== undefined && there.version === wanted.version && there.integrity === wanted.integrity;
    if (!same || !fs.existsSync(join(paths.root, path, "package.json")))
      return path.slice(path.indexOf("node_modules/") + 13);
  }
  return Object.keys(locked).length === 0 ? "package-lock.json" : undefined;
}

/** @type {Step} */
const packages = {
  name: "packages",
  title: "npm packages",
  megabytes: 600,
  missing: packagesMissing,
  async install(line, lock) {
    const [program, first] = npm();
    const bounded = [
      "--fetch-retries=2",
      "--fetch-retry-mintimeout=1000",
      "--fetch-retry-maxtimeout=5000",
      "--fetch-timeout=60000",
    ];
    const args = [
      ...first,
      "ci",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
      ...bounded,
    ];
    line.update("installing");
    const { code, output } = await run(program, args, { lock, sign: countPackages(line) });
    if (code === 127)
      throw new Problem(
        "npm was not found.",
        "Node is here without its package manager.",
        "install Node from nodejs.org (npm comes with it).",
      );
    if (code !== 0) throw explain("The npm packages could not be installed.", output);
    const missing = packagesMissing();
    if (missing)
      throw new Problem(
        "The npm packages are not complete.",
        `${missing} is missing after npm ci.`,
        "run npm run clean, then the command again.",
      );
    return `${Object.keys(lockedPackages(join(paths.nodeModules, ".package-lock.json"))).length} packages`;
  },
};

/**
 * npm tells nothing until it has finished, and makes the folders of all packages before it fetches the first: those
 * that are unpacked count.
 * @param {{ update(text: string): void }} line @param {string} [root]
 */
function countPackages(line, root = paths.root) {
  const locked = Object.entries(lockedPackages(join(root, "package-lock.json")));
  const wanted = locked.filter(
    ([path, entry]) => path.startsWith("node_modules/") && !entry.link && fits(entry),
  );
  return () => {
    const files = wanted.map(([path]) => join(root, path, "package.json"));
    const count = files.filter((file) => fs.existsSync(file)).length;
    line.update(count > 0 ? `${count} of ${wanted.length}` : "waiting for the first");
    return count;
  };
}

/** @param {Locked} entry whether this system gets it */
const fits = ({ os, cpu }) =>
  (os?.includes(process.platform) ?? true) && (cpu?.includes(process.arch) ?? true);

/** @param {string} folder */
function listNames(folder) {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

module.exports = { packages, countPackages, listNames };
