// @ts-check
// The library and the tools, built from TypeScript.

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { join, relative } = require("node:path");
const paths = require("./paths.js");
const { Problem } = require("./problem.js");
const { run } = require("./run.js");

const PARTS = ["lib", "tools"];
/** lib/engine/assembly is AssemblyScript; what it compiles to is committed (docs/engine.md). tools/web is bundled. */
const NOT_BUILT = ["node_modules", "dist", "assembly", "web"];
const buildStamp = join(paths.own, "build.json");

/** @param {string} folder @param {(name: string) => boolean} wanted @returns {string[]} */
function filesBelow(folder, wanted) {
  /** @type {string[]} */
  const found = [];
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!NOT_BUILT.includes(entry.name)) found.push(...filesBelow(path, wanted));
    } else if (wanted(entry.name)) found.push(path);
  }
  return found;
}

/** @param {string} part */
const sources = (part) =>
  filesBelow(join(paths.root, part), (name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));

/** @param {string} part @param {string} source */
const builtFile = (part, source) =>
  join(paths.root, part, "dist", relative(join(paths.root, part), source)).replace(/\.ts$/, ".js");

/** Changes when a source, a setting or the compiler changes. */
function signature() {
  const hash = createHash("sha256");
  const settings = [
    "tsconfig.json",
    "tsconfig.base.json",
    "lib/tsconfig.json",
    "tools/tsconfig.json",
    "node_modules/.package-lock.json",
  ];
  for (const file of [...settings.map((name) => join(paths.root, name)), ...PARTS.flatMap(sources)]) {
    const { size, mtimeMs } = fs.statSync(file);
    hash.update(`${relative(paths.root, file)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

/** @returns {string | undefined} */
function unbuilt() {
  for (const part of PARTS)
    for (const source of sources(part))
      if (!fs.existsSync(builtFile(part, source))) return relative(paths.root, source);
  return undefined;
}

/**
 * Built files whose source is gone would still be run by tests and found by imports.
 * @param {string} part
 */
function prune(part) {
  const dist = join(paths.root, part, "dist");
  if (!fs.existsSync(dist)) return;
  const wanted = new Set(sources(part).map((source) => builtFile(part, source).slice(0, -3)));
  for (const file of filesBelow(dist, (name) => /\.(js|d\.ts)(\.map)?$/.test(name)))
    if (!wanted.has(file.replace(/\.(js|d\.ts)(\.map)?$/, ""))) fs.rmSync(file, { force: true });
}

/** @type {import("./steps.js").Step} */
const build = {
  name: "build",
  title: "library, tools",
  after: ["packages"],
  repair: "npm start builds it",
  missing() {
    if (!fs.existsSync(paths.nodeModules)) return "not built";
    const source = unbuilt();
    if (source) return source;
    try {
      return JSON.parse(fs.readFileSync(buildStamp, "utf8")).signature === signature()
        ? undefined
        : "sources have changed";
    } catch {
      return "not built";
    }
  },
  async install(line, lock) {
    line.update("compiling");
    const before = signature();
    const force = unbuilt() ? ["--force"] : [];
    const compiler = join(paths.nodeModules, "typescript", "bin", "tsc");
    const { code, output } = await run(process.execPath, [compiler, "-b", "--pretty", "false", ...force], {
      lock,
    });
    if (code !== 0)
      throw new Problem(
        "The library and tools do not compile.",
        `the compiler says:\n    ${output.trim().split("\n").slice(0, 12).join("\n    ")}`,
        "undo your changes in lib/ and tools/ (git status shows them), or mend the lines that are named.",
      );
    for (const part of PARTS) prune(part);
    fs.writeFileSync(buildStamp, JSON.stringify({ signature: before }));
    return "compiled";
  },
};

module.exports = { build };
