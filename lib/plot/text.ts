import { colorBar, diverging, extent, type Figure, inWords, layoutOf, paperTo, plain, round } from "./figure";
import { packed } from "./heatmap";
import { sliderFigure } from "./slider";

export interface TextOptions {
  title: string;
  text: string;
  /** One number for each character; NaN leaves it without color. */
  values: ArrayLike<number>;
  /** What the color measures, with its unit. */
  colorLabel: string;
  /** Lowest and highest value of the color scale. */
  colorRange?: [number, number];
  /** "diverging" for values around 0, "sequential" for sizes. By default what the signs tell. */
  colors?: "diverging" | "sequential";
  /** A line is broken after so many characters, by default 60, and where the text breaks it. */
  perLine?: number;
  /** Index of a character to put a frame around. */
  marked?: number;
  alt?: string;
}

/**
 * A text whose characters are colored by a number each: a unit, a gate or a gradient over what was read.
 * @throws unless there is one value for each character
 */
export function textFigure(options: TextOptions): Figure {
  const { title, text, values, colorLabel, perLine = 60, marked } = options;
  const characters = [...text];
  if (characters.length !== values.length || characters.length === 0) {
    throw new Error(
      `textFigure "${title}": ${characters.length} characters and ${values.length} values; give one for each`,
    );
  }
  const lines = linesOf(characters, perLine);
  const [low, high] = options.colorRange ?? extent([values]);
  const around0 = (options.colors ?? (low < 0 && high > 0 ? "diverging" : "sequential")) === "diverging";
  const top = round(Math.max(Math.abs(low), Math.abs(high)));
  const scale = around0
    ? { colorscale: diverging, zmin: top && -top, zmax: top }
    : { colorscale: paperTo("#D55E00"), zmin: round(Math.min(low, 0)), zmax: round(high) };
  const across = <T>(cell: (k: number) => T, gap: T): T[][] =>
    lines.map((line) =>
      Array.from({ length: perLine }, (_, column) => (column in line ? cell(line[column]) : gap)),
    );
  const shown = (k: number) => (Number.isFinite(values[k]) ? Number(values[k].toPrecision(3)) : 0);
  return {
    data: [
      {
        type: "heatmap",
        x: Array.from({ length: perLine }, (_, column) => column),
        y: lines.map((_, line) => line),
        z: packed(across(shown, Number.NaN)),
        text: across((k) => visible(characters[k]), ""),
        customdata: across((k) => String(k), ""),
        texttemplate: "%{text}",
        textfont: { family: "ui-monospace, Menlo, Consolas, monospace", size: 15 },
        hovertemplate: `%{text}: %{z}<extra></extra>`,
        hoverongaps: false,
        xgap: 1,
        ygap: 3,
        ...scale,
        colorbar: colorBar(colorLabel),
      },
      ...(marked === undefined ? [] : [frameAround(placeOf(lines, marked))]),
    ],
    layout: layoutOf(title, { label: "" }, { label: "" }, 0, {
      xaxis: { visible: false, range: [-0.5, perLine - 0.5] },
      yaxis: { visible: false, range: [lines.length - 0.5, -0.5] },
      height: 96 + Math.max(30 * lines.length, 150), // the color scale needs 150
      margin: { l: 12, r: 12, t: 56, b: 16 },
    }),
    alt: options.alt ?? textAlt(options, characters),
  };
}

export interface MemoryOptions extends Omit<TextOptions, "values" | "marked" | "alt"> {
  /** values[t][k]: what character k counts for at character t. Characters after t get no color. */
  values: ArrayLike<number>[];
  /** The character to begin with, by default the last. */
  start?: number;
}

/**
 * For each character of a text what the others count for: move the slider, or in JupyterLab point at a character.
 * @throws unless there is a list of values for each character
 */
export function memoryFigure({ values, start = values.length - 1, ...options }: MemoryOptions): Figure {
  const characters = [...options.text];
  const colorRange = options.colorRange ?? extent(values.map((row, t) => Array.from(row).slice(0, t + 1)));
  const strongest = (t: number): string => {
    const order = characters.slice(0, t + 1).map((_, k) => k);
    const [first, ...others] = order
      .sort((a, b) => Math.abs(values[t][b]) - Math.abs(values[t][a]))
      .slice(0, 3);
    return [first, ...others]
      .map((k) => `${visible(characters[k])} ${t - k} back (${inWords(values[t][k])})`)
      .join(", ");
  };
  const figure = sliderFigure({
    title: options.title,
    parameter: { name: "character", values: characters.map((_, k) => k) },
    figureAt: (t) =>
      textFigure({
        ...options,
        colorRange,
        values: characters.map((_, k) => (k <= t ? values[t][k] : Number.NaN)),
        marked: t,
      }),
    start,
    alt: plain(
      `Text "${options.text.replaceAll("\n", " / ")}", with a slider for the character that is asked about. Color: ` +
        `${options.colorLabel}. At character ${start}, ${visible(characters[start])}, the strongest are ${strongest(start)}.`,
    ),
  });
  return { ...figure, layout: { ...figure.layout, meta: { follow: true } } };
}

/** The indices of the characters, line by line. */
function linesOf(characters: string[], perLine: number): number[][] {
  const lines: number[][] = [[]];
  characters.forEach((character, k) => {
    if (lines[lines.length - 1].length === perLine) lines.push([]);
    lines[lines.length - 1].push(k);
    if (character === "\n" && k < characters.length - 1) lines.push([]);
  });
  return lines;
}

function frameAround([column, line]: [number, number]): Record<string, unknown> {
  const marker = { symbol: "square-open", size: 20, color: "#0072B2", line: { width: 2.5 } };
  return { type: "scatter", mode: "markers", x: [column], y: [line], marker, hoverinfo: "skip" };
}

function placeOf(lines: number[][], k: number): [number, number] {
  const y = lines.findIndex((line) => line.includes(k));
  return [lines[y].indexOf(k), y];
}

const visible = (character: string): string => ({ "\n": "⏎", " ": "␣" })[character] ?? character;

function textAlt({ title, text, values, colorLabel }: TextOptions, characters: string[]): string {
  const order = characters.map((_, k) => k).filter((k) => Number.isFinite(values[k]));
  const top = order.sort((a, b) => Math.abs(values[b]) - Math.abs(values[a])).slice(0, 5);
  const named = top
    .sort((a, b) => a - b)
    .map((k) => `${visible(characters[k])} at ${k} (${inWords(values[k])})`);
  return plain(
    `Text "${title}": ${text.replaceAll("\n", " / ")}. Color: ${colorLabel}, strongest ${named.join(", ")}.`,
  );
}
