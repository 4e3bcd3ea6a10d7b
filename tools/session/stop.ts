/**
 * A stopped cell's code may wake up again: what it awaits can be a file or the network. It goes no further than
 * its next `await`, starts no timers, and is not heard.
 */
import type ts from "@tslab/typescript-for-tslab";
import { host } from "./node/host";
import { framesOf } from "./stack";
import type { CellError, CellSource } from "./types";

/** Thrown inside a stopped cell, so that its `finally` blocks run. */
export class Stopped extends Error {}

let compiled = 0;
const stopped = new Set<number>();
const goingOn = new Set<CellSource>();

/** The code that is compiled from now on belongs to a new run; returns its number. */
export const beginRun = (): number => ++compiled;
export const stopRun = (run: number): unknown => stopped.add(run);
export const silence = (cell: CellSource): unknown => goingOn.add(cell);

/** Cells' code passes through here after each `await`. */
export function goOn<T>(run: number, value?: T): T | undefined {
  if (stopped.has(run)) throw new Stopped("the cell was stopped");
  return value;
}

/** Whether the code that asks is that of a stopped cell which something woke up. */
export const isStopped = (): boolean =>
  goingOn.size > 0 && framesOf(new Error()).some(({ cell }) => cell !== undefined && goingOn.has(cell));

/** Puts `goOn` behind every `await`; `typescript` is the one that compiles the cells. */
export function checkAwaits(typescript: typeof ts): ts.TransformerFactory<ts.SourceFile> {
  const { factory } = typescript;
  return (context) => {
    const call = (...values: ts.Expression[]): ts.Expression =>
      factory.createCallExpression(
        factory.createPropertyAccessExpression(factory.createIdentifier("__tslab__"), "goOn"),
        undefined,
        [factory.createNumericLiteral(compiled), ...values],
      );
    const visit = (node: ts.Node): ts.Node => {
      const visited = typescript.visitEachChild(node, visit, context);
      if (typescript.isAwaitExpression(visited)) return typescript.setTextRange(call(visited), node);
      if (!typescript.isForOfStatement(visited) || !visited.awaitModifier) return visited;
      const { awaitModifier, initializer, expression, statement } = visited;
      const body = factory.createBlock([factory.createExpressionStatement(call()), statement]);
      return factory.updateForOfStatement(visited, awaitModifier, initializer, expression, body);
    };
    return (file) => typescript.visitNode(file, visit) as ts.SourceFile;
  };
}

/** Loops of cells pass through here on each turn, where only they can notice that they are to stop. */
export function goRound(): void {
  if (host.stopRequested?.()) throw new Stopped("the cell was stopped");
}

/** Puts `goRound` into every loop. */
export function checkLoops(typescript: typeof ts): ts.TransformerFactory<ts.SourceFile> {
  const { factory } = typescript;
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      const visited = typescript.visitEachChild(node, visit, context);
      if (!typescript.isIterationStatement(visited, false)) return visited;
      const ask = factory.createPropertyAccessExpression(factory.createIdentifier("__tslab__"), "goRound");
      const call = factory.createExpressionStatement(factory.createCallExpression(ask, undefined, []));
      const body = factory.createBlock([call, visited.statement]);
      if (typescript.isForStatement(visited)) {
        const { initializer, condition, incrementor } = visited;
        return factory.updateForStatement(visited, initializer, condition, incrementor, body);
      }
      if (typescript.isWhileStatement(visited))
        return factory.updateWhileStatement(visited, visited.expression, body);
      if (typescript.isDoStatement(visited))
        return factory.updateDoStatement(visited, body, visited.expression);
      if (typescript.isForInStatement(visited))
        return factory.updateForInStatement(visited, visited.initializer, visited.expression, body);
      const { awaitModifier, initializer, expression } = visited as ts.ForOfStatement;
      return factory.updateForOfStatement(
        visited as ts.ForOfStatement,
        awaitModifier,
        initializer,
        expression,
        body,
      );
    };
    return (file) => typescript.visitNode(file, visit) as ts.SourceFile;
  };
}

const PATIENCE = 50; // ms, for what was nearly done

/** Whether anything that was not under way `before` still is, so that code that waits for it may wake up. */
export async function goesOn(before: Map<string, number>): Promise<boolean> {
  const more = (): boolean => [...host.resources()].some(([name, count]) => count > (before.get(name) ?? 0));
  const until = performance.now() + PATIENCE;
  while (more()) {
    if (performance.now() > until) return true;
    await host.pause(5);
  }
  return false;
}

/** How an interrupted cell ends. */
export function interruptedError(wentOn = false): CellError {
  const evalue = wentOn
    ? "the cell was told to stop, but input or output that it began is still under way, and code that waits " +
      "for it may run unseen and change variables; restart the kernel to be sure"
    : "the cell was stopped; variables of earlier cells are as they were";
  return { ename: "Interrupted", evalue, traceback: [`\x1b[31mInterrupted\x1b[0m: ${evalue}`] };
}
