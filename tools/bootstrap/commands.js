// @ts-check
// The verbs of the course, one table: what each runs, what it needs, the flags that it knows.

const { parseArgs } = require("node:util");
const { Problem } = require("./problem.js");

/**
 * @typedef {object} Command
 * @property {string} usage
 * @property {string} [program] in tools/dist, without its ending; the others are the bootstrap's own
 * @property {string[]} [first] the program's first arguments
 * @property {Record<string, { type: "boolean" | "string" }>} [flags]
 * @property {boolean} [words] takes words, such as the number of a lesson
 * @property {boolean} [anything] its arguments are another program's
 * @property {string[]} needs names of steps
 * @property {Record<string, string[]>} [needsWith] what a flag needs besides
 * @property {boolean} [writes] useless where the course's folder is read-only
 */

/** Running lessons and checks needs no Python; TensorFlow is used if it is there. */
const NODE = ["packages", "build"];
const LAB = [...NODE, "python", "kernel"];

const flag = /** @type {const} */ ({ type: "boolean" });
const value = /** @type {const} */ ({ type: "string" });

/** @param {string} verb @param {Omit<Command, "program" | "first" | "needs">} rest @returns {Command} */
const ofExercises = (verb, rest) => ({ program: "exercises/cli", first: [verb], needs: NODE, ...rest });

/** @type {Record<string, Command>} */
const commands = {
  start: {
    usage: "npm start [-- NOTEBOOK --port N --no-browser …]",
    anything: true,
    needs: LAB,
    writes: true,
  },
  test: {
    usage: "npm test [-- STAGE …]",
    program: "test/cli",
    words: true,
    needs: [...LAB, "lite", "tensorflow", "browser"],
  },
  notebooks: {
    usage:
      "npm run notebooks [-- NAME … --jobs N --write --check --browser chromium|firefox --pictures --timeout S]",
    program: "notebook/cli",
    words: true,
    flags: { jobs: value, write: flag, check: flag, browser: value, pictures: flag, timeout: value },
    needs: NODE,
    needsWith: { write: ["browser"], pictures: ["browser"], browser: ["browser"] },
  },
  exercises: ofExercises("exercises", { usage: "npm run exercises [-- --check]", flags: { check: flag } }),
  check: ofExercises("check", {
    usage: "npm run check [-- 04 | 04.2 … --watch --json --timeout S]",
    words: true,
    flags: { watch: flag, json: flag, timeout: value },
  }),
  hint: ofExercises("hint", { usage: "npm run hint -- 04.2 [--all]", words: true, flags: { all: flag } }),
  solution: ofExercises("solution", {
    usage: "npm run solution -- 04.2 [--anyway --timeout S]",
    words: true,
    flags: { anyway: flag, timeout: value },
  }),
  reset: ofExercises("reset", {
    usage: "npm run reset -- 04 | 04.2 … [--locked]",
    words: true,
    flags: { locked: flag },
    writes: true,
  }),
  list: ofExercises("list", { usage: "npm run list [-- 04 …]", words: true }),
  verify: ofExercises("verify", {
    usage: "npm run verify [-- 04 … --timeout S]",
    words: true,
    flags: { timeout: value },
  }),
  grade: {
    usage:
      "npm run grade -- SUBMISSIONS --out REPORT [--jobs N --resume --force --seed N --student ID --exercise ID …], " +
      "or handout, collect, report, export, regrade, merge, doctor (docs/teaching.md)",
    program: "grade/cli",
    words: true,
    flags: {
      ...{ out: value, jobs: value, "cell-timeout": value, "notebook-timeout": value, memory: value },
      ...{ resume: flag, force: flag, seed: value, student: value, exercise: value, shard: value },
      ...{ sandbox: value, "require-sandbox": flag, due: value, late: value, format: value, roster: value },
      ...{ handout: value, students: value },
    },
    needs: NODE,
  },
  bench: {
    usage: "npm run bench [-- NAME … --peers --json --growth]",
    program: "bench/cli",
    words: true,
    flags: { peers: flag, json: flag, growth: flag },
    needs: [...NODE, "tensorflow"],
    needsWith: { peers: ["python"] },
  },
  site: {
    usage: "npm run site [-- --out FOLDER --repository ADDRESS --serve --port N]",
    program: "site/cli",
    flags: { out: value, repository: value, serve: flag, port: value },
    needs: [...LAB, "lite"],
  },
  lint: {
    usage: "npm run lint [-- --fix --cells]",
    program: "notebook/lint-cli",
    flags: { fix: flag, cells: flag },
    needs: NODE,
  },
  doctor: { usage: "npm run doctor [-- --json]", flags: { json: flag }, needs: [] },
  clean: { usage: "npm run clean [-- tensorflow]", words: true, needs: [], writes: true },
};

/**
 * The arguments of a verb: what its flags say, and its words.
 * @param {string | undefined} verb @param {readonly string[]} args
 * @returns {{ command: Command, flags: Record<string, string | boolean | undefined>, words: string[] }}
 */
function readCommand(verb, args) {
  const command = verb !== undefined && Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  if (command === undefined)
    throw new Problem(
      `${verb ?? "Nothing"} is not a command of the course.`,
      `it knows: ${Object.keys(commands).join(" ")}`,
      "npm start, npm test, or npm run COMMAND",
    );
  if (command.anything) return { command, flags: {}, words: [...args] };
  const options = command.flags ?? {};
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: command.words === true,
    });
    return { command, flags: values, words: positionals };
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new Problem(
      `${verb}: ${/** @type {Error} */ (error).message.split(". ")[0]}.`,
      known.length > 0 ? `its flags are ${known.join(" ")}` : "it has no flags.",
      command.usage,
    );
  }
}

module.exports = { commands, readCommand };
