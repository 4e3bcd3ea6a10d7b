import {
  type Axis,
  colorBar,
  diverging,
  extent,
  type Figure,
  inWords,
  layoutOf,
  plain,
  rangeInWords,
  round,
  sequential,
} from "./figure";

export interface HeatmapOptions {
  title: string;
  x: Axis & { values?: ArrayLike<number | string> };
  y: Axis & { values?: ArrayLike<number | string> };
  /** values[i][j] at y i and x j; row 0 is drawn at the bottom. */
  values: ArrayLike<number>[];
  /** What the color measures, with its unit. */
  colorLabel: string;
  /** "diverging" for values around 0 (white is 0), "sequential" for sizes. By default what the signs tell. */
  colors?: "diverging" | "sequential";
  /** Lowest and highest value of the color scale. */
  colorRange?: [number, number];
  alt?: string;
}

/** A table of numbers as colors. */
export function heatmapFigure(options: HeatmapOptions): Figure {
  const { title, x, y, values, colorLabel } = options;
  const [low, high] = options.colorRange ?? extent(values);
  const around0 = (options.colors ?? (low < 0 && high > 0 ? "diverging" : "sequential")) === "diverging";
  const top = round(Math.max(Math.abs(low), Math.abs(high)));
  const scale = around0
    ? { colorscale: diverging, zmin: top && -top, zmax: top }
    : { colorscale: sequential, zmin: round(low), zmax: round(high) };
  const numbers = ({ values: at }: HeatmapOptions["x"], n: number) =>
    Array.from(at ?? Array.from({ length: n }, (_, k) => k));
  const heatmap = {
    type: "heatmap",
    x: numbers(x, values[0].length),
    y: numbers(y, values.length),
    z: values.length * values[0].length > 5000 ? packed(values) : values.map((row) => Array.from(row, round)),
    ...scale,
    colorbar: colorBar(colorLabel),
  };
  return {
    data: [heatmap],
    layout: layoutOf(title, countable(x, values[0].length), countable(y, values.length)),
    alt: options.alt ?? heatmapAlt(options, heatmap),
  };
}

/** Plotly's binary form of a large table: a notebook gives each number of a list a line of its own. NaN is a gap. */
export function packed(values: ArrayLike<number>[]): { dtype: "f4"; shape: string; bdata: string } {
  const numbers = Float32Array.from(values.flatMap((row) => Array.from(row)));
  return {
    dtype: "f4",
    shape: `${values.length}, ${values[0].length}`,
    bdata: Buffer.from(numbers.buffer).toString("base64"),
  };
}

/** Rows or columns that are only counted get a mark each while they are few: there is no unit 2.5. */
function countable(axis: HeatmapOptions["x"], n: number): Axis {
  return axis.values || n > 10 ? axis : { step: 1, ...axis };
}

function heatmapAlt(options: HeatmapOptions, at: { x: (number | string)[]; y: (number | string)[] }): string {
  const { title, x, y, values, colorLabel } = options;
  const [low, high] = extent(values);
  const i = Number.isNaN(high) ? -1 : values.findIndex((row) => Array.from(row).includes(high));
  const where =
    i < 0 ? "" : `, highest at ${inWords(at.x[Array.from(values[i]).indexOf(high)])}, ${inWords(at.y[i])}`;
  return plain(
    `Heatmap "${title}". x: ${x.label}, ${rangeInWords(at.x)}. y: ${y.label}, ${rangeInWords(at.y)}. ` +
      `Color: ${colorLabel}, ${inWords(low)} to ${inWords(high)}${where}.`,
  );
}
