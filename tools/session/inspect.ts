/** What Shift-Tab shows: the type of what stands at the cursor, its doc comment, and the comment's tags by name. */
import { ts } from "./compile";

type QuickInfo = import("@tslab/typescript-for-tslab").QuickInfo;
type Node = import("@tslab/typescript-for-tslab").Node;

export interface Lookup {
  inspect(source: string, cursor: number): QuickInfo | null | undefined;
  /** The names after the cursor's dot. */
  members(source: string, cursor: number): string[];
}

/** Inside the parenthesis of a call, where nothing else stands, it is the function that is asked about. */
export function inspectAt(lookup: Lookup, source: string, cursor: number): string | undefined {
  const info = lookup.inspect(source, cursor);
  if (info) return describe(lookup, source, cursor, info);
  const callee = calleeAround(source, cursor);
  if (callee === undefined) return undefined;
  const called = lookup.inspect(source, callee);
  return called ? describe(lookup, source, callee, called) : undefined;
}

/** The last letter of the name that is called by the innermost call whose parenthesis holds the cursor. */
function calleeAround(source: string, cursor: number): number | undefined {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022);
  let found: number | undefined;
  const visit = (node: Node): void => {
    if (cursor < node.pos || cursor > node.end) return;
    const calls = ts.isCallExpression(node) || ts.isNewExpression(node);
    if (calls && cursor > node.expression.end) found = node.expression.end - 1;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const NAMES: Record<string, string> = { throws: "Throws", see: "See", returns: "Returns" };

const textOf = (parts: { text: string }[] | undefined): string =>
  (parts ?? []).map(({ text }) => text).join("");

function describe(lookup: Lookup, source: string, cursor: number, info: QuickInfo): string {
  const type = textOf(info.displayParts);
  const tags = (info.tags ?? []).map(({ name, text }) => {
    const said = textOf(text);
    return name === "param" || name === "typeParam"
      ? said.replace(/^(\S+)\s+/, "$1: ")
      : `${NAMES[name] ?? name}: ${said}`;
  });
  const comment = [textOf(info.documentation), ...tags].filter((part) => part !== "").join("\n");
  const inside = /^(?:\(alias\) (?:module|namespace) .*\n)?import \w+$/.test(type)
    ? membersOf(lookup, source, cursor, info)
    : "";
  return [type, comment, inside].filter((part) => part !== "").join("\n\n");
}

function membersOf(lookup: Lookup, source: string, cursor: number, info: QuickInfo): string {
  const { start, length } = info.textSpan;
  const name = source.slice(start, start + length) || source.slice(cursor, cursor + 1);
  const asked = `${name}.`;
  const members = lookup.members(asked, asked.length);
  return members.length > 0 ? `Holds ${members.map((member) => asked + member).join(", ")}` : "";
}
