/**
 * `{ x }` with the x of an earlier cell. tslab writes `exports.x` for a name whose symbol is of an earlier cell; for
 * this x it is told the property's symbol, so that it leaves a name that does not exist. Here it is told the
 * variable's, and gets `{ x: exports.x }`.
 */
import type ts from "@tslab/typescript-for-tslab";

type Visit = (node: ts.Node) => ts.Node;
type VisitEachChild = (node: ts.Node, visit: Visit, context: ts.TransformationContext) => ts.Node;

const mended = new WeakSet<ts.TypeChecker>();

export function findShorthandValues(typescript: typeof ts, checker: ts.TypeChecker): void {
  if (mended.has(checker)) return;
  mended.add(checker);
  const symbolAt = checker.getSymbolAtLocation;
  checker.getSymbolAtLocation = (node) => {
    const { parent } = node;
    if (!parent) return symbolAt(node);
    if (typescript.isShorthandPropertyAssignment(parent) && parent.name === node)
      return checker.getShorthandAssignmentValueSymbol(parent);
    // The x of `const { x: y } = earlier` names a property, not a variable.
    if (typescript.isBindingElement(parent) && parent.propertyName === node) return undefined;
    return symbolAt(node);
  };
}

export function visitShorthands(typescript: typeof ts): VisitEachChild {
  return (node, visit, context) => {
    if (!node || !typescript.isShorthandPropertyAssignment(node) || node.objectAssignmentInitializer)
      return typescript.visitEachChild(node, visit, context);
    const value = visit(node.name) as ts.Expression;
    if (value === node.name) return node;
    const { name } = node;
    return typescript.setTextRange(typescript.factory.createPropertyAssignment(name, value), node);
  };
}
