import { log10 } from "../math";
/** A plotly figure as a plain record, with the text that stands for it where no picture can be seen. */
export interface Figure {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
  /** What a slider switches between. */
  frames?: Record<string, unknown>[];
  /** What the picture shows, in words and numbers. */
  alt: string;
}

/** Okabe and Ito's colors, told apart by all common kinds of color vision. Yellow is left out: too pale for lines. */
export const palette: readonly string[] = [
  "#0072B2", // blue
  "#D55E00", // vermilion
  "#009E73", // green
  "#CC79A7", // pink
  "#E69F00", // orange
  "#56B4E9", // sky blue
  "#000000",
];

/** Marks and dashes change with the color, so that a legend works in grayscale too. */
export const dashes: readonly string[] = [
  "solid",
  "dash",
  "dot",
  "dashdot",
  "longdash",
  "longdashdot",
  "solid",
];

/** For values around 0: blue below, white at 0, orange above. */
export const diverging: [number, string][] = [
  [0, "#00406B"],
  [0.25, "#4A97C9"],
  [0.5, "#F7F7F7"],
  [0.75, "#E88A4A"],
  [1, "#8A3A00"],
];

/** From the paper's own color, which follows the theme, to `color`: for values of which most are near 0. */
export function paperTo(color: string): [number, string][] {
  return [
    [0, "#FEFEFE"],
    [1, color],
  ];
}

/** For values from small to large; made for color-blind readers. */
export const sequential = "Cividis";

/** An axis of a figure: what it measures, with the unit in the label: "time (months)". */
export interface Axis {
  label: string;
  log?: boolean;
  /** From one mark of the axis to the next; on a log axis a number of powers of ten, by default 1. */
  step?: number;
  /** Where the marks stand, instead of `step`: on a log axis of a decade or two 0.1, 0.2, 0.5, 1 say more than powers. */
  ticks?: number[];
  /** What stands at these marks in place of their numbers, e.g. the characters of a text. */
  tickTexts?: string[];
  /** Lowest and highest value shown; by default what the data need. */
  range?: [number, number];
}

/** A legend between title and curves. */
const above = { orientation: "h", x: 0, xanchor: "left", y: 1.01, yanchor: "bottom" };

/** How many lines plotly makes of these names, so many pixels wide: what does not fit in one goes in columns. */
export function legendLines(names: string[], width: number): number {
  const widths = names.map((name) => 45 + 7.5 * plain(name).length);
  if (widths.reduce((sum, one) => sum + one, 0) <= width) return Math.min(names.length, 1);
  return Math.ceil(names.length / Math.max(1, Math.floor(width / Math.max(...widths))));
}

/**
 * Plotly's layout for a figure with a title and two named axes; grows with the page's width. `lines` of legend get
 * room between the title and the curves.
 */
export function layoutOf(
  title: string,
  x: Axis,
  y: Axis,
  lines = 0,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    title: {
      text: title,
      x: 0,
      xref: "paper",
      xanchor: "left",
      y: 1,
      yref: "container",
      yanchor: "top",
      pad: { t: 16 },
      font: { size: 17 },
    },
    autosize: true,
    height: 400,
    margin: { l: 76, r: 24, t: 52 + 24 * lines, b: 60 },
    font: { family: "system-ui, Segoe UI, Helvetica, Arial, sans-serif", size: 14, color: "#222222" },
    colorway: palette,
    hoverlabel: { font: { size: 13 } },
    xaxis: { ...axisOf(x), zeroline: false },
    yaxis: { ...axisOf(y), ...(y.log ? {} : { zerolinecolor: "#BBBBBB" }) },
    showlegend: lines > 0,
    ...(lines > 0 ? { legend: above } : {}),
    ...more,
  };
}

/** The color scale beside a map, with its title on top: at the side plotly lets it run into the numbers. */
export function colorBar(label: string): Record<string, unknown> {
  return { title: { text: label, side: "top" }, outlinewidth: 0, thickness: 14 };
}

/** Plotly's form of an axis. */
export function axisOf({ label, log, range, step, ticks, tickTexts }: Axis): Record<string, unknown> {
  const axis = {
    title: { text: label, standoff: 10 },
    showline: true,
    linecolor: "#666666",
    ticks: "outside",
    tickcolor: "#666666",
    gridcolor: "#E6E6E6",
    automargin: true,
    ...(log ? { type: "log", exponentformat: "power", dtick: step ?? 1 } : step ? { dtick: step } : {}),
    ...(ticks ? { tickmode: "array", tickvals: ticks, ticktext: tickTexts ?? ticks.map(String) } : {}),
  };
  return range ? { ...axis, range: log ? range.map(log10) : range } : axis;
}

/** Six significant digits: a figure stays small, and the same on machines that differ in the last bits. */
export function round(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}

/** A label as the text alternatives write it: h_t for h<sub>t</sub>, J^k for J<sup>k</sup>. */
export function plain(text: string): string {
  return text.replace(/<sub>(.*?)<\/sub>/g, "_$1").replace(/<sup>(.*?)<\/sup>/g, "^$1");
}

/** A number as the text alternatives write it: whole ones, such as years, in full. */
export function inWords(value: number | string): string {
  if (typeof value === "string") return value;
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(3)));
}

/** "a to b" of the finite numbers, or first to last of dates. */
export function rangeInWords(values: ArrayLike<number | string>): string {
  if (typeof values[0] === "string") return `${values[0]} to ${values[values.length - 1]}`;
  const [low, high] = extent([values as ArrayLike<number>]);
  return `${inWords(low)} to ${inWords(high)}`;
}

/** Smallest and largest finite number of several lists; [NaN, NaN] if there is none. */
export function extent(lists: ArrayLike<number>[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      if (!Number.isFinite(list[i])) continue;
      low = Math.min(low, list[i]);
      high = Math.max(high, list[i]);
    }
  }
  return low <= high ? [low, high] : [Number.NaN, Number.NaN];
}
