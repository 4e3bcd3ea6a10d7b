// @ts-check

const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { readCommand } = require("./commands.js");
const { jupyterEnv } = require("./jupyter.js");
const { ended, startLab } = require("./lab.js");
const { root } = require("./paths.js");
const { asProblem, Problem } = require("./problem.js");
const { stopRunning } = require("./run.js");
const { checkWritable, ensure } = require("./steps.js");

/** Only lessons from 07 on use TensorFlow, so it is installed while the learner reads the first ones. */
function meanwhile() {
  const state = { under: true };
  ensure(["tensorflow"], { quiet: true })
    .catch((problem) => console.error(`\n${problem}\n`))
    .finally(() => {
      state.under = false;
    });
  return state;
}

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const OWN = {
  async start(args) {
    // Whoever asks for the native library waits for it, and for why it cannot be had.
    if (process.env.UNROLLED_TF === "native") await ensure(["tensorflow"]);
    handOver();
    const tensorflow = meanwhile();
    const code = await startLab(args);
    if (tensorflow.under) process.exit(code);
    return code;
  },
  doctor: (args) => require("./doctor.js").doctor(args),
  clean: (args) => require("./clean.js").clean(args),
};

/** @param {string} verb @param {string} name @param {string[]} args @returns {Promise<number>} */
function program(verb, name, args) {
  const path = join(root, "tools", "dist", `${name}.js`);
  if (!existsSync(path))
    throw new Problem(
      `npm run ${verb}: its program is missing.`,
      `tools/dist/${name}.js does not exist.`,
      "git status shows whether its source in tools/ was removed.",
    );
  handOver();
  return ended(
    spawn(process.execPath, [path, ...args], {
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
    const { command, flags } = readCommand(verb, args);
    const name = /** @type {string} */ (verb);
    const more = Object.entries(command.needsWith ?? {}).filter(([flag]) => flags[flag]);
    if (command.writes) checkWritable();
    await ensure([...command.needs, ...more.flatMap(([, steps]) => steps)]);
    process.exitCode = await (command.program
      ? program(name, command.program, [...(command.first ?? []), ...args])
      : OWN[name](args));
  } catch (error) {
    console.error(`\n${asProblem(error, `${verb} failed.`)}\n`);
    process.exitCode = 1;
  }
  for (const signal of SIGNALS) process.removeAllListeners(signal);
}

module.exports = { runVerb };
