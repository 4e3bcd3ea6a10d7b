/** Cell code that TypeScript accepts and tslab cannot run: found before it fails with a riddle. */
import { ts } from "./typescript.js";

export interface CellProblem {
  /** 1-based, as in editors. */
  line: number;
  column: number;
  message: string;
}

type Node = import("@tslab/typescript-for-tslab").Node;

const AWAIT =
  "a cell cannot await an expression in parentheses: name it first, `const promise = …; await promise`, " +
  "or call a named function, `await f()`";
const FOR_AWAIT =
  "a cell cannot hold `for await` outside a function: write `async function run() { for await … }`, then `await run()`";
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
    // Outside async functions `await (x)` is read as a call of a function named await.
    if (ts.isIdentifier(node) && node.text === "await" && isOperand(node)) report(node, AWAIT);
    if (ts.isForOfStatement(node) && node.awaitModifier && !ts.findAncestor(node, ts.isFunctionLike))
      report(node, FOR_AWAIT);
    if (node.kind === ts.SyntaxKind.ExportKeyword && node.parent.parent === file) report(node, EXPORT);
    if (ts.isExportDeclaration(node) || ts.isExportAssignment(node)) report(node, EXPORT);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return problems;
}

const isOperand = (node: Node): boolean =>
  ts.isExpression(node.parent) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node);
