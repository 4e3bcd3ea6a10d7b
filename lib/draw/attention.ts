import { boxSize, listed, type Numbers, nodeLines, numbersOf } from "./numbers";
import { arrow, box, type Drawing, drawing, inNode, type Line, painted, path, text, widthOf } from "./svg";

export interface AttentionOptions {
  /** What asks, and S keys, as they went into the attention. */
  query: Numbers;
  keys: Numbers[];
  /** Before and after the softmax, S each, and the mixture: as the attention gave them. */
  scores: ArrayLike<number>;
  weights: ArrayLike<number>;
  context: Numbers;
  title?: string;
}

const [LEFT, GAP, BAR] = [112, 26, 60];

/**
 * One query and S keys: a score for each key, their softmax as bars, and the mixture of the keys.
 * @throws unless there are 1 to 6 keys, as many scores and weights
 */
export function attentionDrawing(options: AttentionOptions): Drawing {
  const { query, keys, scores, weights, context, title = "Attention" } = options;
  const S = keys.length;
  if (S < 1 || S > 6 || scores.length !== S || weights.length !== S) {
    throw new Error(
      `attentionDrawing: ${S} keys, ${scores.length} scores, ${weights.length} weights; give 1 to 6 keys, as many ` +
        "scores and weights",
    );
  }
  const q = nodeLines("query q", query, { tone: "backward" });
  const c = nodeLines("context c", context, { tone: "output" });
  const ks = keys.map((key, s) => nodeLines(`key k_${s + 1}`, key, { tone: "input" }));
  const [w, h] = boxSize([q, c, ...ks]);
  const pitch = w + GAP;
  const column = (s: number): number => LEFT + (s + 1.5) * pitch - GAP / 2;
  const middle = (column(0) + column(S - 1)) / 2;
  const contextAt = 14 + h / 2;
  const barsAt = contextAt + h / 2 + 46 + BAR; // the foot of the bars
  const scoresAt = barsAt + 56;
  const keysAt = scoresAt + 60 + h / 2;

  const rows: [number, string][] = [
    [contextAt, "context"],
    [barsAt - BAR / 2, "weights a"],
    [scoresAt, "scores e"],
    [keysAt, "keys"],
  ];
  const parts = rows.map(([y, name]) => text([14, y], { text: name, tone: "muted", size: 13 }, "start"));
  const queryAt: readonly [number, number] = [LEFT + w / 2 - 8, scoresAt];
  parts.push(box(queryAt, [w, h], q, { tone: "backward" }));
  parts.push(
    path(
      [
        [queryAt[0] + w / 2, scoresAt],
        [column(S - 1), scoresAt],
      ],
      { tone: "backward", dashed: true },
    ),
  );
  for (let s = 0; s < S; s++) {
    const x = column(s);
    const high = Math.max(1, BAR * weights[s]);
    const bar = `x="${(x - 14).toFixed(1)}" y="${(barsAt - high).toFixed(1)}" width="28" height="${high.toFixed(1)}"`;
    parts.push(box([x, keysAt], [w, h], ks[s], { tone: "input" }));
    parts.push(
      arrow([
        [x, keysAt - h / 2],
        [x, scoresAt + 17],
      ]),
    );
    parts.push(box([x, scoresAt], [w, 30], [{ text: `e_${s + 1} = ${inNode(scores[s])}`, size: 12 }]));
    parts.push(
      arrow([
        [x, scoresAt - 15],
        [x, barsAt + 20],
      ]),
    );
    parts.push(`<rect ${bar} ${painted("output")}/>`);
    parts.push(text([x, barsAt + 10], { text: weights[s].toFixed(3), size: 12 }));
    parts.push(
      arrow(
        [
          [x, barsAt - BAR - 6],
          [middle + (x - middle) * 0.25, contextAt + h / 2],
        ],
        { tone: "output", width: 0.6 + 3 * weights[s] },
      ),
    );
  }
  parts.push(box([middle, contextAt], [w, h], c, { tone: "output" }));
  const alt =
    `${title}: query ${listed(query)}. ` +
    keys
      .map(
        (key, s) =>
          `Key ${s + 1} ${listed(key)}: score ${inNode(scores[s])}, weight ${weights[s].toFixed(3)}. `,
      )
      .join("") +
    `Context ${listed(context)}.`;
  return drawing(column(S - 1) + w / 2 + 16, keysAt + h / 2 + 16, title, alt, parts);
}

export interface EncoderDecoderDrawingOptions {
  /** What the encoder reads, what the decoder reads, and what it writes: as many of the last two. */
  source: string[];
  inputs: string[];
  outputs: string[];
  /** How much the last of the drawn decoder steps looks at each source step: draws the arrows of attention. */
  weights?: ArrayLike<number>;
  title?: string;
}

/**
 * The encoder reads from left to right, its last state is the decoder's first; with weights the arrows by which the
 * last drawn step of the decoder looks back, each as thick as its weight.
 * @throws unless there are as many inputs as outputs, and at most 14 steps in all
 */
