/**
 * tslab copies a cell's variables to an object that later cells read and write. Two mends follow from that:
 * - a later cell that assigns to a variable must reach the functions of the cell that declared it, which
 *   read their own copy: so the declaring cell hands out a setter for it;
 * - a cell that fails must not leave half of its new declarations over the old values.
 */
import { ts } from "./compile";

type BindingName = import("@tslab/typescript-for-tslab").BindingName;
type Values = Record<string, unknown>;
type Setters = Record<string, (value: unknown) => void>;

/** The names that a cell declares at its top level, and those of them that can be assigned to. */
export function declaredNames(source: string): { all: Set<string>; variables: string[] } {
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

export interface Bindings {
  /** Takes note of a cell that is about to run; returns code to put before its own. */
  begin(source: string): string;
  end(succeeded: boolean): void;
}

/** `scope` is what tslab hands to every cell's code. */
export function watchBindings(scope: { exports: Values } & Record<string, unknown>): Bindings {
  const values = scope.exports;
  const setters = new Map<string, (value: unknown) => void>();
  let declared = new Set<string>();
  let before: Values = {};
  let handedOut: Setters = {};

  scope.handOut = (given: Setters): void => {
    handedOut = given;
  };
  scope.exports = new Proxy(values, {
    set(target, name, value) {
      if (!declared.has(String(name))) setters.get(String(name))?.(value);
      return Reflect.set(target, name, value);
    },
  });

  return {
    begin(source) {
      const { all, variables } = declaredNames(source);
      declared = all;
      before = { ...values };
      handedOut = {};
      if (variables.length === 0) return "";
      // A named parameter would hide the variable of that name.
      return `__tslab__.handOut({ ${variables.map((name) => `${name}() { ${name} = arguments[0]; }`).join(", ")} });`;
    },
    end(succeeded) {
      for (const name of declared) {
        if (succeeded) setters.delete(name);
        else if (name in before) values[name] = before[name];
      }
      if (succeeded) for (const [name, setter] of Object.entries(handedOut)) setters.set(name, setter);
      declared = new Set();
    },
  };
}
