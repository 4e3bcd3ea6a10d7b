/**
 * What a class has handed in, found in any of the usual layouts and never written to: nbgrader's
 * <student>/<assignment>/….ipynb, <student>/….ipynb, flat <student>.ipynb, a zip of any of these or one for each student.
 */
import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Lesson } from "../exercises/lesson";
import { lessonIn } from "../exercises/whose";
import { unzip } from "./zip";

export interface Submission {
  student: string;
  lesson: Lesson;
  file: string;
  /** When it was handed in, as nbgrader's timestamp.txt says. */
  submitted?: string;
}

export interface Collected {
  submissions: Submission[];
  /** What is there and cannot be graded. */
  problems: string[];
  /** Removes what was unpacked. */
  close(): void;
}

const LARGEST = 20 * 2 ** 20; // bytes of a notebook

interface Found {
  student: string;
  file: string;
  submitted?: string;
}

export async function collect(place: string, lessons: readonly Lesson[]): Promise<Collected> {
  const problems: string[] = [];
  const unpacked: string[] = [];
  const open = async (zip: string): Promise<string | undefined> => {
    const folder = mkdtempSync(join(tmpdir(), "grade-zip-"));
    unpacked.push(folder);
    try {
      await unzip(zip, folder);
      return folder;
    } catch (error) {
      problems.push(`${basename(zip)}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const close = () => {
    for (const folder of unpacked) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const stat = lstatSync(place, { throwIfNoEntry: false });
    if (!stat) throw new Error(`${place}: there is no such folder or zip`);
    const root = stat.isDirectory() ? place : await open(place);
    if (root === undefined) throw new Error(problems.join("\n"));
    const found = await inFolder(onlyFolderIn(root), open, problems);
    return { submissions: chosen(found, lessons, problems), problems: problems.sort(), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Zips often hold one folder with all the rest in it. */
function onlyFolderIn(root: string): string {
  const names = visible(root);
  const inner = join(root, names[0] ?? "");
  const deeper =
    names.length === 1 &&
    lstatSync(inner).isDirectory() &&
    visible(inner).every((name) => !/\.ipynb$/i.test(name));
  const grand = deeper ? visible(inner).map((name) => join(inner, name)) : [];
  return grand.some(
    (path) =>
      lstatSync(path).isDirectory() && visible(path).some((n) => lstatSync(join(path, n)).isDirectory()),
  )
    ? inner
    : root;
}

async function inFolder(
  root: string,
  open: (zip: string) => Promise<string | undefined>,
  problems: string[],
): Promise<Found[]> {
  const found: Found[] = [];
  for (const name of visible(root)) {
    const path = join(root, name);
    const stat = lstatSync(path);
    if (stat.isDirectory()) found.push(...notebooksOf(name, path, problems));
    else if (/\.zip$/i.test(name) && stat.isFile()) {
      const folder = await open(path);
      if (folder) found.push(...notebooksOf(name.slice(0, -4), folder, problems));
    } else if (/\.ipynb$/i.test(name)) found.push({ student: name.slice(0, -6), file: path });
  }
  return found;
}

/** The notebooks of a student, at most three folders down; of a whole course, its exercises and not its lessons. */
function notebooksOf(student: string, folder: string, problems: string[], depth = 0): Found[] {
  const names = visible(folder);
  const submitted = names.includes("timestamp.txt") ? timestamp(join(folder, "timestamp.txt")) : undefined;
  const handedIn = names.filter((name) => name !== "notebooks" || !names.includes("exercises"));
  return handedIn.flatMap((name): Found[] => {
    const path = join(folder, name);
    if (lstatSync(path).isDirectory())
      return depth < 3 ? notebooksOf(student, path, problems, depth + 1) : [];
    return /\.ipynb$/i.test(name) ? [{ student, file: path, ...(submitted ? { submitted } : {}) }] : [];
  });
}

function timestamp(file: string): string | undefined {
  if (!lstatSync(file).isFile()) return undefined;
  const date = new Date(
    readFileSync(file, "utf8")
      .slice(0, 100)
      .trim()
      .replace(/^(\S+) (\S+) UTC$/, "$1T$2Z"),
  );
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** One notebook for each student and lesson: the one with the lesson's own name before others. */
function chosen(found: readonly Found[], lessons: readonly Lesson[], problems: string[]): Submission[] {
  const best = new Map<string, Submission>();
  for (const { student, file, submitted } of [...found].sort((a, b) => compare(a.file, b.file))) {
    const name = `${student}: ${basename(file)}`;
    const stat = lstatSync(file);
    if (!stat.isFile()) {
      problems.push(`${name} is a link, not a notebook; it was not opened`);
      continue;
    }
    const lesson =
      stat.size > LARGEST
        ? lessons.find((l) => basename(file).startsWith(l.number))
        : lessonIn(file, lessons);
    if (!lesson) {
      problems.push(`${name} belongs to no lesson`);
      continue;
    }
    const key = JSON.stringify([student, lesson.name]);
    const earlier = best.get(key);
    if (earlier) problems.push(`${name} is a second notebook of ${lesson.name}`);
    if (!earlier || basename(file) === `${lesson.name}.ipynb`)
      best.set(key, { student, lesson, file, ...(submitted ? { submitted } : {}) });
  }
  return [...best.values()].sort(
    (a, b) => compare(a.student, b.student) || compare(a.lesson.name, b.lesson.name),
  );
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The text of a notebook, and what tells it from another. */
export function readText({ file }: Submission): { text: string; hash: string } {
  const { size } = lstatSync(file);
  if (size > LARGEST)
    throw new Error(`it is larger than ${LARGEST / 2 ** 20} MB: were outputs of megabytes saved?`);
  const bytes = readFileSync(file);
  return { text: bytes.toString("utf8"), hash: createHash("sha256").update(bytes).digest("hex") };
}

function visible(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith(".") && name !== "__MACOSX")
    .sort();
}
