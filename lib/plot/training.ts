import { log10 } from "../math";
import type { Matrix } from "../matrix";
import type { Trace } from "../train";
import { axisOf, type Figure, palette, rangeInWords, round } from "./figure";
import { heatmapFigure } from "./heatmap";
import { lineFigure, type Series } from "./line";

/** One trace, or several under their names, to be compared. */
export type Traces = Trace | Record<string, Trace>;

/** The loss at each step of training; `smooth` draws a moving average over so many steps, the raw loss pale. */
export function lossFigure(
  traces: Traces,
  options: { title?: string; unit?: string; log?: boolean; smooth?: number } = {},
): Figure {
  const { title = "Loss during training", unit, log, smooth } = options;
  const raw = named(traces, "loss").map(([name, trace]) => ({ name, values: trace.loss }));
  const series = smooth === undefined ? raw : raw.flatMap((one, i) => smoothed(one, smooth, palette[i]));
  return lineFigure({
    title,
    x: { label: "step" },
    y: { label: unit ? `loss (${unit})` : "loss", log },
    series,
  });
}

/** The norm of the gradient at each step, before clipping, on a log axis; `clipNorm` is drawn as a line. */
export function gradNormFigure(traces: Traces, options: { title?: string; clipNorm?: number } = {}): Figure {
  const { title = "Gradient norm during training", clipNorm } = options;
  const series: Series[] = named(traces, "before clipping").map(([name, trace]) => ({
    name,
    values: trace.gradNorm,
  }));
  const steps = Math.max(...series.map(({ values }) => values.length));
  if (clipNorm !== undefined) {
    series.push({ name: `clipped to ${clipNorm}`, x: [0, steps - 1], values: [clipNorm, clipNorm] });
  }
  return lineFigure({ title, x: { label: "step" }, y: { label: "‖∂L/∂params‖", log: true }, series });
}

/** ‖∂L/∂hₜ‖ against t on a log axis, e.g. `gradientOverTimeFigure({ RNN: dhTotals.map(norm) })`. */
export function gradientOverTimeFigure(
  norms: Record<string, ArrayLike<number>>,
  options: { title?: string; yLabel?: string } = {},
): Figure {
  const { title = "Gradient through time", yLabel = "‖∂L/∂h<sub>t</sub>‖" } = options;
  const series = Object.entries(norms).map(([name, values]) => ({ name, values }));
  return lineFigure({ title, x: { label: "time step t" }, y: { label: yLabel, log: true }, series });
}

/**
 * ‖∂L/∂hₜ‖ as color, over t = 1 … T and over training (the trace's `overTime`), as log10. Zeros are drawn at the smallest
 * positive value, and the text alternative says so. `colorRange`: lowest and highest log10 of the color scale, to
 * compare two runs.
 * @throws if the trace recorded nothing over time
 */
export function gradientHeatmapFigure(
  trace: Trace,
  options: { title?: string; colorRange?: [number, number] } = {},
): Figure {
  const { title = "Gradient through time, during training", colorRange } = options;
  if (trace.overTime.length === 0) {
    throw new Error("gradientHeatmapFigure: the trace has no overTime; train with recordOverTime: 10");
  }
  const all = trace.overTime.flatMap(({ norms }) => norms);
  const smallest = all.reduce(
    (least, norm) => (norm > 0 && norm < least ? norm : least),
    Number.POSITIVE_INFINITY,
  );
  const zeros = all.filter((norm) => norm === 0).length;
  const T = Math.max(...trace.overTime.map(({ norms }) => norms.length));
  const figure = heatmapFigure({
    title,
    x: { label: "training step", values: trace.overTime.map(({ step }) => step) },
    y: { label: "time step t", values: Array.from({ length: T }, (_, i) => i + 1) },
    values: Array.from({ length: T }, (_, t) =>
      trace.overTime.map(({ norms }) => log10(Math.max(norms[t], smallest))),
    ),
    colorLabel: "log10 ‖∂L/∂h<sub>t</sub>‖",
    colors: "sequential",
    colorRange,
  });
  if (zeros === 0) return figure;
  return { ...figure, alt: `${figure.alt} ${zeros} zeros are drawn as the smallest positive value.` };
}

export interface HiddenStateOptions {
  title?: string;
  /** Which sequence of the batch, by default the first. */
  batchRow?: number;
  times?: ArrayLike<number | string>;
  xLabel?: string;
  /** Lowest and highest value of the color scale, e.g. [-1, 1]; by default what the states need. */
  colorRange?: [number, number];
  /** What the cell read, one value a step: drawn below the states, on the same time axis. */
  input?: { label: string; values: ArrayLike<number> };
}

/** The hidden state through time as color: one row a unit, one column a step. Steps that are NaN stay empty. */
export function hiddenStateFigure(hs: Matrix[], options: HiddenStateOptions = {}): Figure {
  const {
    title = "Hidden state through time",
    batchRow = 0,
    times,
    xLabel = "time step t",
    colorRange,
    input,
  } = options;
  const { rows, cols } = hs[0];
  if (!(batchRow >= 0 && batchRow < rows)) {
    throw new Error(
      `hiddenStateFigure: batchRow ${batchRow}: hs are [${rows},${cols}], so rows are 0 to ${rows - 1}`,
    );
  }
  // Three digits are finer than colors can show, and keep long records small.
  const value = (h: Matrix, unit: number): number => Number(h.data[batchRow * cols + unit].toPrecision(3));
  const figure = heatmapFigure({
    title,
    x: { label: xLabel, values: times },
    y: { label: "hidden unit" },
    values: Array.from({ length: cols }, (_, unit) => hs.map((h) => value(h, unit))),
    colorLabel: "h",
    colors: "diverging",
    colorRange,
  });
  return input ? aboveInput(figure, input) : figure;
}

/** The heatmap in the upper two thirds, the series that it belongs to below. */
function aboveInput(
  { data, layout, alt }: Figure,
  input: { label: string; values: ArrayLike<number> },
): Figure {
  const [heatmap] = data;
  const colorbar = { ...(heatmap.colorbar as object), len: 0.68, y: 0.66 };
  const line = {
    type: "scatter",
    mode: "lines",
    x: heatmap.x,
    y: Array.from(input.values, round),
    yaxis: "y2",
  };
  return {
    data: [
      { ...heatmap, colorbar },
      { ...line, line: { width: 1, color: palette[0] }, name: input.label, showlegend: false },
    ],
    layout: {
      ...layout,
      height: 520,
      xaxis: { ...(layout.xaxis as object), anchor: "y2" },
      yaxis: { ...(layout.yaxis as object), domain: [0.33, 1] },
      yaxis2: { ...axisOf({ label: input.label }), domain: [0, 0.27] },
    },
    alt: `${alt} Below it ${input.label}, ${rangeInWords(input.values)}.`,
  };
}

function named(traces: Traces, name: string): [string, Trace][] {
  const single = Array.isArray((traces as Trace).loss);
  return single ? [[name, traces as Trace]] : Object.entries(traces as Record<string, Trace>);
}

/** The raw values pale, and over them their mean over the last `n` values. */
function smoothed({ name, values }: Series, n: number, color: string): Series[] {
  const all = Array.from(values);
  const mean = all.map((_, i) => {
    const last = all.slice(Math.max(0, i + 1 - n), i + 1);
    return last.reduce((sum, value) => sum + value, 0) / last.length;
  });
  return [
    { name, values, color, faint: true },
    { name: `${name}, mean of ${n} steps`, values: mean, color },
  ];
}
