/** How the time of a training step grows with the steps T, the hidden size H and the batch B, as a plotly page. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type Figure, lineFigure } from "unrolled";
import type { Column, Training } from "./rows";
import { trainingRow } from "./training";

const PAGE = join(resolve(__dirname, "../../.."), ".unrolled", "bench", "growth.html");
const BASE: Training = {
  ...{ name: "growth", cell: "lstm", layers: 1 },
  ...{ hiddenSize: 64, steps: 20, inputSize: 16, outputSize: 1, batchSize: 32 },
};
const AXES = [
  { key: "steps", label: "T", values: [10, 20, 40, 80] },
  { key: "hiddenSize", label: "H", values: [16, 32, 64, 128] },
  { key: "batchSize", label: "B", values: [8, 16, 32, 64] },
] as const;

/** Measures, writes the page and tells where it is. */
export async function growth(peers: boolean): Promise<string> {
  const figures: Figure[] = [];
  for (const axis of AXES) {
    const points: Partial<Record<Column, number>>[] = [];
    for (const value of axis.values)
      points.push((await trainingRow({ ...BASE, [axis.key]: value }, peers)).values);
    figures.push(growthFigure(axis.label, [...axis.values], points));
  }
  mkdirSync(dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, page(figures));
  return PAGE;
}

export function growthFigure(label: string, xs: number[], points: Partial<Record<Column, number>>[]): Figure {
  const columns = Object.keys(points[0] ?? {}) as Column[];
  return lineFigure({
    title: `An LSTM's training step as ${label} grows`,
    x: { label, log: true },
    y: { label: "ms a step", log: true },
    series: columns.map((name) => ({ name, x: xs, values: points.map((point) => point[name]!) })),
  });
}

function page(figures: Figure[]): string {
  const plotly = relative(dirname(PAGE), require.resolve("plotly.js-dist-min")).replaceAll("\\", "/");
  const draw = figures.map(({ data, layout }, k) => {
    const text = JSON.stringify([data, layout]).replaceAll("<", "\\u003c");
    return `<div id="f${k}"></div><script>Plotly.newPlot("f${k}", ...${text})</script>`;
  });
  return `<!doctype html><meta charset="utf-8"><title>Growth of a training step</title>
<script src="${plotly}"></script>
${draw.join("\n")}
`;
}
