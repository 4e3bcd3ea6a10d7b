import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CodeCell, Notebook } from "./format";
import type { Finding } from "./lint";

/** What is right in a module and wrong in a cell, whose names other cells use, is off. */
const CONFIG = {
  root: true,
  formatter: { indentStyle: "space", indentWidth: 2, lineWidth: 100 },
  assist: { enabled: false },
  linter: {
    rules: {
      correctness: { noUnusedVariables: "off", noUnusedImports: "off", noUnusedFunctionParameters: "off" },
      style: { noNonNullAssertion: "off", useImportType: "off", useConst: "off" },
      complexity: { noUselessLoneBlockStatements: "off" },
    },
  },
};

const CELLS = "cells";
export const biome: string = require.resolve("@biomejs/biome/bin/biome");
/** Biome makes a folder in the user's cache; on Linux this moves it into the project. */
export const biomeEnv: NodeJS.ProcessEnv = {
  ...process.env,
  XDG_CACHE_HOME: join(__dirname, "..", "..", "..", ".unrolled", "cache"),
};

/**
 * Biome's findings in the code cells of each notebook: one file for each cell, so that lines are the cell's.
 * With `fix`, the cells' sources are changed where Biome can mend them.
 */
export function lintStyle(notebooks: Map<string, Notebook>, fix: boolean): Map<string, Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-lint-"));
  try {
    const files = writeCells(folder, notebooks);
    writeFileSync(join(folder, "biome.json"), JSON.stringify(CONFIG));
    const args = ["check", ...(fix ? ["--write"] : []), "--reporter=github", "--max-diagnostics=none", CELLS];
    const { stdout, stderr, error } = spawnSync(process.execPath, [biome, ...args], {
      cwd: folder,
      env: biomeEnv,
      encoding: "utf8",
    });
    if (error) throw error;
    if (fix) for (const [name, { cell }] of files) readBack(join(folder, name), cell);
    const findings = new Map<string, Finding[]>([...notebooks.keys()].map((path) => [path, []]));
    for (const [, level, place, message] of `${stdout}\n${stderr}`.matchAll(
      /^::(error|warning|notice) (.*?)::(.*)$/gm,
    )) {
      const name = /cells\/\d+\/\d+\.ts(?=,)/.exec(place?.replaceAll("\\", "/") ?? "")?.[0] ?? "";
      const file = files.get(name);
      if (!file) throw new Error(`Biome: ${message} (${place})`);
      const title = /title=([^,]*)/.exec(place ?? "")?.[1];
      const text =
        title === "format" ? "is not formatted; npm run lint -- --fix formats it" : `${message} (${title})`;
      const line = Number(/(?:^|,)line=(\d+)/.exec(place ?? "")?.[1]);
      findings.get(file.path)?.push({
        level: level === "error" ? "error" : "warning",
        cell: file.number,
        id: file.cell.id,
        line: title === "format" ? undefined : line,
        message: text,
      });
    }
    return findings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface CellFile {
  path: string;
  number: number;
  cell: CodeCell;
}

function writeCells(folder: string, notebooks: Map<string, Notebook>): Map<string, CellFile> {
  const files = new Map<string, CellFile>();
  for (const [n, [path, notebook]] of [...notebooks].entries()) {
    mkdirSync(join(folder, CELLS, String(n)), { recursive: true });
    for (const [index, cell] of notebook.cells.entries()) {
      if (cell.cell_type !== "code" || cell.source.trim() === "") continue;
      const name = `${CELLS}/${n}/${index + 1}.ts`;
      writeFileSync(join(folder, name), `${cell.source.trimEnd()}\n`);
      files.set(name, { path, number: index + 1, cell });
    }
  }
  return files;
}

function readBack(file: string, cell: CodeCell): void {
  const source = readFileSync(file, "utf8").trimEnd();
  if (source !== cell.source.trimEnd()) cell.source = source;
}
