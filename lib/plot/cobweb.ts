import { tanh } from "../math";
import { type Figure, inWords, layoutOf, palette, round } from "./figure";

export interface CobwebOptions {
  /** hₜ = tanh(w·x + u·hₜ₋₁ + b), with the same x at every step. */
  u: number;
  w?: number;
  b?: number;
  x?: number;
  h0: number;
  /** By default 30. */
  steps?: number;
  title?: string;
}

/**
 * How a state travels under a constant input: up or down to the curve (one step), across to the diagonal (its result
 * is the next step's state), and again. Where curve and diagonal cross the state stays: filled where it attracts
 * (|slope| < 1), open where it does not. Both axes have the same scale, so the diagonal rises at 45°.
 */
export function cobwebFigure(options: CobwebOptions): Figure {
  const { u, w = 0, b = 0, x = 0, h0, steps = 30 } = options;
  const title = options.title ?? "Where the state goes, step by step";
  const next = (h: number): number => tanh(w * x + u * h + b);
  const grid = Array.from({ length: 121 }, (_, i) => -1.2 + i / 50);
  const way: [number, number][] = [[h0, h0]];
  for (let t = 0, h = h0; t < steps; t++) {
    const after = next(h);
    way.push([h, after], [after, after]);
    h = after;
  }
  const crossings = fixedPoints(next);
  const attracts = (h: number): boolean => Math.abs(u * (1 - h * h)) < 1;
  const trace = (name: string, points: [number, number][], look: object) => ({
    type: "scatter",
    name,
    x: points.map(([at]) => round(at)),
    y: points.map(([, to]) => round(to)),
    ...look,
  });
  const input = w * x + b;
  const sum = input === 0 ? "u h" : `u h ${input < 0 ? "−" : "+"} ${inWords(Math.abs(input))}`;
  const range: [number, number] = [-1.2, 1.2];
  const layout = layoutOf(
    title,
    { label: "state before the step", range },
    { label: "state after the step", range },
    2,
    {
      height: 560,
    },
  );
  Object.assign(layout.xaxis as object, { constrain: "domain", dtick: 0.5 });
  Object.assign(layout.yaxis as object, { constrain: "domain", dtick: 0.5, scaleanchor: "x" });
  return {
    data: [
      trace(
        `tanh(${sum})`,
        grid.map((h) => [h, next(h)]),
        lines(palette[0], 2),
      ),
      trace(
        "diagonal: unchanged",
        grid.map((h) => [h, h]),
        lines("#888888", 1.5, "dash"),
      ),
      trace("path of the state", way, lines(palette[1], 1.5)),
      trace("start", way.slice(0, 1), marks(palette[1], "diamond")),
      trace(
        "fixed points (filled: attract)",
        crossings.map((h) => [h, h]),
        marks(
          palette[2],
          crossings.map((h) => (attracts(h) ? "circle" : "circle-open")),
        ),
      ),
    ],
    layout,
    alt:
      `Cobweb "${title}" of tanh(${sum}) with u = ${inWords(u)}. From ${inWords(h0)} the state goes in ${steps} steps ` +
      `to ${inWords(way[way.length - 1][0])}. Fixed points: ` +
      `${crossings.map((h) => `${inWords(h)} (${attracts(h) ? "attracts" : "does not attract"})`).join(", ")}.`,
  };
}

function lines(color: string, width: number, dash = "solid"): object {
  return { mode: "lines", line: { color, width, dash } };
}

function marks(color: string, symbol: string | string[]): object {
  return { mode: "markers", marker: { color, symbol, size: 10, line: { width: 2 } } };
}

/** Where next(h) = h, by bisection between neighbors of a fine grid. */
function fixedPoints(next: (h: number) => number): number[] {
  const above = (h: number): boolean => next(h) > h;
  const found: number[] = [];
  // An odd number of cells, so that 0 lies inside one of them.
  const n = 401;
  for (let i = 0; i < n; i++) {
    let [low, high] = [-1.1 + (2.2 * i) / n, -1.1 + (2.2 * (i + 1)) / n];
    if (above(low) === above(high)) continue;
    for (const rising = above(low); high - low > 1e-9; ) {
      const middle = (low + high) / 2;
      if (above(middle) === rising) low = middle;
      else high = middle;
    }
    found.push(Math.round(((low + high) / 2) * 1e8) / 1e8 + 0);
  }
  return found;
}
