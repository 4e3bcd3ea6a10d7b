// @ts-check

const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { jupyterEnv } = require("./jupyter.js");
const { ended, startLab } = require("./lab.js");
const { root } = require("./paths.js");
const { asProblem, Problem } = require("./problem.js");
const { stopRunning } = require("./run.js");
const { ensure } = require("./steps.js");

const ALL = ["packages", "build", "python", "kernel", "tensorflow"];
/** Enough to run lessons and checks: no Python. TensorFlow is used if it is there, else WebAssembly. */
const NODE_ONLY = ["packages", "build"];

/**
 * Verbs that are programs of tools/: file and first arguments.
 * @type {Record<string, [string, string[]]>}
 */
const PROGRAMS = {
  test: ["test/cli.js", []],
  notebooks: ["notebook/cli.js", []],
  lint: ["notebook/lint-cli.js", []],
  bench: ["bench/cli.js", []],
};
for (const verb of ["exercises", "check", "hint", "solution", "reset", "list", "verify"])
  PROGRAMS[verb] = ["exercises/cli.js", [verb]];

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const OWN = {
  async start(args) {
    await ensure(ALL);
    handOver();
    return startLab(args);
  },
  doctor: (args) => require("./doctor.js").doctor(args),
  clean: (args) => require("./clean.js").clean(args),
};

/** @param {string} verb @param {string[]} args @returns {Promise<number>} */
async function program(verb, args) {
  await ensure(verb === "test" ? ALL : NODE_ONLY);
  const [file, first] = PROGRAMS[verb];
  const path = join(root, "tools", "dist", file);
  if (!existsSync(path))
    throw new Problem(
      `npm run ${verb}: its program is missing.`,
      `tools/dist/${file} does not exist.`,
      "git status shows whether its source in tools/ was removed.",
    );
  handOver();
  return ended(
    spawn(process.execPath, [path, ...first, ...args], {
      cwd: root,
      env: { ...process.env, ...jupyterEnv() },
      stdio: "inherit",
    }),
  );
}

const onSignal = () => {
  stopRunning();
  console.error("\nStopped. The next run goes on from here.");
  process.exit(130);
};
const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** From here on, signals are the program's business; `native` was the installation's. */
function handOver() {
  if (process.env.UNROLLED_TF === "native") delete process.env.UNROLLED_TF;
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

/** @param {string | undefined} verb @param {string[]} args */
async function runVerb(verb, args) {
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    if (verb !== undefined && verb in OWN) process.exitCode = await OWN[verb](args);
    else if (verb !== undefined && verb in PROGRAMS) process.exitCode = await program(verb, args);
    else {
      const known = [...Object.keys(OWN), ...Object.keys(PROGRAMS)].join(" ");
      throw new Problem(
        `${verb ?? "Nothing"} is not a command of the course.`,
        `it knows: ${known}`,
        "npm start, npm test, or npm run COMMAND",
      );
    }
  } catch (error) {
    console.error(`\n${asProblem(error, `${verb} failed.`)}\n`);
    process.exitCode = 1;
  }
  for (const signal of SIGNALS) process.removeAllListeners(signal);
}

module.exports = { runVerb, PROGRAMS, OWN };
