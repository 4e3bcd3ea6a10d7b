/** Unpacks a zip of strangers into a folder: no path out of it, no links, no more than a class can have written. */
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** What is used of yauzl, which checks names and sizes itself. */
interface Entry {
  fileName: string;
  uncompressedSize: number;
  externalFileAttributes: number;
}
interface ZipFile {
  readEntry(): void;
  openReadStream(entry: Entry, done: (error: Error | null, stream: Readable) => void): void;
  on(event: "entry", listener: (entry: Entry) => void): void;
  once(event: "end" | "error", listener: (error?: Error) => void): void;
  close(): void;
}
interface Yauzl {
  open(file: string, options: object, done: (error: Error | null, zip: ZipFile) => void): void;
}

export const ZIP_LIMITS = { file: 20 * 2 ** 20, all: 2 ** 30, files: 20_000 };
const LINK = 0o120000;

/** @throws if the file is no zip, or holds more than the limits, or names a place outside of the folder */
export async function unzip(file: string, folder: string, limits = ZIP_LIMITS): Promise<void> {
  const yauzl = require("yauzl") as Yauzl;
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    yauzl.open(file, { lazyEntries: true, autoClose: true }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    ),
  );
  let [size, count] = [0, 0];
  const save = async (entry: Entry): Promise<void> => {
    const { fileName: name, uncompressedSize, externalFileAttributes } = entry;
    const isLink = ((externalFileAttributes >>> 16) & 0o170000) === LINK;
    if (name.endsWith("/") || isLink || !/\.(ipynb|zip|txt)$/i.test(name)) return;
    size += uncompressedSize;
    count += 1;
    if (uncompressedSize > limits.file)
      throw new Error(`${name} unpacks to more than ${limits.file / 2 ** 20} MB`);
    if (size > limits.all || count > limits.files)
      throw new Error("it unpacks to more than a class can have written");
    const place = join(folder, name.replace(/[<>:"|?*\\]/g, "_"));
    mkdirSync(dirname(place), { recursive: true });
    const stream = await new Promise<Readable>((resolve, reject) =>
      zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened))),
    );
    await pipeline(stream, createWriteStream(place));
  };
  try {
    await new Promise<void>((resolve, reject) => {
      zip.once("end", () => resolve());
      zip.once("error", (error) => reject(error));
      zip.on("entry", (entry) => save(entry).then(() => zip.readEntry(), reject));
      zip.readEntry();
    });
  } finally {
    zip.close();
  }
}
