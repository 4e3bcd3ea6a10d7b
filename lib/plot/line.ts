import { log10, pow } from "../math";
import {
  type Axis,
  dashes,
  extent,
  type Figure,
  inWords,
  layoutOf,
  legendLines,
  palette,
  plain,
  rangeInWords,
  round,
} from "./figure";

/** One curve. */
export interface Series {
  name: string;
  values: ArrayLike<number>;
  /** Where on the x axis; by default the figure's x values. */
  x?: ArrayLike<number | string>;
  /** By default "lines"; "markers" for points. */
  mode?: "lines" | "markers" | "lines+markers";
  /** By default the palette's colors in turn. */
  color?: string;
  /** Pale, for what stands behind: single seeds behind their mean, raw values behind smooth ones. */
  faint?: boolean;
  /** False keeps it out of the legend and of the text alternative: one of many seeds whose mean is named. */
  legend?: boolean;
}

export interface LineOptions {
  title: string;
  /** `values` are shared by all series without an x of their own; by default 0, 1, 2, … */
  x: Axis & { values?: ArrayLike<number | string> };
  y: Axis;
  series: Series[];
  /** By default composed from titles, names and ranges. */
  alt?: string;
}

/**
 * Curves over a common axis. Numbers that are not finite leave a gap. On a log axis zeros cannot be drawn: they
 * are put on a floor a decade below the smallest positive value, and label and text alternative say so.
 * @throws if there is nothing to draw, if x and values of a series differ in length, or if a log axis gets a
 * negative number
 */
export function lineFigure({ title, x, y, series, alt }: LineOptions): Figure {
  const empty = series.find(({ values }) => values.length === 0);
  if (empty || series.length === 0) {
    const what = empty ? `series "${empty.name}" has no values` : "there are no series";
    throw new Error(`lineFigure "${title}": ${what}; give at least one series with one value`);
  }
  const floor = y.log ? logFloor(title, series) : undefined;
  const data = series.map((one, i) => {
    const xs = one.x ?? x.values ?? Array.from({ length: one.values.length }, (_, k) => k);
    if (xs.length !== one.values.length) {
      throw new Error(
        `lineFigure "${title}": series "${one.name}" has ${one.values.length} values and ${xs.length} x; ` +
          "give one x for each value",
      );
    }
    const { name, mode = "lines" } = one;
    const color = one.color ?? palette[i % palette.length];
    const dash = one.color ? "solid" : dashes[i % dashes.length];
    return {
      type: "scatter",
      mode,
      name,
      x: Array.from(xs, (value) => (typeof value === "number" ? round(value) : value)),
      y: Array.from(one.values, (value) => round(value === 0 && floor !== undefined ? floor : value)),
      ...(mode.includes("lines") ? { line: { color, dash, width: xs.length > 500 ? 1 : 2 } } : {}),
      ...(mode.includes("markers") ? { marker: { color, size: 7 } } : {}),
      ...(one.faint ? { opacity: 0.4 } : {}),
      ...(one.legend === false ? { showlegend: false } : {}),
    };
  });
  const named = series.filter(({ legend }) => legend !== false).map(({ name }) => name);
  return {
    data,
    layout: layoutOf(
      title,
      x,
      y.log ? logAxis(y, series, floor) : y,
      series.length > 1 ? legendLines(named, 600) : 0, // 700 px are a narrow page; 100 of them are the margins
    ),
    alt: alt ?? lineAlt({ title, x, y, series }, floor),
  };
}

/** Several curves as one, with a gap after each: many seeds under one name. */
export function inOne(curves: ArrayLike<number>[]): number[] {
  return curves.flatMap((values) => [...Array.from(values), Number.NaN]);
}

/** Where to draw zeros on a log axis, or undefined if there are none. */
function logFloor(title: string, series: Series[]): number | undefined {
  const all = series.flatMap(({ values }) => Array.from(values));
  const negative = all.find((value) => value < 0);
  if (negative !== undefined) {
    throw new Error(`lineFigure "${title}": a log axis cannot show ${negative}; drop log, or plot its size`);
  }
  if (!all.includes(0)) return undefined;
  const [smallest] = extent([all.filter((value) => value > 0)]);
  return Number.isNaN(smallest) ? 1e-16 : pow(10, Math.floor(log10(smallest)) - 1);
}

/** A log axis with about eight marks, and what zeros became. */
function logAxis(y: Axis, series: Series[], floor?: number): Axis {
  const positive = series.map(({ values }) => Array.from(values).filter((value) => value > 0));
  const [low, high] = extent([...positive, floor === undefined ? [] : [floor]]);
  const step = Math.max(1, Math.ceil(log10(high / low) / 8)) || 1;
  return floor === undefined
    ? { step, ...y }
    : { step, ...y, label: `${y.label}; 0 drawn at ${inWords(floor)}` };
}

function lineAlt({ title, x, y, series }: LineOptions, floor?: number): string {
  const xs = series[0].x ?? x.values ?? [0, series[0].values.length - 1];
  const named = series.filter(({ legend }) => legend !== false);
  const curves = named.map(({ name, values }) => {
    const gaps = Array.from(values).filter((value) => !Number.isFinite(value)).length;
    const missing = gaps > 0 ? `, ${gaps} not finite and left out` : "";
    return `${name}: ${rangeInWords(values)}, last ${inWords(values[values.length - 1])}${missing}`;
  });
  const zeros = floor === undefined ? "" : ` Zeros are drawn at ${inWords(floor)}.`;
  const scale = y.log ? ", log scale" : "";
  return plain(
    `Line plot "${title}". x: ${x.label}, ${rangeInWords(xs)}. y: ${y.label}${scale}. ` +
      `${curves.join("; ")}.${zeros}`,
  );
}
