/** node:fs, as far as the course's libraries use it: files are read, never written. */
import { resolve } from "node:path";
import { bytesOf, isFolder, namesIn } from "../files";

export function readFileSync(path: string, options?: string | { encoding?: string }): unknown {
  const found = bytesOf(resolve(path));
  if (!found) throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: "ENOENT" });
  const encoding = typeof options === "string" ? options : options?.encoding;
  return encoding ? new TextDecoder().decode(found) : Buffer.from(found);
}
export const existsSync = (path: string): boolean => isThere(resolve(path));
export const readdirSync = (path: string): string[] => namesIn(resolve(path));
export function statSync(path: string): unknown {
  const folder = isFolder(resolve(path));
  if (!isThere(resolve(path))) throw Object.assign(new Error(`ENOENT: '${path}'`), { code: "ENOENT" });
  return { isFile: () => !folder, isDirectory: () => folder, mtimeMs: 0 };
}
const isThere = (path: string): boolean => isFolder(path) || bytesOf(path) !== undefined;
function readOnly(): never {
  throw new Error("a lesson in the browser cannot write files: run the course on your machine for that");
}
export const writeFileSync = readOnly;
export const mkdirSync = readOnly;
export const rmSync = readOnly;
export const renameSync = readOnly;
export const realpathSync = (path: string): string => path;
export const promises = {};
export default {
  readFileSync,
  existsSync,
  readdirSync,
  statSync,
  writeFileSync,
  mkdirSync,
  rmSync,
  promises,
};
