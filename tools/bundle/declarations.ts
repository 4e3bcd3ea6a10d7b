/** The declaration files that type checks in a browser read: what a program that imports everything includes. */
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "@tslab/typescript-for-tslab";

const root = resolve(__dirname, "../../..");
const IMPORTS = ["unrolled", "unrolled/check", "unrolled/display", "unrolled/tf", "mathjs", "tslab"];

/** Where a file stands in the browser: under "/course", as in the project. */
function placed(file: string): string {
  const compiler = dirname(ts.sys.getExecutingFilePath());
  const real = ts.sys.realpath!(file);
  if (real.startsWith(`${compiler}/`)) return `/course/typescript/${relative(compiler, real)}`;
  return `/course/${relative(root, file).replaceAll("\\", "/")}`;
}

export function declarations(): Record<string, string> {
  const entry = join(root, "notebooks", "__all__.ts");
  const source = IMPORTS.map((name) => `import ${JSON.stringify(name)};`).join("\n");
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
    preserveSymlinks: true,
  };
  const host = ts.createCompilerHost(options);
  host.getCurrentDirectory = () => root; // where "types" are looked for
  const { getSourceFile, fileExists, readFile } = host;
  const manifests = new Set<string>();
  host.getSourceFile = (name, ...rest) =>
    name === entry ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  host.fileExists = (name) => name === entry || fileExists(name);
  host.readFile = (name) => {
    if (name.endsWith("package.json") && fileExists(name)) manifests.add(name);
    return readFile(name);
  };
  const program = ts.createProgram([entry], options, host);
  const files = [...program.getSourceFiles().map(({ fileName }) => fileName), ...manifests];
  const texts: Record<string, string> = {};
  for (const file of files.filter((name) => name !== entry)) texts[placed(file)] = readFileSync(file, "utf8");
  texts["/course/es2023.d.ts"] = readFileSync(join(root, "tools", "session", "es2023.d.ts"), "utf8");
  return texts;
}
