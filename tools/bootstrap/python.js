// @ts-check
// The project's own Python environment, with JupyterLab and nbclient as requirements.txt locks them.

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { join } = require("node:path");
const paths = require("./paths.js");
const { explain, Problem } = require("./problem.js");
const { run } = require("./run.js");

/** @typedef {{ version: string, executable: string, bits: number, missing: string[] }} Found */

const OLDEST = [3, 10];
const stamp = join(paths.venv, "unrolled.json");
const PROBE = `
import json, struct, sys
missing = []
for name in ("venv", "ensurepip", "ssl"):
    try: __import__(name)
    except Exception: missing.append(name)
print(json.dumps({"version": "%d.%d.%d" % sys.version_info[:3], "executable": sys.executable, "bits": struct.calcsize("P") * 8, "missing": missing}))
`;

/** @returns {[string, string[]][]} programs to try, each with its first arguments */
function candidates() {
  const chosen = process.env.UNROLLED_PYTHON;
  if (chosen) return [[chosen, []]];
  if (paths.windows)
    return [
      ["py", ["-3"]],
      ["python", []],
      ["python3", []],
    ];
  const names = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python3.14", "python"];
  const places = ["/opt/homebrew/bin/python3", "/usr/local/bin/python3", "/usr/bin/python3"];
  return [...names, ...places].map((name) => [name, []]);
}

/** @param {string} program @param {string[]} first @returns {Promise<Found | undefined>} */
async function probe(program, first) {
  const { code, output } = await run(program, [...first, "-c", PROBE], { patience: 20, env: pythonEnv() });
  if (code !== 0) return undefined;
  try {
    return JSON.parse(output.trim().split("\n").pop() ?? "");
  } catch {
    return undefined;
  }
}

/** @param {string} version */
function newEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major === OLDEST[0] && minor >= OLDEST[1];
}

/**
 * Nothing of the user's own Python reaches the project's.
 * @returns {NodeJS.ProcessEnv}
 */
function pythonEnv() {
  return {
    PYTHONPATH: "",
    PYTHONHOME: undefined,
    PYTHONNOUSERSITE: "1",
    PYTHONIOENCODING: "utf-8",
    VIRTUAL_ENV: undefined,
  };
}

/**
 * The first usable Python of this machine, or a problem that says why none is.
 * @returns {Promise<Found>}
 */
async function findPython() {
  /** @type {Found[]} */
  const unusable = [];
  for (const [program, first] of candidates()) {
    const found = await probe(program, first);
    if (!found) continue;
    if (newEnough(found.version) && found.missing.length === 0 && found.bits === 64) return found;
    unusable.push(found);
  }
  const wanted = `Python ${OLDEST.join(".")} or newer`;
  const best = unusable.find((found) => newEnough(found.version)) ?? unusable[0];
  if (best && newEnough(best.version) && best.bits === 64) {
    const short = best.version.split(".").slice(0, 2).join(".");
    const debian = `install it (Debian, Ubuntu: sudo apt install python${short}-venv; elsewhere: a complete Python from python.org)`;
    throw new Problem(
      "Python is here, but cannot make an environment.",
      `Python ${best.version} (${best.executable}) lacks its module ${best.missing.join(", ")}.`,
      `${debian}, then run the command again.`,
    );
  }
  throw new Problem(
    best ? `Python ${best.version} cannot run JupyterLab.` : "No Python was found.",
    best
      ? `${best.executable} is ${best.bits === 64 ? "too old" : "a 32-bit program"}; JupyterLab needs ${wanted}, 64 bit.`
      : `JupyterLab is written in Python, and ${process.env.UNROLLED_PYTHON ? "UNROLLED_PYTHON names none" : "none is on the PATH"}.`,
    `install ${wanted} (python.org; Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python), open a new terminal and run the command again. npm run check and npm run notebooks need no Python.`,
  );
}

const lockHash = () =>
  createHash("sha256").update(fs.readFileSync(paths.requirements, "utf8").replace(/\r/g, "")).digest("hex");

/** Arguments of every pip command here: locked, bounded, asking nothing. */
const PIP = [
  "-m",
  "pip",
  "--no-input",
  "--disable-pip-version-check",
  "--no-cache-dir",
  "--retries",
  "2",
  "--timeout",
  "20",
];
const LOCKED = ["--require-hashes", "--only-binary=:all:"];

/** @type {import("./steps.js").Step} */
const python = {
  name: "python",
  title: "JupyterLab",
  megabytes: 300,
  missing() {
    if (!fs.existsSync(paths.venvPython)) return "no environment";
    try {
      return JSON.parse(fs.readFileSync(stamp, "utf8")).lock === lockHash()
        ? undefined
        : "other versions are locked";
    } catch {
      return "not finished";
    }
  },
  async install(line, lock) {
    line.update("looking for Python");
    const found = await findPython();
    fs.rmSync(paths.venv, { recursive: true, force: true, maxRetries: 3 });
    line.update(`making an environment with Python ${found.version}`);
    const made = await run(found.executable, ["-m", "venv", paths.venv], {
      env: pythonEnv(),
      lock,
    });
    if (made.code !== 0) throw explain("The Python environment could not be made.", made.output);
    const whole = fs.readFileSync(paths.requirements, "utf8").match(/^\S+==/gm)?.length ?? 1;
    const ready = new Set();
    const args = [...PIP, "install", ...LOCKED, "-r", paths.requirements];
    const { code, output } = await run(paths.venvPython, args, {
      env: { ...pythonEnv(), TMPDIR: paths.temporary, TEMP: paths.temporary, TMP: paths.temporary },
      lock,
      onLine(text) {
        const name = text.match(/^(?:Collecting|Processing|Ignoring) (\S+)/)?.[1];
        if (name) line.bar(ready.add(name).size, whole, "downloaded");
        if (text.startsWith("Installing collected")) line.update("unpacking");
      },
    });
    if (code !== 0) throw explain("JupyterLab could not be installed.", output);
    fs.writeFileSync(
      stamp,
      JSON.stringify({ lock: lockHash(), python: found.version, from: found.executable }),
    );
    return `${installedVersion("jupyterlab")} with Python ${found.version}, in .venv`;
  },
};

/**
 * A package's version in .venv, by the folder that pip leaves.
 * @param {string} name @returns {string | undefined}
 */
function installedVersion(name) {
  const lib = join(paths.venv, paths.windows ? "Lib" : "lib");
  const inner = paths.windows
    ? ""
    : (fs.existsSync(lib) ? fs.readdirSync(lib) : []).find((entry) => entry.startsWith("python3"));
  if (inner === undefined) return undefined;
  const packages = join(lib, inner, "site-packages");
  if (!fs.existsSync(packages)) return undefined;
  const pattern = new RegExp(`^${name}-(.+)\\.dist-info$`);
  for (const entry of fs.readdirSync(packages)) {
    const version = entry.match(pattern)?.[1];
    if (version) return version;
  }
  return undefined;
}

/** @returns {{ python?: string, from?: string }} */
function pythonStamp() {
  try {
    return JSON.parse(fs.readFileSync(stamp, "utf8"));
  } catch {
    return {};
  }
}

module.exports = { python, findPython, pythonEnv, pythonStamp, installedVersion, PIP, LOCKED };
