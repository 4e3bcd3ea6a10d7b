import { CheckError } from "./error";
import { describe, isClose } from "./numbers";

/**
 * Calls `f` and gives its result on; fails if an argument is another one after the call. An entry that was moved and
 * put back (`p[k] += ε; …; p[k] -= ε`) is the same up to rounding, and that is enough.
 */
export function checkKeepsArguments<A extends unknown[], R>(
  name: string,
  f: (...args: A) => R,
  ...args: A
): R {
  const before = args.map(contents);
  const result = f(...args);
  const changed = args.findIndex((arg, i) => !same(contents(arg), before[i]));
  if (changed < 0) return result;
  throw new CheckError({
    subject: name,
    problem: `changes its argument ${changed + 1}`,
    likelyCause: `a value is written into ${what(args[changed])} that came in; make a new one, or a copy first`,
  });
}

/** All that a value holds, in order: its keys, numbers as they are, anything else as text. */
function contents(value: unknown): (number | string)[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [typeof value === "function" ? "" : String(value)];
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  return [Object.keys(value).join(), ...Object.values(value).flatMap(contents)];
}

function same(a: (number | string)[], b: (number | string)[]): boolean {
  const rounding = 1e-12;
  return (
    a.length === b.length &&
    a.every((x, i) => {
      const y = b[i];
      return typeof x === "number" && typeof y === "number" ? isClose(x, y, rounding) : x === y;
    })
  );
}

function what(value: unknown): string {
  const described = describe(value);
  if (described.startsWith("a matrix")) return "the matrix";
  if (described.includes("matrices")) return "the list of matrices";
  return Array.isArray(value) || ArrayBuffer.isView(value) ? "the list" : "the object";
}
