/**
 * `node tools/dist/test/mutants.js [FILE…]`: how good are the tests of lib's mathematics? Makes one small change after
 * the other to its source and says which of them no test notices.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, posix, resolve } from "node:path";
import ts from "@tslab/typescript-for-tslab";

const root = resolve(__dirname, "../../..");
const lib = join(root, "lib");

const cells = [
  "rnn",
  "lstm",
  "gru",
  "gruResetBefore",
  "peephole",
  "dense",
  "embedding",
  "dropout",
  "attention",
  "stacked",
  "bidirectional",
];
const files = [
  ...cells.map((name) => `cells/${name}`),
  "activations",
  "losses",
  "optimizers",
  "random",
  "layers",
  "model",
];
/** Run against every mutant that the tests of its own file let pass. */
const others = [
  "model",
  "losses",
  "encoderDecoder",
  "train",
  "cells/init",
  "cells/gru",
  "cells/stacked",
  "cells/tensorflow",
  "cells/embedding",
  "spectral",
  "engine/model",
];

/** Each what is looked for and what stands there instead; `m` are the functions of lib/matrix. */
const changes: [RegExp, string][] = [
  [/\badd\((?=[^)])/g, "m.subtract("],
  [/\bsubtract\((?=[^)])/g, "m.add("],
  [/\bmultiply\(/g, "m.add("],
  [/\baddInPlace\(/g, "((..._: unknown[]) => {})("],
  [/\bdTanh\(/g, "m.copy("],
  [/\bdSigmoid\(/g, "m.copy("],
  [/\boneMinus\(/g, "m.copy("],
  [/\bsumRows\(/g, "m.copy("],
  [/\breversed\(/g, "((x: never[]) => x)("],
  [/\bMath\.sqrt\(/g, "("],
  [/\bMath\.max\(/g, "Math.min("],
  [/ \+ /g, " - "],
  [/ - /g, " + "],
  [/ \* /g, " / "],
  [/ \/ /g, " * "],
  [/(?<!for .*) < /g, " <= "],
  [/(?<!for .*) > /g, " >= "],
  [/ === /g, " !== "],
  [/-(?=learningRate|r,|largest|z\b)/g, ""],
  [/ = 1e-8/g, " = 1e-2"],
  [/ = 1e-10/g, " = 1e-2"],
  [/ = 0\.9\b/g, " = 0.5"],
  [/ = 0\.999\b/g, " = 0.9"],
  [/\bt - 1\b/g, "t"],
  [/\bdState \?\? /g, ""],
  [/\bstate \?\? /g, ""],
  [/ones\(/g, "m.zeros("],
  [/sqrt\(6 /g, "sqrt(3 "],
  [/\borthogonal\(H, H, random\)/g, "m.identity(H)"],
  [/\bglorot\(D, H, random\)/g, "m.ones(D, H)"],
  [/\bglorot\(H, H, random\)/g, "m.identity(H)"],
  [/(?<!map\()\bzeros\(1, H\)/g, "m.ones(1, H)"],
  [/\bzeros\(1, O\)/g, "m.ones(1, O)"],
  [/\bforgetBias = 1/g, "forgetBias = 0"],
];

interface Mutant {
  file: string;
  line: number;
  before: string;
  after: string;
  code: string;
}

/** All mutants of a file: outside of comments, imports, types and error messages. */
function mutantsOf(file: string): Mutant[] {
  const lines = readFileSync(join(lib, `${file}.ts`), "utf8").split("\n");
  const out: Mutant[] = [];
  lines.forEach((text, i) => {
    if (
      /^\s*(\*|\/\*|\/\/)|^(import|export (type|interface)|function check)|Error\(|`|^} from|: string/.test(
        text,
      )
    )
      return;
    const [code = ""] = text.split(" // ");
    for (const [pattern, replacement] of changes) {
      for (const { index, 0: found } of code.matchAll(pattern)) {
        const after = code.slice(0, index) + replacement + code.slice(index + found.length);
        const source = [...lines.slice(0, i), after, ...lines.slice(i + 1)].join("\n");
        out.push({ file, line: i + 1, before: code.trim(), after: after.trim(), code: source });
      }
    }
  });
  return out;
}

/** The mutant as JavaScript. */
function compiled({ file, code }: Mutant): string {
  const matrix = posix.join(posix.relative(posix.dirname(file), "."), "matrix");
  const source = `${code}\nimport * as m from "./${matrix}";\n`;
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
    },
  });
  return outputText;
}

function main(chosen: string[]): void {
  const place = mkdtempSync(join(tmpdir(), "unrolled-mutants-"));
  try {
    cpSync(join(lib, "dist"), join(place, "lib/dist"), { recursive: true });
    for (const name of readdirSync(lib).filter((entry) => entry !== "dist"))
      link(join(lib, name), join(place, "lib", name));
    for (const name of ["node_modules", "datasets"]) link(join(root, name), join(place, name));
    const survivors: Mutant[] = [];
    let count = 0;
    for (const file of chosen.length > 0 ? chosen : files) {
      const mutants = mutantsOf(file);
      const alive = mutants.filter((mutant) => survives(place, mutant));
      console.log(`${file}: ${mutants.length - alive.length} of ${mutants.length} caught`);
      for (const { line, before, after } of alive) console.log(`  ${line}: ${before}\n      → ${after}`);
      survivors.push(...alive);
      count += mutants.length;
    }
    console.log(`${count - survivors.length} of ${count} mutants caught`);
    process.exitCode = survivors.length > 0 ? 1 : 0;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** True if all tests pass although the file is changed. The file is put back. */
function survives(place: string, mutant: Mutant): boolean {
  const target = join(place, "lib/dist", `${mutant.file}.js`);
  const original = readFileSync(target);
  writeFileSync(target, compiled(mutant));
  const passes = (name: string): boolean => {
    const test = join(place, "lib/dist", `${name}.test.js`);
    if (!existsSync(test)) return true;
    return spawnSync(process.execPath, [test], { stdio: "ignore", timeout: 30_000 }).status === 0;
  };
  const alive = [mutant.file, ...others.filter((name) => name !== mutant.file)].every(passes);
  writeFileSync(target, original);
  return alive;
}

function link(target: string, path: string): void {
  symlinkSync(target, path, "junction");
}

main(process.argv.slice(2));
