/** TypeScript's view of the machine, over the files that the site brings. */
import { isFolder, namesIn, textOf } from "./files";

export function filesSystem(folder: () => string): unknown {
  const absolute = (path: string): string => {
    const parts: string[] = [];
    for (const part of (path.startsWith("/") ? path : `${folder()}/${path}`).split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  };
  return {
    args: [],
    newLine: "\n",
    useCaseSensitiveFileNames: true,
    write() {},
    readFile: (path: string) => textOf(absolute(path)),
    fileExists: (path: string) => textOf(absolute(path)) !== undefined,
    directoryExists: (path: string) => isFolder(absolute(path)),
    getDirectories: (path: string) =>
      namesIn(absolute(path)).filter((name) => isFolder(absolute(`${path}/${name}`))),
    readDirectory: () => [],
    realpath: absolute,
    resolvePath: absolute,
    getCurrentDirectory: folder,
    getExecutingFilePath: () => "/course/typescript/typescript.js",
    getModifiedTime: () => new Date(0),
    createHash: (text: string) => text,
    createDirectory() {},
    writeFile() {},
    exit() {},
    getEnvironmentVariable: () => "",
  };
}
