import { checkClose, checkShape, entry } from "./check/close";
import { CheckError } from "./check/error";
import { describe } from "./check/numbers";
import { numericalGradient } from "./gradcheck";
import { maxAbs } from "./matrix";
import type { Params } from "./params";

export { checkKeepsArguments } from "./check/arguments";
export { check, hint } from "./check/board";
export { type CloseOptions, checkClose, checkShape } from "./check/close";
export { CheckError, type Failure } from "./check/error";
export type { Value } from "./check/numbers";
export { unaided } from "./check/unaided";

/** Fails with the hint unless the condition holds. */
export function checkTrue(name: string, condition: boolean, hint: string): void {
  if (condition !== true) throw new CheckError({ subject: name, problem: "does not hold", hint });
}

/** What an exercise throws that nobody has filled in yet. */
export const blankMessage = "Exercise not done yet: write your code here";

/** Fails unless `f` throws an error of its own making: crashing by accident does not count. */
export function checkThrows(name: string, f: () => unknown, hint: string): void {
  const failure = { subject: name, expected: "an error that says what is wrong", hint };
  let result: unknown;
  try {
    result = f();
  } catch (error) {
    const { name: kind = "", message = String(error) } = error as Error;
    if (message.startsWith(blankMessage)) throw error;
    if (!["TypeError", "ReferenceError"].includes(kind)) return;
    throw new CheckError({
      ...failure,
      problem: "crashes where it should refuse",
      got: `${kind}: ${message}`,
    });
  }
  throw new CheckError({ ...failure, problem: "accepts what it should refuse", got: describe(result) });
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

/** Says that an exercise is right, as far as the notebook can tell. */
export function passed(title: string): void {
  console.log(`\x1b[32m✓ ${title}\x1b[39m\x1b[2m   check() tries more cases\x1b[22m`);
}
