import type { Part } from "./split";

/** Cut-outs of a series: inputs[i] are `length` values in a row, targets[i] the `horizon` values after them. */
export interface Windows {
  inputs: number[][];
  targets: number[][];
  /** Index of targets[i][0] in the whole series: where a forecast is drawn. */
  targetStart: number[];
}

export interface WindowOptions {
  /** Values in each input, T. */
  length: number;
  /** Values to predict, by default 1. */
  horizon?: number;
  /** Steps from one window to the next, by default 1. */
  stride?: number;
  /** The part right before this one. Inputs may then reach back into it; targets never do. */
  history?: Part;
}

/**
 * Slides a window over a series, or over one part of it: inputs and targets then stay inside that part.
 *
 * inputs[i] = x[s … s+length−1], targets[i] = x[s+length … s+length+horizon−1], with s = i·stride
 *
 * With `history` the first target is the part's first value. This is honest for validation and test, since a
 * forecast may look at all values before it, but only if no target is ever one that was learned from.
 * @throws if not one window fits, or if `history` does not end where the part starts
 */
export function windows(series: Part | number[], options: WindowOptions): Windows {
  const { length, horizon = 1, stride = 1, history } = options;
  for (const [name, value] of Object.entries({ length, horizon, stride })) {
    if (!(Number.isInteger(value) && value > 0)) {
      throw new Error(`windows: ${name} ${value}: give a whole number, at least 1`);
    }
  }
  const part: Part = Array.isArray(series) ? { role: "train", values: series, start: 0 } : series;
  const past = history ? pastOf(part, history).slice(-length) : [];
  const values = [...past, ...part.values];
  const first = part.start - past.length;

  const out: Windows = { inputs: [], targets: [], targetStart: [] };
  for (let s = 0; s + length + horizon <= values.length; s += stride) {
    out.inputs.push(values.slice(s, s + length));
    out.targets.push(values.slice(s + length, s + length + horizon));
    out.targetStart.push(first + s + length);
  }
  if (out.inputs.length === 0) {
    throw new Error(
      `windows: ${values.length} values do not hold one window of length ${length} + horizon ${horizon}; ` +
        "take a smaller length, or give the part before as history",
    );
  }
  return out;
}

function pastOf(part: Part, history: Part): number[] {
  const end = history.start + history.values.length;
  if (end !== part.start) {
    throw new Error(
      `windows: history ends before index ${end}, the part starts at ${part.start}; ` +
        "give the part right before, e.g. history: validation for the test part",
    );
  }
  return history.values;
}
