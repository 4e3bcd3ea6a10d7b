// @ts-check
// What the course runs on: each component, its version, where it is from, and what is wrong with it.

const fs = require("node:fs");
const os = require("node:os");
const { join, relative } = require("node:path");
const paths = require("./paths.js");
const { commands } = require("./commands.js");
const { findPython, installedVersion, pythonEnv, pythonStamp } = require("./python.js");
const { npm, run } = require("./run.js");
const { asProblem } = require("./problem.js");
const { diskNeeded, freeDisk, steps } = require("./steps.js");
const { state, tryNative } = require("./tensorflow.js");

/**
 * @typedef {object} Row
 * @property {string} component
 * @property {string} version
 * @property {string} from
 * @property {"ok" | "note" | "broken"} state
 * @property {string} [say] what is wrong and what to do, or what else to know
 */

const REPAIR = "npm start installs it";

/** @param {string} name @returns {string | undefined} what is missing, and what mends it */
function missing(name) {
  const step = steps.find((step) => step.name === name);
  try {
    const lacking = step?.missing();
    return lacking && `${lacking}: ${step?.repair ?? REPAIR}`;
  } catch (error) {
    return String(error);
  }
}

/** @param {string} path */
const inside = (path) => relative(paths.root, path);

/** @param {string} file @returns {any} */
function json(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

/** @returns {Promise<Row[]>} */
async function nodeRows() {
  const [program, first] = npm();
  const found = await run(program, [...first, "--version"], { patience: 20 });
  const version = found.output.trim().split("\n").pop() ?? "";
  /** @type {Row[]} */
  const rows = [
    { component: "Node", version: process.versions.node, from: process.execPath, state: "ok" },
    found.code === 0
      ? { component: "npm", version, from: first[0] ?? program, state: "ok" }
      : {
          component: "npm",
          version: "–",
          from: "–",
          state: "broken",
          say: "not found; install Node from nodejs.org",
        },
  ];
  const lacking = missing("packages");
  const count = Object.keys(json(join(paths.nodeModules, ".package-lock.json")).packages ?? {}).length;
  rows.push(row("npm packages", `${count} packages`, "package-lock.json → node_modules", lacking));
  for (const name of ["tslab", "mathjs", "plotly.js-dist-min", "@tensorflow/tfjs"])
    rows.push(row(name, json(join(paths.nodeModules, name, "package.json")).version, "node_modules"));
  rows.push(
    row(
      "library, tools",
      json(join(paths.root, "package.json")).version,
      "lib/dist, tools/dist",
      missing("build"),
    ),
  );
  return rows;
}

/**
 * @param {string} component @param {string | undefined} version @param {string} from @param {string} [lacking]
 * @returns {Row}
 */
function row(component, version, from, lacking) {
  if (lacking !== undefined)
    return { component, version: version ?? "–", from, state: "broken", say: lacking };
  if (version === undefined)
    return { component, version: "–", from, state: "broken", say: `missing: ${REPAIR}` };
  return { component, version, from, state: "ok" };
}

/** @returns {Promise<Row[]>} */
async function pythonRows() {
  const { python, from } = pythonStamp();
  const lacking = missing("python");
  /** @type {Row[]} */
  const rows = [
    row("Python", python, from ? `${from} → .venv` : ".venv", lacking && (await whyNoPython(lacking))),
  ];
  if (lacking === undefined) {
    const tried = await run(paths.venvPython, ["-c", "import jupyterlab, nbclient"], {
      env: pythonEnv(),
      patience: 60,
    });
    const say =
      tried.code === 0
        ? undefined
        : `cannot be imported (npm run clean, then npm start): ${tried.output.trim().split("\n").pop()}`;
    for (const name of ["jupyterlab", "nbclient"])
      rows.push({
        ...row(name, installedVersion(name), "requirements.txt → .venv"),
        ...(say ? { state: "broken", say } : {}),
      });
  }
  return rows;
}

/**
 * npm start installs JupyterLab only where a Python is that will do.
 * @param {string} lacking @returns {Promise<string>}
 */
async function whyNoPython(lacking) {
  try {
    const { version, executable } = await findPython();
    return `${lacking} (Python ${version}, ${executable}, will do)`;
  } catch (error) {
    const { message, why, todo } = asProblem(error, "No Python can be used.");
    return `${message} ${why} What to do: ${todo}`;
  }
}

/** @returns {Promise<Row>} */
async function tensorflowRow() {
  const component = "TensorFlow";
  const lacking = missing("tensorflow");
  const known = lacking === undefined ? state() : undefined;
  if (known?.backend === "native") {
    const { version, output } = await tryNative();
    const from = `tfjs-node, ${known.from}`;
    if (version) return { component, version, from, state: "ok" };
    return {
      component,
      version: known.version ?? "–",
      from,
      state: "broken",
      say: `does not run (npm run clean -- tensorflow, then npm start): ${output.trim().split("\n").pop()}`,
    };
  }
  const wasm = json(join(paths.nodeModules, "@tensorflow", "tfjs-backend-wasm", "package.json")).version;
  const from = "WebAssembly, node_modules";
  if (wasm === undefined)
    return { component, version: "–", from, state: "broken", say: `missing: ${REPAIR}` };
  if (known === undefined)
    return {
      component,
      version: wasm,
      from,
      state: "note",
      say: lacking ? `the native library: ${lacking}` : "as UNROLLED_TF asks",
    };
  return {
    component,
    version: wasm,
    from,
    state: "note",
    say: `slower than the native library, which failed (again: npm run clean -- tensorflow, then npm start): ${known.reasons.join("; ")}`,
  };
}

/** @returns {Row[]} */
function otherRows() {
  const { kernelspec } = paths.jupyter;
  const kernel = json(join(kernelspec, "kernel.json"));
  const lacking = missing("kernel");
  const entry = join(paths.root, "tools", "dist", "kernel", "main.js");
  const [free, needed] = [freeDisk(), diskNeeded(commands.start.needs)];
  return [
    row(
      "kernel",
      kernel.display_name,
      inside(kernelspec),
      lacking ?? (fs.existsSync(entry) ? undefined : `${inside(entry)} is missing`),
    ),
    row(
      "plotly extension",
      json(join(paths.jupyter.labextension, "package.json")).version,
      inside(paths.jupyter.labextension),
      lacking,
    ),
    {
      component: "disk",
      version: `${(free / 1000).toFixed(1)} GB free`,
      from: paths.root,
      ...(free < needed
        ? { state: "broken", say: `npm start needs ${needed} MB for what is missing: free about 2 GB` }
        : { state: "ok" }),
    },
  ];
}

/** @param {Row[]} rows */
function table(rows) {
  const mark = { ok: "✓", note: "·", broken: "✗" };
  const wide = (/** @type {"component" | "version" | "from"} */ key) =>
    Math.max(...rows.map((entry) => entry[key].length), key.length);
  const widths = [wide("component"), wide("version"), wide("from")];
  const line = (/** @type {string[]} */ cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  console.log(`  ${line(["component", "version", "from", "state"])}`);
  for (const entry of rows)
    console.log(
      `${mark[entry.state]} ${line([entry.component, entry.version, entry.from, entry.say ?? "ok"])}`,
    );
}

/** @param {string[]} args @returns {Promise<number>} 1 if something needed is broken */
async function doctor(args) {
  const rows = [...(await nodeRows()), ...(await pythonRows()), await tensorflowRow(), ...otherRows()];
  const broken = rows.filter((entry) => entry.state === "broken");
  if (args.includes("--json")) {
    const system = {
      platform: process.platform,
      arch: process.arch,
      release: os.release(),
      cores: os.cpus().length,
      memory: os.totalmem(),
    };
    console.log(JSON.stringify({ ok: broken.length === 0, system, components: rows }, null, 2));
  } else {
    table(rows);
    console.log(
      broken.length === 0
        ? "\nEverything needed is here."
        : `\nBroken: ${broken.map((entry) => entry.component).join(", ")}.`,
    );
  }
  return broken.length === 0 ? 0 : 1;
}

module.exports = { doctor };
