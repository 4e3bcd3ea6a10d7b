import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import {
  cobwebFigure,
  contourFigure,
  type Figure,
  generate,
  gradientHeatmapFigure,
  gradientOverTimeFigure,
  gradNormFigure,
  heatmapFigure,
  hiddenStateFigure,
  lineFigure,
  load,
  lossFigure,
  rowNorms,
  sliderFigure,
  surfaceFigure,
  type Trace,
  tanh,
  textFigure,
} from "unrolled";
import { launchBrowser, noBrowser } from "../notebook/browser";

const range = (n: number, low: number, high: number) =>
  Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
const hs = range(40, 0, 12).map((t) => tanh(generate(1, 16, (_, unit) => 2 * Math.sin(t * (1 + unit / 8)))));
const decay = (rate: number) => range(50, 0, 49).map((t) => 2 * rate ** (49 - t));
const trace: Trace = {
  loss: range(300, 0, 1).map((t, i) => Math.exp(-4 * t) + 0.1 * Math.sin(i) ** 2),
  gradNorm: range(300, 0, 1).map((t, i) => Math.exp(-4 * t) * (i % 50 === 7 ? 30 : 1)),
  overTime: range(30, 0, 290).map((step) => ({ step, norms: decay(0.6 + step / 1000) })),
};
const bowl = {
  x: { label: "w", values: range(41, -2, 2) },
  y: { label: "u", values: range(41, -2, 2) },
  values: range(41, -2, 2).map((u) => range(41, -2, 2).map((w) => 0.02 + w * w + 3 * u * u)),
  valueLabel: "loss",
};
const descent = range(12, 0, 11).map((k) => ({ w: 1.8 * 0.75 ** k, u: 1.5 * (-0.6) ** k }));
const path = {
  name: "gradient descent",
  x: descent.map(({ w }) => w),
  y: descent.map(({ u }) => u),
  z: descent.map(({ w, u }) => 0.02 + w * w + 3 * u * u),
};
const { month, sunspots } = load("sunspots").columns;
const orbit = (u: number) => {
  const h = [0.1];
  for (let t = 1; t < 30; t++) h.push(Math.tanh(u * h[t - 1]!));
  return h;
};

/** One figure of each kind, as the lessons draw them. */
const gallery: Record<string, Figure> = {
  line: lineFigure({
    title: "Monthly mean sunspot number",
    x: { label: "month", values: month },
    y: { label: "sunspot number" },
    series: [{ name: "sunspots", values: sunspots }],
  }),
  curves: lineFigure({
    title: "Six curves are told apart",
    x: { label: "time (steps)" },
    y: { label: "value" },
    series: ["a", "b", "c", "d", "e", "f"].map((name, k) => ({ name, values: range(20, k, 2 * k) })),
  }),
  loss: lossFigure({ RNN: trace, LSTM: { ...trace, loss: trace.loss.map((x) => x / 2) } }, { smooth: 20 }),
  gradNorm: gradNormFigure(trace, { clipNorm: 1 }),
  gradientOverTime: gradientOverTimeFigure({
    "ρ = 0.5": decay(0.5),
    "ρ = 0.9": decay(0.9),
    dead: decay(0.8).map((x, t) => (t < 10 ? 0 : x)),
  }),
  gradientHeatmap: gradientHeatmapFigure(trace),
  hiddenState: hiddenStateFigure(hs),
  hiddenStateAndInput: hiddenStateFigure(hs, {
    input: { label: "x", values: range(40, 0, 1) },
    colorRange: [-1, 1],
  }),
  text: textFigure({
    title: "A unit over a text",
    text: "To be, or not to be,\nthat is the question",
    values: range(41, -1, 1),
    colorLabel: "c",
  }),
  heatmap: heatmapFigure({
    title: "Row norms",
    x: { label: "time step t" },
    y: { label: "batch row" },
    values: range(4, 1, 4).map((k) => hs.map((h) => rowNorms(h)[0]! * k)),
    colorLabel: "‖h‖",
  }),
  contour: contourFigure({ title: "Loss surface with descent", ...bowl, paths: [path], log: true }),
  surface: surfaceFigure({ title: "Loss surface", ...bowl, paths: [path] }),
  slider: sliderFigure({
    title: "h<sub>t</sub> = tanh(u·h<sub>t−1</sub>)",
    parameter: { name: "u", values: range(17, -2, 2) },
    start: 12,
    figureAt: (u) =>
      lineFigure({
        title: "",
        x: { label: "time step t" },
        y: { label: "h" },
        series: [{ name: "h", values: orbit(u), mode: "lines+markers" }],
      }),
  }),
  longRecord: hiddenStateFigure(
    Array.from({ length: 700 }, (_, t) => generate(1, 8, (_, j) => Math.sin((t * (j + 1)) / 100))),
  ),
  longLegend: lineFigure({
    title: "Two lines of names below the title",
    x: { label: "t" },
    y: { label: "h" },
    series: [1, 2, 3, 4, 5].map((k) => ({ name: `one of several names: ${k}`, values: orbit(k / 2) })),
  }),
  cobweb: sliderFigure({
    title: "Cobweb",
    parameter: { name: "u", values: [-1.5, 0.5, 1.5] },
    figureAt: (u) => cobwebFigure({ u, h0: 0.1 }),
  }),
  sliderHeatmap: sliderFigure({
    title: "Hidden state, scaled",
    parameter: { name: "factor", values: [0.25, 0.5, 1] },
    figureAt: (factor) => hiddenStateFigure(hs.map((h) => ({ ...h, data: h.data.map((x) => x * factor) }))),
  }),
};

