import { log10 } from "../math";
import { extent, type Figure, inWords, round } from "./figure";

export interface SliderOptions {
  title: string;
  /** What the slider changes, e.g. { name: "u", values: [0, 0.5, 1] }. */
  parameter: { name: string; values: number[] };
  /** The figure for one value: always with the same number of series. */
  figureAt(value: number): Figure;
  /** Index of the value to begin with, by default 0. */
  start?: number;
  alt?: string;
}

/**
 * A figure with a slider: one figure for each value of a parameter, all computed beforehand, so that it also works
 * without a kernel. Axes and color scales hold the range of all of them: the curves move, not the scale.
 * @throws unless each value gives the same number of series
 */
export function sliderFigure({ title, parameter, figureAt, start = 0, alt }: SliderOptions): Figure {
  const names = parameter.values.map(inWords);
  const figures = sameColorRange(parameter.values.map(figureAt));
  const first = figures[start];
  const other = figures.findIndex((figure) => figure.data.length !== first.data.length);
  if (other >= 0) {
    throw new Error(
      `sliderFigure "${title}": ${first.data.length} series at ${names[start]}, ${figures[other].data.length} ` +
        `at ${names[other]}; give the same series for every value`,
    );
  }
  const steps = names.map((name) => ({
    label: name,
    method: "animate",
    args: [[name], { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } }],
  }));
  const slider = {
    active: start,
    currentvalue: { prefix: `${parameter.name} = `, font: { size: 15 } },
    pad: { t: 56, b: 8 },
    steps,
  };
  return {
    data: first.data,
    layout: {
      ...first.layout,
      ...fixedAxes(figures),
      title: { ...(first.layout.title as object), text: title },
      margin: { ...(first.layout.margin as object), b: 130 },
      height: (first.layout.height as number) + 80,
      sliders: [slider],
    },
    frames: changes(figures).map((data, i) => ({ name: names[i], data, traces: data.map((_, k) => k) })),
    alt:
      alt ??
      `${title}, with a slider for ${parameter.name} from ${names[0]} to ${names[names.length - 1]}. ` +
        `At ${names[start]}: ${first.alt}`,
  };
}

/** Of each series only what differs somewhere: a frame needs no more, and the file stays small. */
function changes(figures: Figure[]): Record<string, unknown>[][] {
  const varies = figures[0].data.map((series, k) =>
    Object.keys(series).filter((key) =>
      figures.some(({ data }) => JSON.stringify(data[k][key]) !== JSON.stringify(series[key])),
    ),
  );
  return figures.map(({ data }) =>
    data.map((series, k) => Object.fromEntries(varies[k].map((key) => [key, series[key]]))),
  );
}

/** The x and y axis with a range that holds all figures; an axis of dates is left to plotly. */
function fixedAxes(figures: Figure[]): Record<string, unknown> {
  const fixed = (["x", "y"] as const).map((key) => {
    const axis = figures[0].layout[`${key}axis`] as { range?: unknown; type?: string } | undefined;
    const lists = figures.flatMap(({ data }) => data.map((series) => series[key] as number[]));
    const log = axis?.type === "log";
    const [low, high] = extent(lists.map((list) => (log ? list.map(log10) : list)));
    if (!axis || axis.range || Number.isNaN(low)) return [`${key}axis`, axis];
    const cells = figures[0].data[0].type === "heatmap";
    const margin = cells ? 0.5 : (high - low || 1) * (key === "x" ? 0.02 : 0.06);
    return [`${key}axis`, { ...axis, range: [round(low - margin), round(high + margin)] }];
  });
  return Object.fromEntries(fixed.filter(([, axis]) => axis));
}

/** Heatmaps with the same lowest and highest color in all figures. */
function sameColorRange(figures: Figure[]): Figure[] {
  const limits = figures.flatMap(({ data }) => data.flatMap(({ zmin, zmax }) => [zmin, zmax] as number[]));
  const [zmin, zmax] = extent([limits]);
  if (Number.isNaN(zmin)) return figures;
  return figures.map((figure) => ({
    ...figure,
    data: figure.data.map((series) => ("zmin" in series ? { ...series, zmin, zmax } : series)),
  }));
}
