import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dataset, Datasets } from "./datasets";
import { type Entry, readers, type TableReader } from "./tables";

/** The course's `datasets/`, seen from this file (`lib/dist/data`), wherever a notebook runs. */
const home: string = join(__dirname, "..", "..", "..", "datasets");

/**
 * One dataset of the course: `load("sunspots").columns.sunspots` is a `number[]`.
 *
 * Rows stand as published, repeated ones too (see `withoutRepeats`); only spaces around names and sentences are
 * removed. Every file is compared with the sha256 of its card.
 * Throws when a file is missing or changed: which one, the line, expected, got, and how to bring it back.
 */
export function load<Name extends keyof Datasets>(name: Name, folder: string = home): Datasets[Name] {
  const known = [...Object.keys(readers), "shakespeare"].sort();
  if (!known.includes(name)) throw new Error(`load: no dataset "${name}"; there are ${known.join(", ")}`);
  const { files: sums, ...card } = readCard(name, folder);
  const files = Object.keys(sums).map((file) => readFile(name, file, folder));
  const content =
    name === "shakespeare"
      ? { text: files[0].text }
      : { columns: readColumns(Object.keys(card.units), files, readers[name as keyof typeof readers]) };
  // Compared last, so that a broken line is reported as that line.
  for (const { file, path, sha256 } of files) {
    if (sha256 !== sums[file]) throw broken(path, `sha256 ${sums[file]}`, sha256);
  }
  return { ...card, ...content } as Datasets[Name];
}

/** `datasets/<name>/card.json`: what is known of the dataset, and the sha256 of each of its files. */
function readCard(name: string, folder: string): Dataset & { files: Record<string, string> } {
  const { text, path } = readFile(name, "card.json", folder);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(path, "JSON", (error as Error).message);
  }
}

interface File {
  file: string;
  path: string;
  text: string;
  sha256: string;
}

function readFile(name: string, file: string, folder: string): File {
  const path = `datasets/${name}/${file}`;
  const full = join(folder, name, file);
  if (!existsSync(full)) throw broken(path, "a file", "no file");
  const bytes = readFileSync(full);
  return {
    file,
    path,
    text: bytes.toString("utf8"),
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** The rows of all files, column by column. Only a line feed ends a line: U+0085 inside a sentence does not. */
function readColumns(names: string[], files: File[], table: TableReader): Record<string, Entry[]> {
  const columns: Record<string, Entry[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (const { file, path, text } of files) {
    if (file === "readme.txt") continue;
    const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
    if (lines.at(-1) === "") lines.pop();
    lines.forEach((line, i) => {
      if (i === 0 && table.header) return;
      const cells = table.row(line, file);
      if (typeof cells === "string") throw broken(path, cells, JSON.stringify(line.slice(0, 80)), i + 1);
      names.forEach((name, k) => {
        columns[name].push(cells[k]);
      });
    });
  }
  return columns;
}

function broken(path: string, expected: string, got: string, line?: number): Error {
  const where = line === undefined ? path : `${path} line ${line}`;
  return new Error(
    `load: ${where}: expected ${expected}, got ${got}; bring it back with: git checkout -- ${path}`,
  );
}
