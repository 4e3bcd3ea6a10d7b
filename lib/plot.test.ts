import assert from "node:assert/strict";
import { test } from "node:test";
import { show } from "./display";
import { matrix } from "./matrix";
import {
  cobwebFigure,
  contourFigure,
  type Figure,
  gradientHeatmapFigure,
  gradientOverTimeFigure,
  gradNormFigure,
  heatmapFigure,
  hiddenStateFigure,
  lineFigure,
  lossFigure,
  memoryFigure,
  seedsFigure,
  sliderFigure,
  textFigure,
} from "./plot";
import type { Trace } from "./train";

// biome-ignore lint/suspicious/noExplicitAny: plotly's own record, looked into by tests only
type Plotly = any;
const layout = (figure: Figure): Plotly => figure.layout;
const series = (figure: Figure): Plotly[] => figure.data;

const line = (more: object = {}): Figure =>
  lineFigure({
    title: "Sunspots",
    x: { label: "time (months)" },
    y: { label: "sunspot number" },
    series: [
      { name: "measured", values: [1, 1 / 3, 0] },
      { name: "predicted", values: [1, Number.NaN, 2] },
    ],
    ...more,
  });

const trace: Trace = {
  loss: [2, 1, 0.5, 0.25],
  gradNorm: [10, 1, 0.1, 0.01],
  overTime: [
    { step: 0, norms: [0, 1e-4, 1] },
    { step: 10, norms: [1e-6, 1e-3, 1] },
  ],
};

test("a line figure without values is refused", () => {
  assert.throws(() => line({ series: [] }), /"Sunspots": there are no series; give at least one/);
  assert.throws(() => line({ series: [{ name: "a", values: [] }] }), /series "a" has no values/);
});

test("a line figure has a title, named axes, a legend, and a text alternative made of its data", () => {
  const figure = line();
  assert.equal(layout(figure).title.text, "Sunspots");
  assert.equal(layout(figure).xaxis.title.text, "time (months)");
  assert.equal(layout(figure).showlegend, true);
  assert.deepEqual(series(figure)[0].y, [1, 0.333333, 0]);
  assert.deepEqual(series(figure)[1].y, [1, null, 2]);
  assert.equal(
    figure.alt,
    'Line plot "Sunspots". x: time (months), 0 to 2. y: sunspot number. ' +
      "measured: 0 to 1, last 0; predicted: 1 to 2, last 2, 1 not finite and left out.",
  );
  assert.equal(line({ alt: "mine" }).alt, "mine");
  assert.notEqual(series(figure)[0].line.dash, series(figure)[1].line.dash);
});

test("a series can stay out of the legend and of the text alternative", () => {
  const seed = { name: "seed 1", values: [3, 4, 5], faint: true, legend: false };
  const figure = line({ series: [seed, { name: "mean", values: [1, 2, 3] }] });
  assert.deepEqual(
    series(figure).map(({ showlegend }) => showlegend),
    [false, undefined],
  );
  assert.doesNotMatch(figure.alt, /seed 1/);
});

test("on a log axis zeros are drawn on a floor that is named, negative numbers refused", () => {
  const figure = line({ y: { label: "norm", log: true } });
  assert.equal(series(figure)[0].y[2], 0.01);
  assert.match(layout(figure).yaxis.title.text, /norm; 0 drawn at 0\.01/);
  assert.match(figure.alt, /log scale.*Zeros are drawn at 0\.01/);
  const negative = [{ name: "h", values: [-1] }];
  assert.throws(() => line({ y: { label: "h", log: true }, series: negative }), /cannot show -1/);
});

test("series and x of different lengths are refused", () => {
  assert.throws(() => line({ x: { label: "t", values: [0, 1] } }), /"measured" has 3 values and 2 x/);
});

test("heatmaps around 0 are centered there, others run from low to high", () => {
  const hs = [matrix([[0.5, -0.9]]), matrix([[0.1, 0.2]])];
  const hidden = hiddenStateFigure(hs);
  const [{ z, zmin, zmax }] = series(hidden);
  assert.deepEqual(z, [
    [0.5, 0.1],
    [-0.9, 0.2],
  ]);
  assert.deepEqual([zmin, zmax], [-0.9, 0.9]);
  assert.match(hidden.alt, /Color: h, -0\.9 to 0\.5, highest at 0, 0/);
  assert.throws(() => hiddenStateFigure(hs, { batchRow: 1 }), /hs are \[1,2\]/);
  const sizes = heatmapFigure({
    title: "n",
    x: { label: "x" },
    y: { label: "y" },
    values: [[1, 3]],
    colorLabel: "n",
  });
  assert.deepEqual([series(sizes)[0].zmin, series(sizes)[0].zmax], [1, 3]);
});

