/** What a cell gives to those below it. */
import { ts } from "./compile";

type BindingName = import("@tslab/typescript-for-tslab").BindingName;

/** The names that a cell declares at its top level, and those of them that can be assigned to. */
export interface DeclaredNames {
  all: ReadonlySet<string>;
  variables: readonly string[];
}

export function declaredNames(source: string): DeclaredNames {
  const all = new Set<string>();
  const variables: string[] = [];
  const addAll = (name: BindingName, into: (name: string) => void): void => {
    if (ts.isIdentifier(name)) into(name.text);
    else for (const part of name.elements) if (ts.isBindingElement(part)) addAll(part.name, into);
  };
  for (const statement of ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022).statements) {
    if (ts.isVariableStatement(statement)) {
      const constant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
      for (const { name } of statement.declarationList.declarations) {
        addAll(name, (text) => all.add(text));
        if (!constant) addAll(name, (text) => variables.push(text));
      }
    } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      if (statement.name) all.add(statement.name.text);
    } else if (ts.isEnumDeclaration(statement)) all.add(statement.name.text);
  }
  return { all, variables };
}
