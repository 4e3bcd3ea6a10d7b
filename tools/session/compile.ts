/**
 * From a cell to JavaScript: tslab's converter and executor on a mended TypeScript. They load TypeScript 5.0.4 by name, so an object
 * that inherits from it, a few functions replaced, stands in for it.
 */
import { createBuilder } from "./builder";
import { lookUpAnew, watchEdits } from "./edits";
import type { CodeMap, TypeScript } from "./host";
import { host } from "./node/host";
import { findShorthandValues, visitShorthands } from "./shorthand";
import { checkAwaits, checkLoops } from "./stop";

type ProgramHost = import("@tslab/typescript-for-tslab").ProgramHost<
  import("@tslab/typescript-for-tslab").BuilderProgram
>;

const original = host.loadTypeScript();

const edits = watchEdits(original);
const sys: TypeScript["sys"] = Object.assign(Object.create(original.sys), {
  // tslab polls every declaration file for changes, for as long as it runs.
  watchFile: edits.watchFile,
  watchDirectory: () => ({ close() {} }),
  // Node's own declarations are most of what is read at the start, and most of them is comments.
  readFile(file: string, encoding?: string) {
    const text = original.sys.readFile(file, encoding);
    return file.includes("/@types/node/") ? text?.replace(/\/\*\*\s[\s\S]*?\*\//g, "") : text;
  },
});

/** tslab checks loosely, knows nothing newer than ES2022 and loads every `@types` package it finds. */
const lib = ["lib.es2023.d.ts", ...host.declarations];
const options = { strict: true, lib, types: ["node"], inlineSourceMap: true };
const createWatchCompilerHost = (
  files: string[],
  tslabOptions: object,
  system: object,
  _: null,
  ...rest: unknown[]
): unknown => {
  const arguments_ = [files, { ...tslabOptions, ...options }, system, createBuilder(original), ...rest];
  const host = Reflect.apply(original.createWatchCompilerHost, original, arguments_) as ProgramHost;
  lookUpAnew(original, host);
  const { createProgram } = host;
  host.createProgram = (...args) => {
    const builder = createProgram(...args);
    findShorthandValues(original, builder.getProgram().getTypeChecker());
    return builder;
  };
  return host;
};

/** From the cell to an ES module, from there to CommonJS: the maps of the code that was converted last, as JSON. */
let lastMaps: string[] = [];
export const takeMapTexts = (): string[] => lastMaps;
export const takeSourceMaps = (): CodeMap[] => lastMaps.map((text) => host.codeMap(text));

/** tslab's second step throws the first step's source map away and asks for none of its own. */
const transpileModule: TypeScript["transpileModule"] = (source, { compilerOptions, ...rest }) => {
  const [code = "", firstMap] = source.split("//# sourceMappingURL=data:application/json;base64,");
  const mapped = { ...compilerOptions, sourceMap: true };
  const loops = host.stopRequested ? [checkLoops(original)] : [];
  const transformers = { before: [checkAwaits(original), ...loops] };
  const result = original.transpileModule(code, { ...rest, compilerOptions: mapped, transformers });
  lastMaps = firstMap ? [host.decodeBase64(firstMap), result.sourceMapText!] : [];
  return { ...result, outputText: result.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, "") };
};

const visitEachChild = visitShorthands(original);

const mended = { __esModule: true, sys, createWatchCompilerHost, transpileModule, visitEachChild };
export const ts: TypeScript = Object.create(
  original,
  Object.fromEntries(Object.entries(mended).map(([name, value]) => [name, { value }])),
);
// Loaded only now, so that they find the mended TypeScript.
const tslab = host.loadTslab(ts);
export const { isCompleteCode } = tslab.converter;
export const createConverter: typeof tslab.converter.createConverter = (options) => {
  const converter = tslab.converter.createConverter(options);
  const noticing =
    <A extends unknown[], R>(method: (...args: A) => R) =>
    (...args: A): R => {
      edits.notice();
      return method(...args);
    };
  const { convert, inspect, complete } = converter;
  return {
    ...converter,
    convert: noticing(convert),
    inspect: noticing(inspect),
    complete: noticing(complete),
  };
};
export const { createExecutor } = tslab.executor;
export const { jupyter } = tslab;

const UNTERMINATED_TEMPLATE = 1160;

/** Whether the code ends inside a template string, which tslab takes for whole. */
export function isOpenTemplate(code: string): boolean {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022);
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: { code: number }[] };
  return parseDiagnostics.some((diagnostic) => diagnostic.code === UNTERMINATED_TEMPLATE);
}
