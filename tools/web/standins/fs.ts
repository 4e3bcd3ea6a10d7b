/** node:fs, as far as the course's libraries use it: files are read, never written. */
import { bytesOf, isFolder, namesIn } from "../files";

export function readFileSync(path: string, options?: string | { encoding?: string }): unknown {
  const found = bytesOf(path);
  if (!found) throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: "ENOENT" });
  const encoding = typeof options === "string" ? options : options?.encoding;
  return encoding ? new TextDecoder().decode(found) : Buffer.from(found);
}
export const existsSync = (path: string): boolean => isFolder(path) || bytesOf(path) !== undefined;
export const readdirSync = (path: string): string[] => namesIn(path);
export function statSync(path: string): unknown {
  const folder = isFolder(path);
  if (!folder && !bytesOf(path)) throw Object.assign(new Error(`ENOENT: '${path}'`), { code: "ENOENT" });
  return { isFile: () => !folder, isDirectory: () => folder, mtimeMs: 0 };
}
function readOnly(): never {
  throw new Error("a lesson in the browser cannot write files: run the course on your machine for that");
}
export const writeFileSync = readOnly;
export const mkdirSync = readOnly;
export const rmSync = readOnly;
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
