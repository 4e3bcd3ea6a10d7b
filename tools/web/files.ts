/**
 * The files that a session in a browser sees: declarations for the type checks, sent at once, and the course's own
 * files (datasets, models, helpers of a lesson), asked for when they are first read. Every path begins with "/course".
 */
export const ROOT = "/course";

interface Files {
  texts: Map<string, string>;
  bytes: Map<string, Uint8Array | undefined>;
  folders: Set<string>;
  /** Where the site keeps what stands under "/course". */
  base: string;
}
/** One for all scripts of the worker: the session's and the library's each have a copy of this module. */
const FILES = Symbol.for("unrolled.files");
const whole = globalThis as unknown as Record<symbol, Files | undefined>;
whole[FILES] ??= { texts: new Map(), bytes: new Map(), folders: new Set(["/"]), base: "" };
const files = whole[FILES];
const { texts, bytes, folders } = files;

export function serveFrom(url: string): void {
  files.base = url;
}

export function addText(path: string, text: string): void {
  texts.set(path, text);
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
    folders.add(path.slice(0, at));
}

export const isFolder = (path: string): boolean => folders.has(path.replace(/(?<=.)\/$/, ""));

/** The names directly under a folder. */
export function namesIn(folder: string): string[] {
  const start = folder.endsWith("/") ? folder : `${folder}/`;
  const below = [...texts.keys(), ...folders].filter((path) => path.startsWith(start) && path !== start);
  return [...new Set(below.map((path) => path.slice(start.length).split("/")[0]))];
}

/** What the compiler asks for: it looks for many files that are not there, so nothing is fetched. */
export const textOf = (path: string): string | undefined => texts.get(path);

/** A file that code reads; undefined where there is none. */
export function bytesOf(path: string): Uint8Array | undefined {
  const text = texts.get(path);
  if (text !== undefined) return new TextEncoder().encode(text);
  if (!bytes.has(path))
    bytes.set(
      path,
      path.startsWith(`${ROOT}/`) ? fetchNow(files.base + path.slice(ROOT.length + 1)) : undefined,
    );
  return bytes.get(path);
}

/** A worker may wait for the network, and `load` of a dataset is a call that waits. */
export function fetchNow(url: string): Uint8Array | undefined {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.responseType = "arraybuffer";
  try {
    request.send();
  } catch {
    throw new Error(`${url} could not be loaded: no network, and this browser has not kept it`);
  }
  return request.status === 200 ? new Uint8Array(request.response as ArrayBuffer) : undefined;
}