test("a large table is packed: five thousand numbers and more in one line of text", () => {
  const values = [0, 1].map((i) =>
    Float64Array.from({ length: 2501 }, (_, j) => (j === 0 ? Number.NaN : i - j)),
  );
  const [{ z }] = series(
    heatmapFigure({ title: "n", x: { label: "x" }, y: { label: "y" }, values, colorLabel: "n" }),
  );
  assert.deepEqual([z.dtype, z.shape], ["f4", "2, 2501"]);
  const numbers = new Float32Array(new Uint8Array(Buffer.from(z.bdata, "base64")).buffer);
  assert.deepEqual([numbers.length, numbers[0], numbers[2500], numbers[2502]], [5002, Number.NaN, -2500, 0]);
});

test("a legend of two lines gets room below the title; labels lose their tags in the text alternative", () => {
  const named = (names: string[]): Figure =>
    lineFigure({
      title: "n",
      x: { label: "x" },
      y: { label: "h<sub>t</sub> and J<sup>k</sup>" },
      series: names.map((name) => ({ name, values: [1, 2] })),
    });
  const [none, one, two] = [["a"], ["a", "b"], Array.from("abcde", (name) => `a long name: ${name}`)].map(
    named,
  );
  assert.deepEqual(
    [none, one, two].map((figure) => layout(figure).margin.t),
    [52, 76, 100],
  );
  assert.match(one.alt, /y: h_t and J\^k\./);
});

test("hidden states above what the cell read share its time axis", () => {
  const hs = [matrix([[0.5, -0.9]]), matrix([[Number.NaN, 0.2]])];
  const input = { label: "sunspots", values: [58, 62.6] };
  const figure = hiddenStateFigure(hs, { times: ["1749-01", "1749-02"], colorRange: [-1, 1], input });
  const [heatmap, read] = series(figure);
  assert.deepEqual([heatmap.z[0], heatmap.zmin, heatmap.zmax], [[0.5, null], -1, 1]);
  assert.deepEqual([read.x, read.y, read.yaxis], [heatmap.x, input.values, "y2"]);
  assert.equal(layout(figure).xaxis.anchor, "y2");
  assert.match(figure.alt, /Below it sunspots, 58 to 62\.6\./);
});

test("figures of a trace", () => {
  assert.equal(series(lossFigure(trace)).length, 1);
  assert.equal(series(lossFigure({ RNN: trace, LSTM: trace }, { smooth: 2 })).length, 4);
  assert.deepEqual(series(lossFigure(trace, { smooth: 2 }))[1].y, [2, 1.5, 0.75, 0.375]);
  assert.equal(series(gradNormFigure(trace, { clipNorm: 1 }))[1].name, "clipped to 1");
  assert.equal(layout(gradientOverTimeFigure({ RNN: [0.1, 1] })).yaxis.type, "log");
  const heat = gradientHeatmapFigure(trace);
  assert.deepEqual(series(heat)[0].z, [
    [-6, -6],
    [-4, -3],
    [0, 0],
  ]);
  assert.deepEqual(series(heat)[0].y, [1, 2, 3]); // the first state is h₁, after h₀
  assert.match(heat.alt, /1 zeros are drawn as the smallest positive value/);
  const [shared] = series(gradientHeatmapFigure(trace, { colorRange: [-9, 1] }));
  assert.deepEqual([shared.zmin, shared.zmax], [-9, 1]);
  assert.throws(() => gradientHeatmapFigure({ ...trace, overTime: [] }), /recordOverTime/);
});

test("a slider figure holds one frame a value, what changes only, and axes that stay", () => {
  const figure = sliderFigure({
    title: "Powers",
    parameter: { name: "u", values: [1, 2] },
    figureAt: (u) => line({ series: [{ name: "u·t", values: [0, u, 2 * u] }] }),
  });
  assert.deepEqual(figure.frames?.[1], { name: "2", data: [{ y: [0, 2, 4] }], traces: [0] });
  assert.deepEqual(layout(figure).yaxis.range, [-0.24, 4.24]);
  assert.match(figure.alt, /slider for u from 1 to 2\. At 1: Line plot/);
});