export function encoderDecoderDrawing(options: EncoderDecoderDrawingOptions): Drawing {
  const { source, inputs, outputs, weights, title = "Encoder and decoder" } = options;
  const [S, T] = [source.length, outputs.length];
  if (S < 1 || T < 1 || S + T > 14 || inputs.length !== T || (weights && weights.length !== S)) {
    throw new Error(
      `encoderDecoderDrawing: ${S} source tokens, ${inputs.length} inputs, ${T} outputs; give at most 14 steps in ` +
        "all, as many inputs as outputs, and a weight for each source token",
    );
  }
  const word = (one: string, tone: Line["tone"]): Line[] => [
    { text: one === " " ? "␣" : one, tone, bold: true },
  ];
  const all = [...source, ...inputs, ...outputs];
  const w = Math.max(34, ...all.map((one) => widthOf({ text: one, bold: true }) + 8));
  const pitch = w + 14;
  const column = (k: number): number => 78 + w / 2 + k * pitch + (k >= S ? 24 : 0);
  const top = weights ? 74 : 26;
  const [outAt, hAt, inAt] = [top, top + 66, top + 132];
  const parts = [
    text([14, hAt], { text: "states", tone: "muted", size: 13 }, "start"),
    text([14, inAt], { text: "reads", tone: "muted", size: 13 }, "start"),
    text([14, outAt], { text: "writes", tone: "muted", size: 13 }, "start"),
  ];
  for (let k = 0; k < S + T; k++) {
    const [x, decoding] = [column(k), k >= S];
    const read = decoding ? inputs[k - S] : source[k];
    parts.push(box([x, inAt], [w, 30], word(read, "input"), { tone: "input" }));
    parts.push(
      arrow([
        [x, inAt - 15],
        [x, hAt + 15],
      ]),
    );
    parts.push(box([x, hAt], [w, 30], [{ text: decoding ? `h′_${k - S + 1}` : `h_${k + 1}` }]));
    if (k > 0)
      parts.push(
        arrow(
          [
            [column(k - 1) + w / 2, hAt],
            [x - w / 2, hAt],
          ],
          k === S ? { tone: "backward", width: 3 } : {},
        ),
      );
    if (!decoding) continue;
    parts.push(box([x, outAt], [w, 30], word(outputs[k - S], "output"), { tone: "output" }));
    parts.push(
      arrow([
        [x, hAt - 15],
        [x, outAt + 15],
      ]),
    );
  }
  const asks = column(S + T - 1);
  for (let s = 0; weights && s < S; s++) {
    parts.push(
      path(
        [
          [column(s), hAt - 15],
          [column(s) + 24, 24],
          [asks - w / 2 - 7, 24],
          [asks - w / 2 - 7, hAt - 28],
          [asks - w / 2 + 6, hAt - 15],
        ],
        { tone: "backward", width: 0.4 + 4 * weights[s] },
      ),
    );
  }
  const bottom = inAt + 40;
  parts.push(text([(column(0) + column(S - 1)) / 2, bottom], { text: "encoder", tone: "muted", size: 13 }));
  parts.push(text([(column(S) + asks) / 2, bottom], { text: "decoder", tone: "muted", size: 13 }));
  const most = weights && Array.from(weights).indexOf(Math.max(...Array.from(weights)));
  const alt =
    `${title}: the encoder reads ${source.join(" ")}. From its last state the decoder reads ${inputs.join(" ")} and ` +
    `writes ${outputs.join(" ")}.` +
    (most === undefined
      ? ""
      : ` Its last step looks most at ${source[most]}, with the weight ${inNode(weights![most])}.`);
  return drawing(asks + w / 2 + 16, bottom + 18, title, alt, parts);
}

export interface ScanOptions {
  /** What stands at each of T places at the beginning and after each round: the last row is the result. */
  rounds: Numbers[][];
  /** The name of the numbers, e.g. "h". */
  name?: string;
  title?: string;
}

/**
 * A parallel scan over T ≤ 8 places: in round 1, 2, 3 … each place takes in what stands 1, 2, 4 … places before it.
 * @throws unless all rounds have the same 1 to 8 places
 */
export function scanDrawing({ rounds, name = "h", title = "A parallel scan" }: ScanOptions): Drawing {
  const T = rounds[0]?.length ?? 0;
  if (T < 1 || T > 8 || rounds.some((row) => row.length !== T)) {
    throw new Error(
      `scanDrawing: ${rounds.map((row) => row.length)} places; give 1 to 8, as many in each round, the inputs first`,
    );
  }
  const [w, h, pitch, rise] = [66, 40, 84, 92];
  const column = (t: number): number => 100 + w / 2 + t * pitch;
  const level = (k: number): number => 20 + h / 2 + k * rise;
  const parts: string[] = [];
  for (const [k, row] of rounds.entries()) {
    const y = level(k);
    const label = k === 0 ? "before" : `round ${k}`;
    parts.push(text([14, y], { text: label, tone: "muted", size: 13 }, "start"));
    for (let t = 0; t < T; t++) {
      const from = t - (1 << k) / 2;
      const done = t < 1 << k;
      if (k > 0)
        parts.push(
          arrow([
            [column(t), y - rise + h / 2],
            [column(t), y - h / 2],
          ]),
        );
      if (k > 0 && from >= 0)
        parts.push(
          arrow(
            [
              [column(from), y - rise + h / 2],
              [column(t) - 10, y - h / 2],
            ],
            { tone: "input" },
          ),
        );
      const lines: Line[] = [
        {
          text: done ? `${name}_${t + 1}` : k === 0 ? `${t + 1}` : `${t + 2 - (1 << k)}…${t + 1}`,
          size: 12,
          bold: done,
          tone: "muted",
        },
        { text: numbersOf(row[t]).slice(0, 1).map(inNode).join("") },
      ];
      parts.push(box([column(t), y], [w, h], lines, { tone: done ? "output" : "ink" }));
    }
  }
  const last = rounds[rounds.length - 1];
  const alt =
    `${title}: ${T} places, ${rounds.length - 1} rounds. In each round a place takes in what stands 1, then 2, then 4 ` +
    `places before it. Result: ${last.map((one) => listed(one)).join("; ")}.`;
  return drawing(column(T - 1) + w / 2 + 16, level(rounds.length - 1) + h / 2 + 16, title, alt, parts);
}
