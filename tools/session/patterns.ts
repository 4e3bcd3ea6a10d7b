/** Cell code that TypeScript accepts and tslab cannot run: found before it fails with a riddle. */

import { ts } from "./compile";
import type { CellProblem } from "./types";

type Node = import("@tslab/typescript-for-tslab").Node;

const EXPORT = "drop `export`: later cells see every name that a cell declares at its top level";

const BROWSER = "cells run in Node here, not in the browser: remove `@browser`";

export function cellProblems(source: string): CellProblem[] {
  if (/\/\*\*[\s*]*@browser\b/.test(source)) return [{ line: 1, column: 1, message: BROWSER }];
  // A `@module` cell becomes a module of its own: exports are its purpose, and its code is never awaited.
  if (/\/\*\*[\s*]*@module\s/.test(source)) return [];
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
  const problems: CellProblem[] = [];
  const report = (node: Node, message: string): void => {
    const { line, character } = file.getLineAndCharacterOfPosition(node.getStart());
    problems.push({ line: line + 1, column: character + 1, message });
  };
  const visit = (node: Node): void => {
    if (node.kind === ts.SyntaxKind.ExportKeyword && node.parent.parent === file) report(node, EXPORT);
    if (ts.isExportDeclaration(node) || ts.isExportAssignment(node)) report(node, EXPORT);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return problems;
}

/**
 * Whether the cell's own code waits for something. tslab sees `await f()`; it does not see `for await`, nor what
 * could also be a call or an index of a variable named await: `await (x)`, `await [x]`.
 */
export function awaitsAtTopLevel(source: string): boolean {
  const file = ts.createSourceFile("cell.ts", `export {};${source}`, ts.ScriptTarget.ES2022);
  const waits = (node: Node): boolean =>
    !ts.isFunctionLike(node) &&
    (ts.isAwaitExpression(node) ||
      (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
      ts.forEachChild(node, waits) === true);
  return waits(file);
}