test("contours name the lowest place and where paths end", () => {
  const { alt } = contourFigure({
    title: "Loss",
    x: { label: "w", values: [0, 1] },
    y: { label: "u", values: [0, 1] },
    values: [
      [4, 3],
      [2, 1],
    ],
    valueLabel: "loss",
    paths: [{ name: "descent", x: [0, 0.5], y: [0, 0.9] }],
  });
  assert.match(alt, /lowest near 1, 1\. Path descent: 1 steps from \(0, 0\) to \(0\.5, 0\.9\)/);
});

test("figures are plain JSON of some kB", () => {
  const values = Array.from({ length: 200 }, (_, i) => Math.sin(i));
  const json = JSON.stringify(line({ series: [{ name: "sin", values }] }));
  assert.ok(json.length < 6000, `${json.length} bytes`);
  assert.deepEqual(JSON.parse(json), line({ series: [{ name: "sin", values }] }));
});

test("show sends one message with plotly and text, and updates it in place", () => {
  const sent: Plotly[] = [];
  const hook = Symbol.for("unrolled.display");
  const scope = globalThis as Record<PropertyKey, unknown>;
  scope[hook] = (message: Plotly) => sent.push(message);
  try {
    const shown = show(line(), { id: "loss" });
    shown.update(line({ title: "later" }));
  } finally {
    delete scope[hook];
  }
  assert.deepEqual(
    sent.map(({ displayId, update }) => [displayId, update]),
    [
      ["loss", false],
      ["loss", true],
    ],
  );
  assert.equal(sent[0].data["text/plain"], line().alt);
  assert.equal(sent[1].data["application/vnd.plotly.v1+json"].layout.title.text, "later");
  assert.equal(sent[1].data["application/vnd.plotly.v1+json"].alt, undefined);
});

test("show falls back to tslab's display, then to the console", (t) => {
  const scope = globalThis as Record<PropertyKey, unknown>;
  const raw: unknown[] = [];
  scope.__tslab__ = { require: () => ({ newDisplay: () => ({ raw: (mime: string) => raw.push(mime) }) }) };
  try {
    show(line());
  } finally {
    delete scope.__tslab__;
  }
  assert.deepEqual(raw, ["application/vnd.plotly.v1+json"]);
  const log = t.mock.method(console, "log", () => {});
  show(line()).update(line());
  assert.deepEqual(
    log.mock.calls.map((call) => call.arguments),
    [[line().alt]],
  );
});

test("a cobweb goes from the curve to the diagonal, and says which fixed points attract", () => {
  const figure = cobwebFigure({ u: 1.5, h0: 0.1, steps: 40 });
  const [curve, diagonal, way, , fixed] = figure.data as {
    x: number[];
    y: number[];
    marker: { symbol: string[] };
  }[];
  assert.equal(curve.y[60], 0);
  assert.deepEqual(diagonal.x, diagonal.y);
  assert.equal(way.x.length, 81);
  assert.ok(Math.abs(way.y[1] - Math.tanh(0.15)) < 1e-6 && way.x[1] === 0.1, "one step up");
  assert.deepEqual(fixed.x, [-0.85856, 0, 0.85856]);
  assert.deepEqual(fixed.marker.symbol, ["circle", "circle-open", "circle"]);
  assert.match(figure.alt, /to 0\.859\. Fixed points: -0\.859 \(attracts\), 0 \(does not attract\)/);
  assert.equal((figure.layout.yaxis as { scaleanchor: string }).scaleanchor, "x", "45°");
});

