/**
 * tslab copies a cell's variables to an object that later cells read and write. Two mends follow from that:
 * - a later cell that assigns to a variable must reach the functions of the cell that declared it, which
 *   read their own copy: so the declaring cell hands out a setter for it;
 * - a cell that fails must not leave half of its new declarations over the old values.
 */
import type { DeclaredNames } from "./declared";

type Values = Record<string, unknown>;
type Setters = Record<string, (value: unknown) => void>;

export interface Bindings {
  /** Takes note of a cell that is about to run; returns code to put before its own. */
  begin(names: DeclaredNames): string;
  end(succeeded: boolean): void;
}

/** `scope` is what tslab hands to every cell's code. */
export function watchBindings(scope: { exports: Values } & Record<string, unknown>): Bindings {
  const values = scope.exports;
  const setters = new Map<string, (value: unknown) => void>();
  let declared: ReadonlySet<string> = new Set();
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
    begin({ all, variables }) {
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
