import type { Part } from "./split";

/** A test part that has not been looked at: how long it is and where it begins may be known, its values not. */
export interface SealedTest {
  readonly start: number;
  readonly length: number;
  readonly opened: boolean;
  /**
   * The test part, once.
   * @throws the second time
   */
  open(): Part;
}

/**
 * Closes the test part until everything is chosen. It opens once: a second look, after something was changed because
 * of the first, makes it a validation part, and its error too good.
 *
 * It reminds, it does not lock: whoever runs the whole notebook again has a new seal, and says so in the report.
 * @throws unless it gets the test part of `splitInTime`
 */
export function sealTest(test: Part): SealedTest {
  if (test.role !== "test") {
    const got = test.role ? `the ${test.role} part` : "values that are not a part";
    throw new Error(`sealTest: expected the test part of splitInTime, got ${got}`);
  }
  const { start, values } = test;
  let opened = false;
  return {
    start,
    length: values.length,
    get opened() {
      return opened;
    },
    open() {
      if (opened) {
        throw new Error(
          "sealTest: the test part was opened before. Whatever is chosen after the first look is chosen by it: " +
            "report the first result, and compare on the validation part",
        );
      }
      opened = true;
      return { role: "test", start, values: [...values] };
    },
  };
}
