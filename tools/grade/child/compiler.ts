/** The compiler's process: reads what strangers wrote, runs none of it. */
import { createConverter, takeMapTexts } from "../../session/compile";
import { declaredNames } from "../../session/declared";
import { host } from "../../session/node/host";
import { awaitsAtTopLevel, cellProblems } from "../../session/patterns";
import { diagnosticsError, problemError } from "../../session/traceback";
import { openChannel } from "./channel";
import type { CompileAnswer, CompileRequest } from "./messages";
import { heapLimit, isWatched, watch } from "./watched";

if (isWatched()) watch(2 * heapLimit());
const channel = openChannel();
host.enterFolder(process.cwd());
const converter = createConverter();

function compile({ source, label, declarations }: CompileRequest): CompileAnswer {
  const cell = { label, source };
  const [problem] = cellProblems(source);
  if (problem) return { error: problemError(problem, cell) };
  if (/\/\*\*[\s*]*@module\s/.test(source)) {
    const message = "a cell that is a module of its own is not graded: write its code without `@module`";
    return { error: problemError({ line: 1, column: 1, message }, cell) };
  }
  const result = converter.convert(declarations, source);
  if (result.diagnostics.length > 0) return { error: diagnosticsError(result.diagnostics, cell) };
  const { all, variables } = declaredNames(source);
  return {
    code: result.output ?? "",
    maps: result.output ? takeMapTexts() : [],
    names: { all: [...all], variables: [...variables] },
    waits: result.hasToplevelAwait === true || awaitsAtTopLevel(source),
    last: result.lastExpressionVar,
    declarations: result.declOutput ?? "",
  };
}

for (;;) {
  const request = channel.read() as CompileRequest;
  try {
    channel.write(compile(request));
  } catch (error) {
    const { name, message } = error as Error;
    channel.write({ error: { ename: name, evalue: message, traceback: [`${name}: ${message}`] } });
  }
}
