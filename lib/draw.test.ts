import assert from "node:assert/strict";
import { test } from "node:test";
import { inNode } from "./draw/svg";
import {
  attentionDrawing,
  bidirectional,
  bidirectionalDrawing,
  bpttDrawing,
  type Cell,
  type Drawing,
  dotProduct,
  encoderDecoderDrawing,
  gru,
  gruDrawing,
  lstm,
  lstmDrawing,
  map,
  mapParams,
  matrix,
  rnn,
  scanDrawing,
  seeded,
  stackedDrawing,
  truncatedDrawing,
  unrolledDrawing,
} from "./index";

const xs = [1, -1, 0.5];
const h0 = 0.5;

function run(u: number): number[] {
  let h = h0;
  return xs.map((x) => (h = Math.tanh(0.5 * x + u * h + 0.1)));
}

/** Every drawing of the library, made from a run with the recurrent weight u. */
const drawings: Record<string, (u: number) => Drawing> = {
  unrolled: (u) => unrolledDrawing({ xs, hs: run(u), h0, weights: { w: 0.5, u } }),
  "many to many": (u) => {
    const params = { Wxh: matrix([[0.5]]), Whh: matrix([[u]]), bh: matrix([[0.1]]) };
    const inputs = xs.map((x) => matrix([[x]]));
    const { hs } = rnn.forward(params, inputs);
    return unrolledDrawing({ xs: inputs, hs, ys: hs, weights: params });
  },
  bptt: (u) => {
    const hs = run(u);
    return bpttDrawing({
      weights: { w: 0.5, u, b: 0.1 },
      xs,
      hs,
      h0,
      dhs: [0, 0, hs[2]],
      loss: hs[2] ** 2 / 2,
    });
  },
  lstm: (u) => lstmDrawing(lstmRun(u), { t: 1, unit: 1 }),
  "lstm, forget gate": (u) => lstmDrawing(lstmRun(u), { highlight: "f" }),
  stacked: (u) => stackedDrawing({ xs, layers: [run(u), run(u / 2)] }),
  bidirectional: (u) => {
    const cell = bidirectional(rnn as Cell);
    const weights = {
      Wxh: matrix([[0.5, 1]]),
      Whh: matrix([
        [u, 0.1],
        [0, u],
      ]),
      bh: matrix([[0, 0.1]]),
    };
    const params = Object.fromEntries(
      Object.entries(weights).flatMap(([name, m]) => [
        [`forward.${name}`, m],
        [`backward.${name}`, m],
      ]),
    );
    const inputs = xs.map((x) => matrix([[x]]));
    return bidirectionalDrawing({ xs: inputs, hs: cell.forward(params, inputs).hs });
  },
  truncated: (u) => truncatedDrawing({ norms: [...run(u), ...run(-u)].map(Math.abs), length: 2 }),
  gru: (u) => gruDrawing(gruRun(u), { t: 1, unit: 1 }),
  attention: (u) => attentionDrawing(attend(u)),
  "encoder and decoder": (u) =>
    encoderDecoderDrawing({
      ...{ source: ["3", "<", "Mar"], inputs: ["start", "2"], outputs: ["2", "0"] },
      weights: attend(u).weights,
    }),
  scan: (u) => scanDrawing({ rounds: [run(u), run(u), run(u)] }),
  "gru, update gate": (u) => gruDrawing(gruRun(u), { highlight: "z" }),
};

/** One query, turned by u, over three keys. */
function attend(u: number) {
  const [query, ...keys] = [
    [u, 1, 0],
    [1, 0, 0],
    [0, 1, 0],
    [0, u, 1],
  ].map((row) => matrix([row]));
  const { weights, contexts } = dotProduct.forward({}, [query], keys);
  const scores = Array.from(weights[0].data, (a) => Math.log(a));
  return { query, keys, scores, weights: weights[0].data, context: contexts[0] };
}

/** Runs of two units with all weights u. */
function lstmRun(u: number): lstm.LstmCache {
  const params = mapParams(lstm.init({ inputSize: 1, hiddenSize: 2 }, seeded(1)), (m) => map(m, () => u));
  return lstm.forward(params, [matrix([[1]]), matrix([[-0.5]])]).cache;
}

function gruRun(u: number): gru.GruCache {
  const params = mapParams(gru.init({ inputSize: 1, hiddenSize: 2 }, seeded(1)), (m) => map(m, () => u));
  return gru.forward(params, [matrix([[1]]), matrix([[-0.5]])]).cache;
}

for (const [name, draw] of Object.entries(drawings)) {
  test(`${name}: well-formed, with a title and a description, and other weights give other numbers`, () => {
    const { svg, alt } = draw(0.8);
    wellFormed(svg);
    assert.match(svg, /<title>[^<]+<\/title>\s*<desc>[^<]+<\/desc>/);
    assert.ok(alt.length > 60, alt);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    assert.notEqual(draw(0.7).svg, svg);
    assert.notEqual(draw(0.7).alt, alt);
    assert.equal(draw(0.8).svg, svg, "the same numbers give the same drawing");
    insidePaper(svg);
    assert.ok((svg.match(/<text/g)?.length ?? 0) > 10, "names and numbers");
  });
}

