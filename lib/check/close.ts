import { log10 } from "../math";
import type { Params } from "../params";
import { diagnoses } from "./diagnoses";
import { CheckError } from "./error";
import { allNear, describe, format, isClose, type Numbers, place, readNumbers, type Value } from "./numbers";

/** How close is close enough, and what a wrong value would tell. */
export interface CloseOptions {
  /** Absolute for numbers up to 1, relative for larger ones; by default 1e-6. */
  tolerance?: number;
  /** Values that typical mistakes give, each under the words that say what the mistake is. */
  likely?: Record<string, Value | Params>;
  hint?: string;
  /** False keeps the expected value out of the error: for answers that are worked out on paper and typed in. */
  reveal?: boolean;
}

/** Fails unless `actual` has this shape: [r,c] for a matrix, [T,r,c] for T matrices, [n] for a list. */
export function checkShape(name: string, actual: unknown, shape: number[], hint?: string): void {
  const got = expectNumbers(name, actual, `[${shape}]`, hint);
  if (String(got.shape) === String(shape)) return;
  const swapped = String([...got.shape].reverse()) === String(shape);
  throw new CheckError({
    subject: name,
    problem: "wrong shape",
    expected: `[${shape}]`,
    got: got.shape.length ? `[${got.shape}]` : "a number",
    likelyCause: swapped ? "rows and columns are swapped" : undefined,
    hint,
  });
}

/**
 * Fails unless `actual` equals `expected` within the tolerance: numbers, lists, matrices, sequences of matrices, or
 * records of them. The error names the first difference and, if the wrong values tell it, the likely cause.
 */
export function checkClose(
  name: string,
  actual: unknown,
  expected: Value | Params,
  options: CloseOptions = {},
): void {
  const wanted = readNumbers(expected);
  if (!wanted) {
    checkRecord(name, actual, expected as Params, options);
    return;
  }
  const { tolerance = 1e-6, likely = {}, hint, reveal = true } = options;
  const shown = reveal
    ? describe(expected)
    : `${wanted.form}${wanted.shape.length ? ` [${wanted.shape}]` : ""}`;
  const got = expectNumbers(name, actual, shown, hint);
  if (got.form === wanted.form && allNear(got, wanted, tolerance)) return;

  const known = Object.keys(likely).find((cause) => {
    const wrong = readNumbers(likely[cause]);
    return wrong && allNear(got, wrong, tolerance);
  });
  const likelyCause = known ?? diagnose(got, wanted, tolerance);
  const problem = { subject: name, likelyCause, hint };
  if (String(got.shape) !== String(wanted.shape)) {
    throw new CheckError({
      ...problem,
      problem: "wrong shape",
      expected: shown,
      got: describe(actual),
    });
  }
  if (allNear(got, wanted, tolerance)) {
    const form = { ...problem, problem: "right values in another form", likelyCause: undefined };
    throw new CheckError({ ...form, expected: shown, got: describe(actual) });
  }
  const { expected: right, ...rest } = difference(got, wanted, tolerance);
  throw new CheckError({ ...problem, ...rest, ...(reveal ? { expected: right } : {}) });
}

/** The first difference and both sides of it, with as many digits as it takes to see it. */
function difference(
  got: Numbers,
  expected: Numbers,
  tolerance: number,
): { problem: string; expected: string; got: string } {
  const differs = got.values.map((value, i) => !isClose(value, expected.values[i], tolerance));
  const i = differs.indexOf(true);
  const relative = Math.abs(got.values[i] / expected.values[i] - 1);
  const digits = relative > 0 && relative < 1 ? Math.min(15, Math.ceil(-log10(relative)) + 3) : 4;
  const count = differs.filter(Boolean).length;
  const all = got.values.length;
  return {
    problem:
      all === 1 ? "wrong value" : `${count} of ${all} values are wrong, first at ${place(expected, i)}`,
    expected: format(expected, Math.max(4, digits), i),
    got: format(got, Math.max(4, digits), i),
  };
}

function diagnose(got: Numbers, expected: Numbers, tolerance: number): string | undefined {
  for (const diagnosis of diagnoses) {
    const cause = diagnosis.says(got, expected, tolerance);
    if (cause) return cause;
  }
  return undefined;
}

function checkRecord(name: string, actual: unknown, expected: Params, options: CloseOptions): void {
  for (const key of Object.keys(expected)) {
    const likely = Object.entries(options.likely ?? {}).map(([cause, wrong]) => [
      cause,
      (wrong as Params)[key],
    ]);
    checkClose(`${name}.${key}`, entry(name, actual, key, Object.keys(expected)), expected[key], {
      ...options,
      likely: Object.fromEntries(likely.filter(([, wrong]) => wrong !== undefined)),
    });
  }
}

/** actual[key], or a failure that says which keys there are. */
export function entry(name: string, actual: unknown, key: string, expected: string[]): unknown {
  if (typeof actual === "object" && actual !== null && key in actual) {
    return (actual as Record<string, unknown>)[key];
  }
  throw new CheckError({
    subject: name,
    problem: actual === undefined ? "nothing came back" : `${key} is missing`,
    expected: `an object with ${expected.join(", ")}`,
    got: describe(actual),
    likelyCause: actual === undefined ? "a `return` is missing" : undefined,
  });
}

/** The numbers in `actual`, or a failure that says what came in their place. */
function expectNumbers(name: string, actual: unknown, expected: string, hint?: string): Numbers {
  const numbers = readNumbers(actual);
  if (numbers) return numbers;
  const causes: [boolean, string][] = [
    [actual === undefined, "a `return` is missing"],
    [typeof actual === "string", "text in quotes: write the number without them"],
    [typeof actual === "function", "the function itself was given: call it, with ()"],
    [actual instanceof Promise, "the function is async: write `await` before the call"],
  ];
  throw new CheckError({
    subject: name,
    problem: actual === undefined ? "nothing came back" : "not what was asked for",
    expected,
    got: describe(actual),
    likelyCause: causes.find(([applies]) => applies)?.[1],
    hint,
  });
}
