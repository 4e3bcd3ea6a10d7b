import { ts } from "../session/compile";
import type { CodeCell } from "./format";

type Node = import("@tslab/typescript-for-tslab").Node;

export interface Reassignment {
  name: string;
  /** The cell that assigns. */
  cell: CodeCell;
  line: number;
}

/**
 * Assignments to a `let` of an earlier cell that a function of an earlier cell reads. A plain tslab, where
 * somebody may open the notebook, silently leaves the old value in that function.
 */
export function reassignments(cells: CodeCell[]): Reassignment[] {
  const found: Reassignment[] = [];
  const lets = new Set<string>();
  const readByFunctions = new Set<string>();
  for (const cell of cells) {
    const file = ts.createSourceFile("cell.ts", cell.source, ts.ScriptTarget.ES2022, true);
    const declared = namesOf(file, ts.isVariableDeclaration);
    for (const node of nodes(file)) {
      const name = assignedName(node);
      if (name === undefined || declared.has(name) || !lets.has(name) || !readByFunctions.has(name)) continue;
      found.push({ name, cell, line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
    }
    for (const statement of file.statements)
      if (ts.isVariableStatement(statement) && statement.declarationList.flags & ts.NodeFlags.Let)
        for (const { name } of statement.declarationList.declarations)
          if (ts.isIdentifier(name)) lets.add(name.text);
    for (const node of nodes(file))
      if (ts.isFunctionLike(node)) for (const name of freeNames(node)) readByFunctions.add(name);
  }
  return found;
}

function assignedName(node: Node): string | undefined {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
    return assigns && ts.isIdentifier(node.left) ? node.left.text : undefined;
  }
  if (!ts.isPrefixUnaryExpression(node) && !ts.isPostfixUnaryExpression(node)) return undefined;
  const changes =
    node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
  return changes && ts.isIdentifier(node.operand) ? node.operand.text : undefined;
}

/** Names that a function uses and does not declare itself. */
function freeNames(node: Node): string[] {
  const own = namesOf(node, (n) => ts.isVariableDeclaration(n) || ts.isParameter(n));
  const used = [...nodes(node)].filter(ts.isIdentifier).map((identifier) => identifier.text);
  return used.filter((name) => !own.has(name));
}

function namesOf(root: Node, declares: (node: Node) => boolean): Set<string> {
  const names = [...nodes(root)].filter(declares).map((node) => (node as { name?: Node }).name);
  return new Set(names.flatMap((name) => (name && ts.isIdentifier(name) ? [name.text] : [])));
}

function* nodes(root: Node): Generator<Node> {
  yield root;
  const children: Node[] = [];
  ts.forEachChild(root, (child) => {
    children.push(child);
  });
  for (const child of children) yield* nodes(child);
}
