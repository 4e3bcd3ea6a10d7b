/** A session's host in a web worker. */
import { relative } from "path";
import { SourceMapConsumer } from "source-map-js";
import { inspect } from "util";
import type { CodeMap, Host, HostEvents, Site, TypeScript } from "../session/host";
import { fetchNow, ROOT } from "./files";
import { filesSystem } from "./system";
import { dropTimers, later, nextTurn, pause, trackTimers } from "./timers";

const SCRIPT = self.location.href;
const FOLDER = new URL("./", SCRIPT).href;
let folder = ROOT;
let flag: Int32Array | undefined;

/** Memory that the page shares: 1 in it stops the running cell. */
export function watchFlag(shared: Int32Array | undefined): void {
  flag = shared;
}

export const host: Host = {
  enterFolder(path) {
    folder = path;
    process.cwd = () => folder;
    return folder;
  },
  takeOver,
  watchStacks,

  loadTypeScript() {
    const typescript: TypeScript = require("@tslab/typescript-for-tslab");
    (typescript as unknown as { setSys(sys: unknown): void }).setSys(filesSystem(() => folder));
    return typescript;
  },
  saveCache() {},
  loadTslab(typescript) {
    Reflect.set(globalThis, Symbol.for("unrolled.typescript"), typescript);
    return {
      converter: require("tslab/dist/converter.js"),
      executor: require("tslab/dist/executor.js"),
      jupyter: require("tslab/dist/jupyter.js"),
    };
  },
  declarations: [`${ROOT}/es2023.d.ts`],
  forgetModule() {},

  codeMap,
  mapOfFile: () => undefined, // sites of the course's scripts are mapped where they are read
  nameOfFile: (file) => relative(folder, file),
  isInternal: (script) => script === "" || script === SCRIPT,
  decodeBase64: (text) =>
    new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))),
  inspect: (value, options) => inspect(value, options),

  nextTurn,
  later,
  pause,
  dropTimers,
  stopRequested: () => flag !== undefined && Atomics.load(flag, 0) === 1,
  resources: () => new Map(),
};

function takeOver(events: HostEvents): void {
  trackTimers(events.isStopped);
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new TextDecoder();
    process[name].write = ((chunk: string | Uint8Array) => {
      const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
      if (!events.isStopped()) events.stream(name, text);
      return true;
    }) as typeof process.stdout.write;
  }
  takeOverConsole();
  self.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    events.stray(event.reason, true);
  });
  self.addEventListener("error", (event) => {
    event.preventDefault();
    events.stray(event.error, false);
  });
}

/** Node's words for what a cell prints: `console.log({ a: 1 })` shows the object as util.inspect does. */
function takeOverConsole(): void {
  const { format } = require("util") as typeof import("util");
  let indent = "";
  const to =
    (stream: "stdout" | "stderr") =>
    (...values: unknown[]): void => {
      const text = format(...values);
      process[stream].write(`${indent ? text.replace(/^/gm, indent) : text}\n`);
    };
  const [out, err] = [to("stdout"), to("stderr")];
  const counts = new Map<string, number>();
  const times = new Map<string, number>();
  Object.assign(console, {
    log: out,
    info: out,
    debug: out,
    error: err,
    warn: err,
    dir: (value: unknown, options?: object) => out(inspect(value, options)),
    trace: (...values: unknown[]) => err(new Error(format(...values)).stack?.replace(/^Error/, "Trace")),
    assert: (holds: unknown, ...values: unknown[]) => {
      if (!holds) err("Assertion failed:", ...values);
    },
    group(...values: unknown[]) {
      if (values.length > 0) out(...values);
      indent += "  ";
    },
    groupEnd() {
      indent = indent.slice(2);
    },
    count(label = "default") {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      out(`${label}: ${counts.get(label)}`);
    },
    time: (label = "default") => times.set(label, performance.now()),
    timeEnd: (label = "default") =>
      out(`${label}: ${(performance.now() - (times.get(label) ?? 0)).toFixed(3)}ms`),
  });
}

/**
 * V8 hands over call sites; elsewhere the stack is a text, and an accessor that every error inherits, which is where
 * it can be read.
 */
function watchStacks(prepare: (error: Error, sites: Site[]) => string): void {
  if ("captureStackTrace" in Error && /\n\s+at /.test(String(new Error("probe").stack))) {
    Error.prepareStackTrace = (error, sites) =>
      prepare(
        error,
        sites.map((site) => {
          const [name, script] = [site.getFunctionName() ?? "", site.getScriptNameOrSourceURL() ?? ""];
          return toSite(name, script, site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1);
        }),
      );
    Error.stackTraceLimit = 50;
    return;
  }
  const native = Object.getOwnPropertyDescriptor(Error.prototype, "stack");
  if (!native?.get) return; // Safari: an error's own property, already made
  Object.defineProperty(Error.prototype, "stack", {
    configurable: true,
    get(this: Error) {
      const text: unknown = native.get!.call(this);
      return typeof text === "string" ? prepare(this, sitesIn(text)) : text;
    },
    set(this: Error, value: unknown) {
      native.set?.call(this, value);
    },
  });
}

/** The lines `name@script:line:column` of Firefox. */
function sitesIn(stack: string): Site[] {
  return [...stack.matchAll(/^(.*?)@(.*?):(\d+):(\d+)$/gm)].map(([, name, script, line, column]) =>
    // What eval ran is named after who called it, unless it names itself.
    toSite(name.split("/").pop() ?? "", script.split(" line ")[0], Number(line), Number(column)),
  );
}

/** A place in a script of the site becomes that in the source that the script was made of. */
function toSite(name: string, script: string, line: number, column: number): Site {
  const site = { name: name === "eval" ? "" : name, script, line: line - 1, column: column - 1 };
  if (!script.startsWith(FOLDER) || script === SCRIPT) return site;
  const place = sourceMap(script.slice(FOLDER.length))?.originalPositionFor({ line, column: site.column });
  if (!place?.source) return site;
  const source = `${ROOT}/${place.source.replace(/^(\.\.\/)*/, "")}`;
  return { ...site, script: source, line: place.line - 1, column: place.column };
}

const maps = new Map<string, SourceMapConsumer | undefined>();
function sourceMap(script: string): SourceMapConsumer | undefined {
  if (!maps.has(script)) {
    const text = fetchNow(`${FOLDER}${script}.map`);
    maps.set(script, text && new SourceMapConsumer(JSON.parse(new TextDecoder().decode(text))));
  }
  return maps.get(script);
}

function codeMap(json: string): CodeMap {
  const map = new SourceMapConsumer(JSON.parse(json));
  return {
    source: (map as unknown as { sources: string[] }).sources[0] ?? "",
    find(line, column) {
      const { line: found, column: at } = map.originalPositionFor({ line: line + 1, column });
      return found === null ? undefined : [found - 1, at];
    },
  };
}
