import * as gru from "../cells/gru";
import * as lstm from "../cells/lstm";
import * as rnn from "../cells/rnn";
import { CheckError } from "./error";

/** The parts of the library that an exercise asks to be written anew. */
const cells: Record<string, Record<string, unknown>> = { rnn, lstm, gru };

/**
 * The function `f`, which now fails if it uses one of these names: "rnn.forward" wherever it is called from, a
 * function such as "clipByNorm" where `f` itself names it.
 */
export function unaided<A extends unknown[], R>(
  f: (...args: A) => R,
  forbidden: string[],
): (...args: A) => R {
  const refuse = (name: string): never => {
    throw new CheckError({
      subject: f.name,
      problem: `calls the library's ${name}`,
      likelyCause: "this exercise asks you to write that yourself",
    });
  };
  const code = String(f).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  const named = forbidden.find((name) => !name.includes(".") && new RegExp(`\\b${name}\\b`).test(code));
  return (...args) => {
    if (named) refuse(named);
    const undo = forbidden.filter((name) => name.includes(".")).map((name) => replaced(name, refuse));
    try {
      return f(...args);
    } finally {
      for (const restore of undo) restore();
    }
  };
}

/** Puts a refusal in the place of, say, "rnn.forward"; returns what puts the function back. */
function replaced(name: string, refuse: (name: string) => never): () => void {
  const [cell, method] = name.split(".");
  const home = cells[cell];
  const original = home[method];
  home[method] = () => refuse(name);
  return () => {
    home[method] = original;
  };
}
