/**
 * npm run lint: Biome over the code, and over the cells of lessons and solutions; what cells must not hold;
 * notebooks' form. --cells leaves out the code.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { readCommand } from "../command";
import { type Notebook, readNotebook, writeNotebook } from "./format";
import { type Finding, lintNotebook } from "./lint";
import { biome, biomeEnv, lintStyle } from "./lint-style";
import { checksum, nbgraderOf } from "./nbgrader";

const root = join(__dirname, "..", "..", "..");

function main(args: string[]): number {
  const { flags } = readCommand("lint", args);
  const fix = flags.fix === true;
  const clean = flags.cells === true || lintCode(fix);
  const notebooks = new Map<string, Notebook>();
  const findings: [string, Finding[]][] = [];
  for (const path of ["notebooks", "solutions"].flatMap(notebooksIn)) {
    try {
      notebooks.set(path, readNotebook(join(root, path)));
    } catch (error) {
      findings.push([path, [{ level: "error", message: (error as Error).message }]]);
    }
  }
  const style = lintStyle(notebooks, fix);
  for (const [path, notebook] of notebooks) {
    if (fix) save(path, notebook);
    const exists = (link: string) => existsSync(join(root, dirname(path), link));
    findings.push([path, [...lintNotebook(notebook, exists), ...(style.get(path) ?? [])]]);
  }
  const { errors, warnings } = print(findings);
  console.log(`${notebooks.size} notebooks: ${errors} errors, ${warnings} warnings`);
  return clean && errors === 0 ? 0 : 1;
}

function lintCode(fix: boolean): boolean {
  const args = [biome, "check", ...(fix ? ["--write"] : []), "."];
  return spawnSync(process.execPath, args, { cwd: root, env: biomeEnv, stdio: "inherit" }).status === 0;
}

function notebooksIn(folder: string): string[] {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(".ipynb"));
  return names.sort().map((name) => `${folder}/${name}`);
}

/** A changed cell of an exercise gets the checksum of its new source. */
function save(path: string, notebook: Notebook): void {
  for (const cell of notebook.cells) {
    const meta = nbgraderOf(cell);
    if (meta?.checksum !== undefined) meta.checksum = checksum(cell);
  }
  if (writeNotebook(join(root, path), notebook)) console.log(`${path}: mended`);
}

function print(all: [string, Finding[]][]): { errors: number; warnings: number } {
  const count = { errors: 0, warnings: 0 };
  for (const [path, findings] of all) {
    findings.sort((a, b) => (a.cell ?? 0) - (b.cell ?? 0) || (a.line ?? 0) - (b.line ?? 0));
    for (const { level, cell, id, line, message } of findings) {
      if (level === "error") count.errors++;
      else count.warnings++;
      const place = cell === undefined ? "" : `: cell ${cell} (${id})${line ? `, line ${line}` : ""}`;
      console.log(`${path}${place}: ${level === "warning" ? "warning: " : ""}${message}`);
    }
  }
  return count;
}

process.exitCode = main(process.argv.slice(2));
