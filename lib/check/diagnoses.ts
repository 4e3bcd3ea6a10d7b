import { allNear, type Numbers } from "./numbers";

/** A mistake that shows in the numbers alone. `says` gives the likely cause, or undefined if it is another one. */
interface Diagnosis {
  name: string;
  says(got: Numbers, expected: Numbers, tolerance: number): string | undefined;
}

/** In the order in which they are tried: the most telling first. */
export const diagnoses: Diagnosis[] = [
  {
    name: "not a number",
    says: (got) =>
      got.values.some(Number.isNaN)
        ? "NaN comes from 0/0, log of a negative, or an index past the end"
        : undefined,
  },
  {
    name: "infinite",
    says: (got) =>
      got.values.every(Number.isFinite) ? undefined : "a division by 0, log(0), or an exp that overflows",
  },
  {
    name: "zeros",
    says: (got) =>
      got.values.length > 1 && got.values.every((value) => value === 0)
        ? "everything is 0: was the result filled in, or multiplied by 0?"
        : undefined,
  },
  {
    name: "transposed",
    says: (got, expected, tolerance) =>
      got.shape.length === 2 && allNear(transposed(got), expected, tolerance)
        ? "rows and columns are swapped: the right values, transposed"
        : undefined,
  },
  {
    name: "sign",
    says: (got, expected, tolerance) =>
      allNear(scaled(got, -1), expected, tolerance) ? "the sign is flipped everywhere" : undefined,
  },
  {
    name: "nearly",
    says: (got, expected, tolerance) =>
      isNear(got, expected)
        ? `nearly right, but not within ${tolerance}: were the numbers rounded on the way?`
        : undefined,
  },
  {
    name: "factor",
    says(got, expected, tolerance) {
      const factor = commonFactor(got, expected);
      if (factor === undefined || !allNear(got, scaled(expected, factor), tolerance)) return undefined;
      return `yours is ${short(factor)} × the expected ${expected.values.length > 1 ? "everywhere" : "value"}`;
    },
  },
  {
    name: "offset",
    says(got, expected, tolerance) {
      const offset = got.values[0] - expected.values[0];
      const moved = { ...expected, values: expected.values.map((value) => value + offset) };
      // two numbers may differ by the same amount by chance
      if (got.values.length < 3 || !allNear(got, moved, tolerance)) return undefined;
      return `yours is the expected ${offset < 0 ? "−" : "+"} ${short(Math.abs(offset))} everywhere: a term is missing or added twice`;
    },
  },
  {
    name: "reversed",
    says: (got, expected, tolerance) =>
      allNear(reversed(got), expected, tolerance) ? "the right values in reverse order" : undefined,
  },
  {
    name: "order",
    says: (got, expected, tolerance) =>
      allNear(sorted(got), sorted(expected), tolerance) ? "the right numbers in another order" : undefined,
  },
  {
    name: "reshaped",
    says: (got, expected, tolerance) =>
      got.values.length === expected.values.length &&
      allNear({ ...got, shape: expected.shape }, expected, tolerance)
        ? "the right values in another shape"
        : undefined,
  },
];

/** Off by less than a thousandth of the largest entry. */
function isNear(got: Numbers, expected: Numbers): boolean {
  const largest = Math.max(...expected.values.map(Math.abs));
  return (
    String(got.shape) === String(expected.shape) &&
    got.values.every((value, i) => Math.abs(value - expected.values[i]) <= 1e-3 * largest)
  );
}

function scaled(numbers: Numbers, factor: number): Numbers {
  return { ...numbers, values: numbers.values.map((value) => value * factor) };
}

function transposed({ form, shape: [rows, cols], values }: Numbers): Numbers {
  return {
    form,
    shape: [cols, rows],
    values: values.map((_, i) => values[(i % rows) * cols + Math.floor(i / rows)]),
  };
}

/** The first dimension backwards: steps of a sequence, rows of a matrix, entries of a list. */
function reversed(numbers: Numbers): Numbers {
  const { shape, values } = numbers;
  const size = values.length / (shape[0] ?? 1);
  const blocks = Array.from({ length: shape[0] ?? 1 }, (_, k) => values.slice(k * size, (k + 1) * size));
  return { ...numbers, values: blocks.reverse().flat() };
}

function sorted(numbers: Numbers): Numbers {
  return { ...numbers, values: [...numbers.values].sort((a, b) => a - b) };
}

/**
 * k of got ≈ k·expected by least squares. A single number is k times any other, so there only
 * factors that people forget count.
 */
function commonFactor(got: Numbers, expected: Numbers): number | undefined {
  const dot = (a: Numbers, b: Numbers): number =>
    a.values.reduce((sum, value, i) => sum + value * b.values[i], 0);
  if (String(got.shape) !== String(expected.shape)) return undefined;
  const factor = dot(got, expected) / dot(expected, expected);
  const nonzero = expected.values.filter((value) => value !== 0).length;
  if (nonzero > 1) return factor;
  return [0.25, 0.5, 2, 4, 0.1, 10, 0.01, 100].find((usual) => Math.abs(factor - usual) < 1e-6 * usual);
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