test("many to one has one output, at the last step", () => {
  const { svg } = unrolledDrawing({ xs, hs: run(0.8), ys: [7] });
  assert.equal(svg.match(/>y</g)?.length, 1);
  assert.match(svg, />y<tspan[^>]*>3</);
});

test("the backward pass in the drawing is that of rnn.backward", () => {
  const params = { Wxh: matrix([[0.5]]), Whh: matrix([[0.8]]), bh: matrix([[0.1]]) };
  const { hs, cache } = rnn.forward(
    params,
    xs.map((x) => matrix([[x]])),
    { h: matrix([[h0]]) },
  );
  const own = [0.3, -0.2, 0.9];
  const { grads, dhTotals } = rnn.backward(
    params,
    cache,
    own.map((dh) => matrix([[dh]])),
  );
  const { svg, alt } = bpttDrawing({
    weights: { w: 0.5, u: 0.8, b: 0.1 },
    xs,
    hs: hs.map(({ data }) => data[0]),
    h0,
    dhs: own,
    loss: 1,
  });
  for (const [t, { data }] of dhTotals.entries())
    assert.match(alt, new RegExp(`dh${t + 1} = .*= ${inNode(data[0])}`));
  for (const [name, grad] of [
    ["dw", grads.Wxh],
    ["du", grads.Whh],
    ["db", grads.bh],
  ] as const)
    assert.ok(svg.includes(`${name} = ${inNode(grad.data[0])}`), name);
});

test("every gate's path differs, and the rest is pale", () => {
  const cache = lstmRun(0.8);
  const lit = (["i", "f", "o", "g", "c", "h"] as const).map(
    (highlight) => lstmDrawing(cache, { highlight }).svg,
  );
  assert.equal(new Set(lit).size, 6);
  const pale = /<g opacity="0.3">(.*?)<\/g>/s.exec(lit[1])?.[1] ?? "";
  assert.match(pale, /output gate/);
  assert.doesNotMatch(pale, /forget gate/);
  assert.match(lit[1], /forget gate/);
  assert.throws(() => lstmDrawing(cache, { t: 2 }), /t 2, unit 0, batchRow 0: the run has 2 steps, 2 units/);
});

test("numbers in nodes are short", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [-0, "0"],
    [0.5, "0.5"],
    [0.46211, "0.462"],
    [-0.0174321, "−0.0174"],
    [12345.6, "12300"],
    [1.23e-7, "1.2e−7"],
    [2e9, "2.0e9"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ];
  for (const [value, words] of cases) assert.equal(inNode(value), words);
});

test("wrong numbers of steps are refused, with what to do", () => {
  assert.throws(() => unrolledDrawing({ xs, hs: [1] }), /3 xs, 1 hs, 0 ys; give 1 to 8 xs, as many hs/);
  assert.throws(
    () => bpttDrawing({ weights: { w: 1, u: 1, b: 0 }, xs, hs: run(1), dhs: [1], loss: 1 }),
    /3 xs, 3 hs, 1 dhs; give 1 to 4 steps/,
  );
});

test("attention, encoder and decoder, scan: wrong numbers are refused", () => {
  const { query, keys, scores, context } = attend(1);
  assert.throws(
    () => attentionDrawing({ query, keys, scores, weights: [1], context }),
    /3 keys, 3 scores, 1 weights; give 1 to 6 keys/,
  );
  assert.throws(
    () => encoderDecoderDrawing({ source: ["a"], inputs: ["b"], outputs: [] }),
    /1 source tokens, 1 inputs, 0 outputs; give at most 14 steps/,
  );
  assert.throws(() => scanDrawing({ rounds: [[1, 2], [1]] }), /2,1 places; give 1 to 8/);
});

test("the arrows of attention are as thick as their weights", () => {
  const { svg } = encoderDecoderDrawing({
    ...{ source: ["a", "b"], inputs: ["<"], outputs: ["c"] },
    weights: [0.25, 0.75],
  });
  const widths = [...svg.matchAll(/stroke-width="([\d.]+)"[^>]*s-backward/g)].map(([, width]) =>
    Number(width),
  );
  assert.ok(widths.includes(0.4 + 4 * 0.25) && widths.includes(0.4 + 4 * 0.75), `${widths}`);
});

/** Every tag is closed in turn, every attribute quoted, no stray < or &. */
function wellFormed(svg: string): void {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?: [\w-:]+="[^"<&]*")*)(\/?)>/gi,
    (_, end: string, name: string, __, alone: string) => {
      if (end) assert.equal(open.pop(), name);
      else if (!alone) open.push(name);
      return "";
    },
  );
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest.replace(/&(amp|lt|gt|quot);/g, ""), /[<>&]/);
}

/** No text begins, and no line ends, outside the paper. */
function insidePaper(svg: string): void {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)?.map(Number) ?? [];
  for (const [, x, y] of svg.matchAll(/<text x="([^"]+)" y="([^"]+)"/g)) {
    assert.ok(
      Number(x) >= 0 && Number(x) <= width && Number(y) >= 0 && Number(y) <= height,
      `text at ${x}, ${y}`,
    );
  }
}
