import { median } from "../statistics";
import { type Axis, type Figure, inWords, plain, rangeInWords } from "./figure";
import { lineFigure } from "./line";

export interface SeedsOptions {
  title: string;
  /** What the groups are: "cell, about 300 parameters each". */
  x: Axis;
  y: Axis;
  /** One column for each: what was trained with several seeds, and what came of each seed. */
  groups: { name: string; values: number[] }[];
  /** Lines across: rivals that need no seed. */
  baselines?: { name: string; value: number }[];
}

/**
 * A comparison over several seeds: in each column a point for each seed, and the median.
 * @throws if there is no group, or a group without values
 */
export function seedsFigure({ title, x, y, groups, baselines = [] }: SeedsOptions): Figure {
  const names = groups.map(({ name }) => name);
  const mode = groups.length > 1 ? ("lines" as const) : ("markers" as const); // no line leads across one column
  const medians = groups.map(({ values }) => median(values));
  const lines = baselines.map(({ name, value }, k) => ({
    ...{ name, values: names.map(() => value), mode },
    color: ["#000000", "#009E73", "#CC79A7"][k % 3],
  }));
  const words = groups.map(
    ({ name, values }, k) =>
      `${name}: ${values.length} seeds, ${rangeInWords(values)}, median ${inWords(medians[k])}`,
  );
  const across = baselines.map(({ name, value }) => `${name}: ${inWords(value)}`);
  return lineFigure({
    title,
    x: { ...x, values: names },
    y,
    series: [
      {
        ...{
          name: "each seed",
          values: groups.flatMap(({ values }) => values),
          mode: "markers",
          faint: true,
        },
        x: groups.flatMap(({ name, values }) => values.map(() => name)),
        color: "#0072B2",
      },
      { name: "median", values: medians, mode: "markers", color: "#D55E00" },
      ...lines,
    ],
    alt: plain(
      `Points "${title}". y: ${y.label}${y.log ? ", log scale" : ""}. ${[...words, ...across].join("; ")}.`,
    ),
  });
}
