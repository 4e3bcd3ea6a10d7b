// @ts-check
// TensorFlow for tfjs-node, in four steps: already there; its own installer; PyPI's wheel and a C++ compiler; WebAssembly.
// What is built stands in .unrolled/tensorflow and is linked into the package, so that npm ci does not take it away.

const fs = require("node:fs");
const { dirname, join, relative } = require("node:path");
const paths = require("./paths.js");
const { explain, Problem } = require("./problem.js");
const { run } = require("./run.js");
const { official } = require("./tensorflow-official.js");
const { fromPyPI } = require("./tensorflow-pypi.js");

/** @typedef {{ key: string, backend: "native" | "wasm", version?: string, from?: string, reasons: string[] }} State */

const LINKED = ["deps", "lib"];
const stateFile = join(paths.tensorflow, "state.json");

/**
 * What the variable UNROLLED_TF asks for.
 * @returns {"auto" | "native" | "wasm"}
 */
function choice() {
  const value = process.env.UNROLLED_TF;
  if (!value) return "auto";
  if (value === "native" || value === "wasm") return value;
  throw new Problem(
    `UNROLLED_TF=${value} is not known.`,
    "it chooses TensorFlow's backend.",
    "set it to native or wasm, or leave it out.",
  );
}

/** A result counts for this version of tfjs-node on this kind of machine. */
function key() {
  const { version } = JSON.parse(fs.readFileSync(join(paths.tfjsNode, "package.json"), "utf8"));
  return `tfjs-node ${version} ${process.platform} ${process.arch}`;
}

/** @returns {State | undefined} */
function state() {
  try {
    const read = JSON.parse(fs.readFileSync(stateFile, "utf8"));
    return read.key === key() ? read : undefined;
  } catch {
    return undefined;
  }
}

function linked() {
  return LINKED.every((name) => {
    try {
      return fs.realpathSync(join(paths.tfjsNode, name)) === fs.realpathSync(join(paths.tensorflow, name));
    } catch {
      return false;
    }
  });
}

function unlink() {
  for (const name of LINKED) fs.rmSync(join(paths.tfjsNode, name), { recursive: true, force: true });
}

/** Relative, so that the project folder can be moved; Windows lets everybody make junctions only, which are absolute. */
function link() {
  unlink();
  for (const name of LINKED) {
    const target = join(paths.tensorflow, name);
    const place = join(paths.tfjsNode, name);
    if (paths.windows) fs.symlinkSync(target, place, "junction");
    else fs.symlinkSync(relative(dirname(place), target), place);
  }
}

const TRY = `
const util = require("node:util");
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
const tf = require(process.argv[1]);
const product = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).arraySync();
if (product[1][1] !== 3) throw new Error("1+1+1 is " + product[1][1]);
console.log("works with " + tf.backend().binding.TF_Version);
`;

/**
 * Loads tfjs-node in a process of its own and multiplies two matrices.
 * @returns {Promise<{ version?: string, output: string }>}
 */
async function tryNative() {
  const env = { TF_CPP_MIN_LOG_LEVEL: "3" };
  const { output } = await run(process.execPath, ["-e", TRY, paths.tfjsNode], { env, patience: 60 });
  return { version: output.match(/works with (\S+)/)?.[1], output };
}

/** @param {State} result */
function remember(result) {
  fs.mkdirSync(paths.tensorflow, { recursive: true });
  fs.writeFileSync(`${stateFile}.new`, JSON.stringify(result, null, 1));
  fs.renameSync(`${stateFile}.new`, stateFile);
}

/**
 * The parts of the package that its build needs; what it makes stays beside them.
 * @returns {string}
 */
function makeStage() {
  const stage = join(paths.temporary, "tensorflow");
  fs.rmSync(stage, { recursive: true, force: true });
  fs.mkdirSync(stage, { recursive: true });
  for (const name of ["package.json", "binding.gyp", "binding", "scripts"])
    fs.cpSync(join(paths.tfjsNode, name), join(stage, name), { recursive: true });
  return stage;
}

/** @typedef {{ name: string, build: (stage: string, line: import("./progress.js").StepLine, lock: import("./steps.js").Lock) => Promise<void> }} Way */

/** @param {Way} way @param {import("./progress.js").StepLine} line @param {import("./steps.js").Lock} lock @returns {Promise<string>} TensorFlow's version */
async function build(way, line, lock) {
  const stage = makeStage();
  await way.build(stage, line, lock);
  unlink();
  fs.rmSync(paths.tensorflow, { recursive: true, force: true, maxRetries: 3 });
  fs.mkdirSync(paths.tensorflow, { recursive: true });
  for (const name of LINKED) fs.renameSync(join(stage, name), join(paths.tensorflow, name));
  link();
  line.update("trying it");
  const { version, output } = await tryNative();
  if (version === undefined) throw explain("it was built, but does not run", output);
  return version;
}

/** @type {import("./steps.js").Step} */
const tensorflow = {
  name: "tensorflow",
  title: "TensorFlow",
  after: ["packages", "python"],
  repair: "npm start tries it",
  missing() {
    const wanted = choice();
    if (wanted === "wasm") return undefined;
    const known = state();
    if (known === undefined) return "not tried yet";
    if (known.backend === "native") return linked() ? undefined : "not linked";
    return wanted === "native" ? "native is asked for" : undefined;
  },
  async install(line, lock) {
    const known = state();
    if (known?.backend === "native") {
      link();
      return `${known.version}, already there (${known.from})`;
    }
    /** @type {string[]} */
    const reasons = [];
    for (const way of [official, fromPyPI]) {
      line.update(way.name);
      try {
        const version = await build(way, line, lock);
        remember({ key: key(), backend: "native", version, from: way.name, reasons });
        return `${version}, native (${way.name})`;
      } catch (error) {
        const reason = error instanceof Problem ? `${error.message} ${error.why}` : String(error);
        reasons.push(`${way.name}: ${reason}`);
        line.note(`TensorFlow, ${way.name}: ${reason.split("\n")[0]}`);
      }
    }
    unlink();
    fs.rmSync(paths.tensorflow, { recursive: true, force: true, maxRetries: 3 });
    if (choice() === "native")
      throw new Problem(
        "TensorFlow's native library could not be installed.",
        reasons.join("\n       "),
        "mend the cause, or leave UNROLLED_TF out: the course is whole on WebAssembly.",
      );
    remember({ key: key(), backend: "wasm", reasons });
    return "WebAssembly: slower, and all lessons run. To try the native library again: npm run clean -- tensorflow";
  },
};

module.exports = { tensorflow, state, tryNative, linked };
