/** What a stretch of a series is for: to learn from, to choose by, or to report on, once. */
export type Role = "train" | "validation" | "test";

/** A stretch of a series that knows what it is for and where it begins in the whole series. */
export interface Part {
  role: Role;
  values: number[];
  /** Index of values[0] in the whole series. */
  start: number;
}

/**
 * Cuts a series in time: first train, then validation, then test, each after the other and none shuffled. A test
 * value thus never lies before a training value, as no forecast knows the future.
 *
 * `train` and `validation` are shares of the length; the rest is test.
 * @throws unless train and test get at least one value each
 */
export function splitInTime(
  values: number[],
  shares: { train: number; validation?: number },
): { train: Part; validation: Part; test: Part } {
  const { train, validation = 0 } = shares;
  const trainEnd = Math.round(values.length * train);
  const validationEnd = Math.round(values.length * (train + validation));
  if (!(trainEnd > 0 && validation >= 0 && validationEnd < values.length)) {
    throw new Error(
      `splitInTime: train ${train} and validation ${validation} of ${values.length} values: ` +
        "both shares must leave something for train and for test, e.g. { train: 0.7, validation: 0.15 }",
    );
  }
  const part = (role: Role, start: number, end: number): Part => ({
    role,
    values: values.slice(start, end),
    start,
  });
  return {
    train: part("train", 0, trainEnd),
    validation: part("validation", trainEnd, validationEnd),
    test: part("test", validationEnd, values.length),
  };
}
