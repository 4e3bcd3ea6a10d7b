import { checkClose, checkShape, entry } from "./check/close";
import { CheckError } from "./check/error";
import { describe } from "./check/numbers";
import { numericalGradient } from "./gradcheck";
import { maxAbs } from "./matrix";
import type { Params } from "./params";

export { type CloseOptions, checkClose, checkShape } from "./check/close";
export { CheckError, type Failure } from "./check/error";
export type { Value } from "./check/numbers";

/** Fails with the hint unless the condition holds. */
export function checkTrue(name: string, condition: boolean, hint: string): void {
  if (condition !== true) throw new CheckError({ subject: name, problem: "does not hold", hint });
}

/** Begins the message of an exercise that nobody has filled in yet. */
const notDone = "Exercise not done yet";

/** Fails unless `f` throws an error of its own making: crashing by accident does not count. */
export function checkThrows(name: string, f: () => unknown, hint: string): void {
  const failure = { subject: name, expected: "an error that says what is wrong", hint };
  let result: unknown;
  try {
    result = f();
  } catch (error) {
    const { name: kind = "", message = String(error) } = error as Error;
    if (message.startsWith(notDone)) throw error;
    if (!["TypeError", "ReferenceError"].includes(kind)) return;
    throw new CheckError({
      ...failure,
      problem: "crashes where it should refuse",
      got: `${kind}: ${message}`,
    });
  }
  throw new CheckError({ ...failure, problem: "accepts what it should refuse", got: describe(result) });
}

/** Calls `f` and gives its result on; fails if the call changed one of its arguments. */
export function checkKeepsArguments<A extends unknown[], R>(
  name: string,
  f: (...args: A) => R,
  ...args: A
): R {
  const before = args.map((arg) => JSON.stringify(arg));
  const result = f(...args);
  const changed = args.findIndex((arg, i) => JSON.stringify(arg) !== before[i]);
  if (changed < 0) return result;
  throw new CheckError({
    subject: name,
    problem: `changes its argument ${changed + 1}`,
    likelyCause: "a value is written into the matrix that came in; make a new one, or a copy(…) first",
  });
}

/**
 * Fails unless `grads` are the gradients of `loss` at `params`, by central differences; the error says which
 * parameter is wrong and how. `tolerance` is relative to the largest entry of each gradient.
 */
export function checkGradientsOf(
  name: string,
  loss: (params: Params) => number,
  params: Params,
  grads: unknown,
  options: { tolerance?: number; hint?: string } = {},
): void {
  const { tolerance = 1e-5, hint } = options;
  const numeric = numericalGradient(loss, params);
  for (const key of Object.keys(params)) {
    const got = entry(name, grads, key, Object.keys(params));
    checkShape(`${name}.${key}`, got, [params[key].rows, params[key].cols], hint);
    const scale = Math.min(Math.max(maxAbs(numeric[key]), 1e-4), 1);
    checkClose(`${name}.${key}`, got, numeric[key], { tolerance: tolerance * scale, hint });
  }
}

/** Says that an exercise is right. */
export function passed(title: string): void {
  console.log(`✓ ${title}`);
}
