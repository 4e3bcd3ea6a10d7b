/**
 * npm run notebooks: runs notebooks from fresh processes: --write saves their outputs, --check compares with the saved ones;
 * --browser runs them in a browser's worker; --pictures runs nothing and puts back the static pictures that saving in JupyterLab leaves out.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { positive, readCommand, runMain } from "../command";
import { inParallel } from "../parallel";
import { compareNotebooks } from "./compare";
import { type Notebook, parseNotebook, readNotebook, serializeNotebook, writeNotebook } from "./format";
import { BROWSERS, type BrowserName, startBrowserSession } from "./inBrowser";
import { createPainter, type Painter } from "./pictures";
import { formatTable, type Row, reporter } from "./report";
import { runNotebook } from "./run";
import { saved } from "./save";

const root = join(__dirname, "..", "..", "..");

interface Options {
  jobs: number;
  timeout: number;
  write: boolean;
  check: boolean;
  pictures: boolean;
  browser?: BrowserName;
}

async function main(args: string[]): Promise<number> {
  const { options, paths } = readArguments(args);
  const painter = createPainter();
  const report = reporter(paths.length);
  const run = (path: string): Promise<Row> => runOne(path, options, painter, report);
  const rows = await inParallel(paths, run, options.jobs).finally(() => painter.close());
  console.log(`\n${formatTable(rows)}`);
  return rows.every((row) => row.ok) ? 0 : 1;
}

/** Runs, compares and saves one notebook; every problem is told at once, and the row is for the table. */
async function runOne(
  path: string,
  options: Options,
  painter: Painter,
  report: ReturnType<typeof reporter>,
): Promise<Row> {
  const name = basename(path, ".ipynb");
  const shown = relative(process.cwd(), path);
  const end = (row: Omit<Row, "name">, problem?: string): Row => {
    report.end({ name, ...row }, problem);
    return { name, ...row };
  };
  try {
    const before = readNotebook(path);
    if (options.pictures) {
      const changed = writeNotebook(path, await saved(committed(path) ?? before, before, painter));
      return end({ ok: true, cells: 0, seconds: 0, result: changed ? "pictures put back" : "unchanged" });
    }
    const { notebook, cells, seconds, failure } = await runNotebook(before, {
      cwd: dirname(path),
      timeout: options.timeout,
      start: options.browser && ((cwd) => startBrowserSession(options.browser!, cwd)),
      onCell: (done, total) => report.progress(name, done, total),
    });
    if (failure) {
      const where = `${shown}: cell ${failure.cell} (${failure.id}) failed: ${failure.firstLine}`;
      return end(
        { ok: false, cells, seconds, result: `failed in ${failure.id}` },
        [where, ...failure.error.traceback].join("\n"),
      );
    }
    if (options.check) {
      const differences = compareNotebooks(before, notebook, options.browser !== undefined);
      const told = differences.map(
        ({ cell, number, lines }) =>
          `${shown}: cell ${number} (${cell.id}) is not as committed (-), but (+):\n${lines.join("\n")}`,
      );
      const advice = "If the new outputs are right, save them with: npm run notebooks -- --write";
      if (told.length > 0)
        return end(
          { ok: false, cells, seconds, result: `${told.length} outputs differ` },
          [...told, advice].join("\n"),
        );
    }
    if (!options.write)
      return end({ ok: true, cells, seconds, result: options.check ? "as committed" : "ok" });
    const after = await saved(before, notebook, painter);
    if (serializeNotebook(readNotebook(path)) !== serializeNotebook(before))
      throw new Error(
        `${shown} was saved by somebody else while it ran, so this run was not written over it; run it again`,
      );
    const changed = writeNotebook(path, after);
    return end({ ok: true, cells, seconds, result: changed ? "written" : "unchanged" });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return end({ ok: false, cells: 0, seconds: 0, result: "not run" }, message);
  }
}

/** The notebook as it was committed last: an equal figure takes its picture from there. */
function committed(path: string): Notebook | undefined {
  const { status, stdout } = spawnSync("git", ["show", `HEAD:./${basename(path)}`], {
    cwd: dirname(path),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return status === 0 ? parseNotebook(stdout, path) : undefined;
}

function readArguments(args: string[]): { options: Options; paths: string[] } {
  const { flags, words } = readCommand("notebooks", args);
  if (flags.write && flags.check) throw new Error("--write and --check exclude each other: choose one");
  const options = {
    jobs: Math.ceil(positive("jobs", flags.jobs, Math.min(4, availableParallelism()))),
    timeout: positive("timeout", flags.timeout, 600),
    write: flags.write === true,
    check: flags.check === true,
    pictures: flags.pictures === true,
    browser: BROWSERS.find((name) => name === flags.browser),
  };
  if (flags.browser !== undefined && (!options.browser || flags.write))
    throw new Error(`--browser is ${BROWSERS.join(" or ")}, and goes without --write`);
  return { options, paths: words.length > 0 ? [...new Set(words.flatMap(find))] : lessons() };
}

function lessons(): string[] {
  const folder = join(root, "notebooks");
  const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
  return names.sort().map((name) => join(folder, name));
}

/** A path, or the beginning of a lesson's name: "03". */
function find(name: string): string[] {
  if (name.endsWith(".ipynb")) {
    const path = [resolve(name), resolve(root, name)].find((p) =>
      statSync(p, { throwIfNoEntry: false })?.isFile(),
    );
    if (!path) throw new Error(`There is no notebook ${name}`);
    return [path];
  }
  const found = lessons().filter((path) => basename(path).startsWith(name));
  if (found.length > 0) return found;
  const names = lessons().map((path) => basename(path, ".ipynb"));
  throw new Error(`There is no lesson "${name}". Lessons: ${names.join(", ")}`);
}

process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
runMain(main);
