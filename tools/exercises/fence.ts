import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

// Loaded first in the process that runs a learner's cells: the functions of node:fs refuse the folder of the solutions.

const names = [
  "readFile",
  "open",
  "copyFile",
  "cp",
  "link",
  "symlink",
  "rename",
  "createReadStream",
  "openAsBlob",
];

function fence(folder: string): void {
  const closed = real(folder);
  const refuse = (path: unknown): void => {
    const place = typeof path === "number" || path === undefined ? "" : real(textOf(path));
    if (place === closed || place.startsWith(closed + sep))
      throw new Error("solutions/ is closed to the cells under check: write the answer yourself");
  };
  for (const home of [fs, fs.promises] as unknown as Record<string, unknown>[])
    for (const name of [...names, ...names.map((of) => `${of}Sync`)]) {
      const original = home[name];
      if (typeof original !== "function") continue;
      home[name] = function (this: unknown, ...args: unknown[]) {
        refuse(args[0]);
        return Reflect.apply(original, this, args);
      };
    }
  syncBuiltinESMExports();
}

function textOf(path: unknown): string {
  return path instanceof URL ? fileURLToPath(path) : String(path);
}

const realpath = fs.realpathSync;
function real(path: string): string {
  try {
    return realpath(path);
  } catch {
    return resolve(path);
  }
}

if (process.env.UNROLLED_CLOSED) fence(process.env.UNROLLED_CLOSED);