test("a comparison over seeds: a column for each group, its median, lines across, all of it in words", () => {
  const figure = seedsFigure({
    title: "Cells",
    x: { label: "cell" },
    y: { label: "error", log: true, ticks: [0.1, 0.2, 0.5] },
    groups: [
      { name: "RNN", values: [0.3, 0.1, 0.5] },
      { name: "GRU", values: [0.1, 0.2] },
    ],
    baselines: [{ name: "always 0", value: 1 }],
  });
  const [each, medians, baseline] = series(figure);
  assert.deepEqual(each.x, ["RNN", "RNN", "RNN", "GRU", "GRU"]);
  assert.deepEqual(medians.y, [0.3, 0.15]);
  assert.deepEqual(
    [baseline.x, baseline.y],
    [
      ["RNN", "GRU"],
      [1, 1],
    ],
  );
  const alone = seedsFigure({
    title: "One",
    x: { label: "cell" },
    y: { label: "error" },
    groups: [{ name: "RNN", values: [0.3, 0.1] }],
    baselines: [{ name: "always 0", value: 1 }],
  });
  assert.deepEqual(
    [baseline.mode, series(alone)[2].mode],
    ["lines", "markers"],
    "a line of one point would not be seen",
  );
  assert.deepEqual(layout(figure).yaxis.tickvals, [0.1, 0.2, 0.5]);
  assert.deepEqual(layout(figure).yaxis.ticktext, ["0.1", "0.2", "0.5"]);
  const x = { label: "text", ticks: [0, 1, 2], tickTexts: ["a", "b", "a"] };
  const named = lineFigure({
    title: "Named",
    x,
    y: { label: "y" },
    series: [{ name: "s", values: [1, 2, 3] }],
  });
  assert.deepEqual(layout(named).xaxis.ticktext, ["a", "b", "a"]);
  assert.equal(
    figure.alt,
    'Points "Cells". y: error, log scale. RNN: 3 seeds, 0.1 to 0.5, median 0.3; ' +
      "GRU: 2 seeds, 0.1 to 0.2, median 0.15; always 0: 1.",
  );
  assert.throws(
    () => seedsFigure({ title: "Cells", x: { label: "" }, y: { label: "" }, groups: [] }),
    /no values/,
  );
});

/** The numbers of a packed table; a gap is null. */
const numbersOf = ({ bdata }: Plotly): (number | null)[] => {
  const bytes = Uint8Array.from(Buffer.from(bdata, "base64"));
  return Array.from(new Float32Array(bytes.buffer), (value) => (Number.isNaN(value) ? null : value));
};

test("a text figure has one colored cell for each character and breaks lines where the text does", () => {
  const figure = textFigure({
    title: "Unit 3",
    text: "To be\nor",
    values: [0, 1, 2, 3, -4, 5, 6, 7],
    colorLabel: "c",
  });
  const [cells] = series(figure);
  assert.deepEqual(
    cells.text.map((row: string[]) => row.filter(Boolean).join("")),
    ["To␣be⏎", "or"],
  );
  assert.deepEqual(numbersOf(cells.z).slice(0, 7), [0, 1, 2, 3, -4, 5, null]);
  assert.deepEqual([cells.zmin, cells.zmax], [-7, 7]);
  assert.match(figure.alt, /Text "Unit 3": To be \/ or\. Color: c, strongest .*r at 7 \(7\)/);
  const wrapped = textFigure({
    title: "",
    text: "abcde",
    values: [1, 2, 3, 4, 5],
    colorLabel: "",
    perLine: 2,
  });
  assert.deepEqual(numbersOf(series(wrapped)[0].z), [1, 2, 3, 4, 5, null]);
  assert.throws(
    () => textFigure({ title: "x", text: "ab", values: [1], colorLabel: "" }),
    /2 characters and 1 values/,
  );
});

test("a memory figure has a frame for each character, and colors only what came before it", () => {
  const values = [
    [1, 9, 9],
    [0.5, 2, 9],
    [0.25, 1, 3],
  ];
  const figure = memoryFigure({ title: "Memory", text: "abc", values, colorLabel: "size", start: 1 });
  const { frames } = figure as Plotly;
  assert.deepEqual(
    frames.map(({ name }: Plotly) => name),
    ["0", "1", "2"],
  );
  assert.deepEqual(numbersOf(frames[1].data[0].z).slice(0, 3), [0.5, 2, 0]);
  assert.deepEqual(frames[1].data[1].x, [1]);
  assert.deepEqual(series(figure)[0].customdata[0].slice(0, 3), ["0", "1", "2"]);
  assert.equal(series(figure)[0].zmax, 3);
  assert.equal(layout(figure).meta.follow, true);
  assert.match(figure.alt, /At character 1, b, the strongest are b 0 back \(2\), a 1 back \(0\.5\)/);
});