/** A page that holds plotly and a place to draw in. */
async function openPage(t: TestContext): Promise<Page> {
  const browser = await launchBrowser(["--enable-unsafe-swiftshader"]);
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 800, height: 560 } });
  await page.setContent('<body style="margin:0"><div id="plot"></div>');
  await page.addScriptTag({ content: readFileSync(require.resolve("plotly.js-dist-min"), "utf8") });
  return page;
}

test("plotly draws every kind of figure and finds nothing to complain about", {
  timeout: 120_000,
  skip: noBrowser,
}, async (t) => {
  const page = await openPage(t);
  for (const [name, figure] of Object.entries(gallery)) {
    const { complaints, marks } = await page.evaluate(draw, figure);
    assert.deepEqual(complaints, [], name);
    assert.ok(marks > 0, `${name}: nothing is drawn`);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png` });
  }
});

test("a click on the slider moves the curve and leaves the axes", {
  timeout: 60_000,
  skip: noBrowser,
}, async (t) => {
  const page = await openPage(t);
  await page.evaluate(draw, gallery.slider!);
  const curve = page.locator(".scatterlayer path.js-line");
  const ticks = page.locator(".yaxislayer-above");
  const [before, ticksBefore] = [await curve.getAttribute("d"), await ticks.textContent()];
  await page.locator(".slider-label", { hasText: /^2$/ }).waitFor();
  const rail = await page.locator(".slider-rail-touch-rect").boundingBox();
  assert.ok(rail);
  await page.mouse.click(rail.x + rail.width - 12, rail.y + rail.height / 2);
  await page.getByText("u = 2").waitFor();
  assert.notEqual(await curve.getAttribute("d"), before);
  assert.equal(await ticks.textContent(), ticksBefore);
});

/** Runs in the page: draws a figure and says what plotly dislikes about it and each of its frames. */
async function draw(figure: Figure): Promise<{ complaints: string[]; marks: number }> {
  // biome-ignore lint/suspicious/noExplicitAny: the page's plotly has no types here
  const { Plotly, document } = globalThis as any;
  const frames = (figure.frames ?? []) as { data: Record<string, unknown>[] }[];
  const inFrame = frames.map(({ data }) => figure.data.map((series, k) => ({ ...series, ...data[k] })));
  const found = [figure.data, ...inFrame].flatMap((data) => Plotly.validate(data, figure.layout) ?? []);
  await Plotly.newPlot("plot", figure.data, figure.layout, { responsive: true });
  if (figure.frames) await Plotly.addFrames("plot", figure.frames);
  const marks = document.querySelectorAll(
    ".scatterlayer path.js-line, .heatmaplayer image, .contourlayer path, canvas",
  );
  const messages: string[] = found.map(({ msg }) => msg);
  // Plotly copies the arguments of slider steps and then takes its copies for other values.
  // And validate does not know the binary form of a table, which newPlot reads.
  const known = /\(set to '(.*)'\) got reset to '\1'|key z must be linked to an array/;
  const complaints = messages.filter((msg) => !known.test(msg));
  return { complaints, marks: marks.length };
}
