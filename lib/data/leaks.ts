import type { Windows } from "./windows";

/** The windows of a forecasting experiment: what is learned from, and what is judged by. */
export interface Prepared {
  train: Windows;
  test: Windows;
}

/** A way in which the time of the test has become known to training. */
export interface Leak {
  kind: "shuffled split" | "overlapping windows" | "peeking scaler";
  /** What was found, and how to mend it. */
  message: string;
}

/**
 * Looks for leaks from the test's time into training. `prepare` is everything that happens to a series before a model
 * sees it: splitting, scaling, smoothing, cutting windows.
 *
 * Where the windows lie is read from their `targetStart`: no value may be a target of both, and training may have no
 * target later than one of the test. What the windows hold is tested by an experiment: all values from the first
 * target of the test on are changed, and `prepare` runs again. Windows that lie wholly before must come out as before.
 * To guard a validation part, give its windows as `test`.
 *
 * @returns one entry for each kind of leak, none if all is well
 */
export function findLeaks(prepare: (series: number[]) => Prepared, series: number[]): Leak[] {
  const { train, test } = prepare(series);
  const boundary = test.targetStart.reduce((a, b) => Math.min(a, b));
  const changed = prepare(withAnotherFuture(series, boundary));
  return [
    shuffled(targetsOf(train), targetsOf(test)),
    overlapping(targetsOf(train), targetsOf(test)),
    peeking({ train, test }, changed, boundary),
  ].filter((leak) => leak !== undefined);
}

/**
 * The same as a guard for the head of an experiment: `assertNoLeaks(prepare, series)`.
 * @throws if there is a leak, with everything that `findLeaks` found
 */
export function assertNoLeaks(prepare: (series: number[]) => Prepared, series: number[]): void {
  const leaks = findLeaks(prepare, series);
  if (leaks.length > 0) {
    throw new Error(`assertNoLeaks: ${leaks.map(({ kind, message }) => `${kind}: ${message}`).join("\n")}`);
  }
}

/** Another future, far outside of what was: a new maximum, mean and spread, and positive where the series is. */
function withAnotherFuture(series: number[], from: number): number[] {
  const top = series.reduce((a, b) => Math.max(a, Math.abs(b)), 1);
  return series.map((x, i) => (i < from ? x : 3 * top + x + i));
}

/** The indices, in the whole series, of all values that are targets. */
function targetsOf({ targets, targetStart }: Windows): Set<number> {
  return new Set(targetStart.flatMap((start, i) => targets[i].map((_, k) => start + k)));
}

function shuffled(train: Set<number>, test: Set<number>): Leak | undefined {
  const firstOfTest = [...test].filter((t) => !train.has(t)).reduce((a, b) => Math.min(a, b), Infinity);
  const later = [...train].filter((t) => !test.has(t) && t > firstOfTest);
  if (later.length === 0) return undefined;
  const message =
    `${later.length} values to learn from are later than value ${firstOfTest}, a target of the test; ` +
    "split in time first (splitInTime), shuffle only the training windows after that";
  return { kind: "shuffled split", message };
}

function overlapping(train: Set<number>, test: Set<number>): Leak | undefined {
  const both = [...test].filter((t) => train.has(t));
  if (both.length === 0) return undefined;
  const message =
    `${both.length} values, such as value ${both[0]}, are targets of both training and test; ` +
    "cut the windows of each part by itself: windows(train, …), windows(test, { …, history })";
  return { kind: "overlapping windows", message };
}

function peeking(before: Prepared, after: Prepared, boundary: number): Leak | undefined {
  const ends = ({ targets, targetStart }: Windows, i: number) => targetStart[i] + targets[i].length;
  const learned = before.train.targetStart.flatMap((_, i) => (ends(before.train, i) <= boundary ? [i] : []));
  const first = before.test.targetStart.indexOf(boundary);
  const same =
    learned.every((i) => equal(before.train, after.train, i)) &&
    String(before.test.inputs[first]) === String(after.test.inputs[first]);
  if (same) return undefined;
  const message =
    `when only values from ${boundary} on were changed, windows before them changed too; ` +
    "fit scalers and filters on the training part alone, then apply them to every part";
  return { kind: "peeking scaler", message };
}

function equal(a: Windows, b: Windows, i: number): boolean {
  return String(a.inputs[i]) === String(b.inputs[i]) && String(a.targets[i]) === String(b.targets[i]);
}
