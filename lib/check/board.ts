import { existsSync } from "node:fs";
import { basename, join } from "node:path";

const root = join(__dirname, "../../..");
const program = join(root, "tools/dist/exercises/cli.js");

/** A promise whose value needs not be printed: what there is to see has been printed already. */
type Shown = Promise<void> & { [bundle: symbol]: unknown };

/**
 * Shows the board of this notebook's exercises, or of another: check("04"), check("04.2"). It reads the file, so save
 * first. The same as `npm run check` in a terminal.
 */
export function check(which: string | undefined = thisNotebook()): Shown {
  return shown(run("check", which));
}

/** Shows the next hint of an exercise: hint("04.2"). The same as `npm run hint` in a terminal. */
export function hint(exercise: string): Shown {
  return shown(run("hint", exercise));
}

/** The file of the notebook in which this runs; Jupyter names it in an environment variable. */
function thisNotebook(): string | undefined {
  if (page() !== undefined) return undefined; // the page knows
  const path = process.env.JPY_SESSION_NAME ?? "";
  if (/^\d\d-.*\.ipynb$/.test(basename(path))) return existsSync(path) ? path : basename(path);
  throw new Error('check: which lesson? Say its number, as in check("04")');
}

async function run(verb: string, which?: string): Promise<void> {
  if (process.env.UNROLLED_CHECKING) return; // a check that runs this cell must not start another
  const ask = page();
  if (ask) return console.log(await ask(verb, which));
  if (which !== undefined) return runProgram(verb, which);
}

/** In a browser: the page, which knows the notebook and has it judged. */
function page(): ((verb: string, which?: string) => Promise<string>) | undefined {
  return Reflect.get(globalThis, Symbol.for("unrolled.board"));
}

async function runProgram(verb: string, which: string): Promise<void> {
  if (!existsSync(program))
    throw new Error(`${verb}: the course's tools are not built: npm start builds them`);
  const { spawn } = await import("node:child_process");
  const env = { ...process.env, FORCE_COLOR: "1" };
  const child = spawn(process.execPath, [program, verb, which], { cwd: root, env });
  const print = (text: string) => console.log(inNotebook(text.trimEnd()));
  let rest = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      const end = (rest + text).lastIndexOf("\n");
      if (end >= 0) print((rest + text).slice(0, end));
      rest = (rest + text).slice(end + 1);
    });
  await new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
  if (rest) print(rest);
}

/** What to do next, in the words of a cell. */
function inNotebook(text: string): string {
  return text.replace(/npm run (hint|check) -- (\d\d(?:\.\d+)?)/g, '$1("$2")');
}

function shown(promise: Promise<void>): Shown {
  const nothing = () => ({ data: { "text/plain": "" } });
  return Object.assign(promise, { [Symbol.for("jupyter.mimebundle")]: nothing });
}
