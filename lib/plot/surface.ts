import { log10 } from "../math";
import {
  type Axis,
  colorBar,
  extent,
  type Figure,
  inWords,
  layoutOf,
  legendLines,
  palette,
  plain,
  rangeInWords,
  round,
  sequential,
} from "./figure";

/** A way across a surface, e.g. the parameters step by step during training. */
export interface Path {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** The height at each point: surfaceFigure needs it. */
  z?: ArrayLike<number>;
}

export interface SurfaceOptions {
  title: string;
  x: Axis & { values: ArrayLike<number> };
  y: Axis & { values: ArrayLike<number> };
  /** values[i][j] at y i and x j. */
  values: ArrayLike<number>[];
  /** What the height measures, with its unit. */
  valueLabel: string;
  /** Color by log10 of the values: a loss that spans many decades. */
  log?: boolean;
  /** One unit of x as long as one of y, so that a round bowl looks round. */
  sameScale?: boolean;
  paths?: Path[];
  alt?: string;
}

/** A function of two numbers as a map with lines of equal height, and ways across it. */
export function contourFigure(options: SurfaceOptions): Figure {
  const { title, x, y, valueLabel, paths = [] } = options;
  const contour = {
    type: "contour",
    ...grid(options),
    colorscale: sequential,
    ncontours: 25,
    line: { width: 0.5, color: "#FFFFFF" },
    colorbar: colorBar(heightLabel(options)),
    hovertemplate: `%{x}, %{y}: %{z}<extra>${valueLabel}</extra>`,
  };
  const lines = paths.map((path, i) => ({
    type: "scatter",
    mode: "lines+markers",
    name: path.name,
    x: Array.from(path.x, round),
    y: Array.from(path.y, round),
    line: { color: onMap[i % onMap.length], width: 2 },
    marker: { color: onMap[i % onMap.length], size: 6, line: { color: "#FFFFFF", width: 1 } },
  }));
  // A path that diverges leaves the map, instead of shrinking it to a dot.
  const layout = layoutOf(
    title,
    { range: extent([x.values]), ...x },
    { range: extent([y.values]), ...y },
    namesAbove(paths),
  );
  if (options.sameScale) {
    Object.assign(layout.xaxis as object, { constrain: "domain" });
    Object.assign(layout.yaxis as object, { constrain: "domain", scaleanchor: "x" });
  }
  return { data: [contour, ...lines], layout, alt: options.alt ?? surfaceAlt("Contour map", options) };
}

/** The same as a landscape in space, which can be turned with the mouse. Paths are drawn on it. */
export function surfaceFigure(
  options: SurfaceOptions & { paths?: (Path & { z: ArrayLike<number> })[] },
): Figure {
  const { title, x, y, log, paths = [] } = options;
  const height = (value: number): number | null => round(log ? log10(value) : value);
  const surface = {
    type: "surface",
    ...grid(options),
    opacity: 0.85, // a path behind a wall still shows
    colorscale: sequential,
    colorbar: { ...colorBar(heightLabel(options)), len: 0.8 },
  };
  const ways = paths.map((path, i) => ({
    type: "scatter3d",
    mode: "lines+markers",
    name: path.name,
    x: Array.from(path.x, round),
    y: Array.from(path.y, round),
    z: Array.from(path.z ?? [], height),
    line: { color: onMap[i % onMap.length], width: 5 },
    marker: { color: onMap[i % onMap.length], size: 3 },
  }));
  const lines = namesAbove(paths);
  const { xaxis, yaxis, ...layout } = layoutOf(title, x, y, lines, {
    height: 520,
    margin: { l: 10, r: 10, t: 52 + 24 * lines, b: 10 },
  });
  const spaceAxis = ({ label, range }: Axis) => ({
    title: { text: label },
    nticks: 6,
    tickfont: { size: 12 },
    ...(range ? { range } : {}),
  });
  const scene = {
    xaxis: spaceAxis(x),
    yaxis: spaceAxis(y),
    zaxis: spaceAxis({ label: heightLabel(options) }),
    aspectmode: "manual",
    aspectratio: { x: 1, y: 1, z: 0.6 },
    camera: { eye: { x: 0.85, y: -1.45, z: 1.1 }, center: { x: 0, y: 0, z: -0.15 } },
  };
  return {
    data: [surface, ...ways],
    layout: { ...layout, scene },
    alt: options.alt ?? surfaceAlt("Surface", options),
  };
}

/** Colors that stand out from Cividis, which runs from blue to yellow. */
const onMap = [palette[1], "#000000", palette[3]];

/** Lines of legend: a narrow page, less margins and the color scale. */
const namesAbove = (paths: Path[]): number =>
  legendLines(
    paths.map(({ name }) => name),
    420,
  );

function grid({ x, y, values, log }: SurfaceOptions): { x: unknown; y: unknown; z: unknown } {
  return {
    x: Array.from(x.values, round),
    y: Array.from(y.values, round),
    z: values.map((row) => Array.from(row, (value) => round(log ? log10(value) : value))),
  };
}

function heightLabel({ valueLabel, log }: SurfaceOptions): string {
  return log ? `log10 of ${valueLabel}` : valueLabel;
}

function surfaceAlt(kind: string, { title, x, y, values, valueLabel, paths = [] }: SurfaceOptions): string {
  const [low, high] = extent(values);
  const i = values.findIndex((row) => Array.from(row).includes(low));
  const j = i < 0 ? -1 : Array.from(values[i]).indexOf(low);
  const at = i < 0 ? "" : `, lowest near ${inWords(x.values[j])}, ${inWords(y.values[i])}`;
  const ways = paths.map((path) => {
    const end = path.x.length - 1;
    return (
      ` Path ${path.name}: ${end} steps from (${inWords(path.x[0])}, ${inWords(path.y[0])}) ` +
      `to (${inWords(path.x[end])}, ${inWords(path.y[end])}).`
    );
  });
  return plain(
    `${kind} "${title}". x: ${x.label}, ${rangeInWords(x.values)}. y: ${y.label}, ${rangeInWords(y.values)}. ` +
      `${valueLabel}: ${inWords(low)} to ${inWords(high)}${at}.${ways.join("")}`,
  );
}
