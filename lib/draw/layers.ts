import { boxSize, listed, type Numbers, nodeLines, numbersOf } from "./numbers";
import { arrow, box, type Drawing, drawing, type Line, type Point, type Tone, text } from "./svg";

export interface StackedOptions {
  /** T inputs. */
  xs: Numbers[];
  /** The states of each layer, from the first layer to the last, T each. */
  layers: Numbers[][];
  /** Which sequence of the batch, by default the first. */
  batchRow?: number;
  title?: string;
}

export interface BidirectionalOptions {
  /** T inputs, and T outputs of 2H numbers: first those of the cell that reads ahead, then of the one that reads back. */
  xs: Numbers[];
  hs: Numbers[];
  batchRow?: number;
  title?: string;
}

const [LEFT, GAP, TOP] = [110, 46, 16];

/**
 * Layers on top of each other: each reads the states of the one below it, and its own from the step before.
 * @throws unless there are 1 to 6 steps, and as many states in every layer
 */
export function stackedDrawing({ xs, layers, batchRow, title = "Stacked layers" }: StackedOptions): Drawing {
  const T = xs.length;
  if (T < 1 || T > 6 || layers.length < 1 || layers.some((hs) => hs.length !== T)) {
    throw new Error(
      `stackedDrawing: ${T} xs, ${layers.map((hs) => hs.length)} states; give 1 to 6 steps, as many in every layer`,
    );
  }
  const nodes = [xs, ...layers].map((row, k) =>
    row.map((value, t) =>
      nodeLines(k === 0 ? `x_${t + 1}` : `h^${k}_${t + 1}`, value, {
        batchRow,
        tone: k === 0 ? "input" : "ink",
      }),
    ),
  );
  const size = boxSize(nodes.flat());
  const [pitch, rise] = [size[0] + GAP, size[1] + GAP];
  const center = (t: number, row: number): Point => [
    LEFT + size[0] / 2 + t * pitch,
    TOP + size[1] / 2 + (layers.length - row) * rise,
  ];
  const parts: string[] = [];
  for (const [row, lines] of nodes.entries()) {
    const name = row === 0 ? "inputs x" : `layer ${row}`;
    parts.push(rowName(center(0, row)[1], name));
    for (const [t, node] of lines.entries()) {
      const [x, y] = center(t, row);
      parts.push(box([x, y], size, node, { tone: row === 0 ? "input" : "ink" }));
      if (row === 0) continue;
      parts.push(
        arrow([
          [x, y + rise - size[1] / 2],
          [x, y + size[1] / 2],
        ]),
      );
      if (t > 0)
        parts.push(
          arrow([
            [x - pitch + size[0] / 2, y],
            [x - size[0] / 2, y],
          ]),
        );
    }
  }
  const bottom = center(0, 0)[1] + size[1] / 2;
  const right = center(T - 1, 0)[0] + size[0] / 2;
  parts.push(...timeAxis(bottom + 24, right));
  const words = layers.map((hs, k) => `Layer ${k + 1}: ${hs.map((h) => listed(h, batchRow)).join("; ")}.`);
  const alt = `${title}: ${T} steps, ${layers.length} layers, each reads the one below it. ${words.join(" ")}`;
  return drawing(right + 18, bottom + 42, title, alt, parts);
}

/**
 * Two cells over the same inputs: one reads ahead, from the first step to the last, the other back. At each step the
 * output is both states side by side.
 * @throws unless there are 1 to 4 steps, as many hs, and an even number in each
 */
export function bidirectionalDrawing(options: BidirectionalOptions): Drawing {
  const { xs, hs, batchRow, title = "A bidirectional network" } = options;
  const T = xs.length;
  const all = hs.map((h) => numbersOf(h, batchRow));
  if (T < 1 || T > 4 || hs.length !== T || all.some((h) => h.length % 2 === 1)) {
    throw new Error(
      `bidirectionalDrawing: ${T} xs, ${hs.length} hs of ${all[0]?.length} numbers; give 1 to 4 steps, as many hs, ` +
        "each with an even number (two directions)",
    );
  }
  const [ahead, back] = [0, 1].map((side) =>
    all.map((h) => h.slice((side * h.length) / 2, ((side + 1) * h.length) / 2)),
  );
  const lines = (name: string, values: Numbers[], tone?: Tone): Line[][] =>
    values.map((value, t) => nodeLines(`${name}_${t + 1}`, value, { batchRow, tone }));
  const rows = {
    x: lines("x", xs, "input"),
    a: lines("a", ahead),
    b: lines("b", back),
    h: all.map((_, t): Line[] => [
      { text: `h_${t + 1}`, bold: true, size: 15, tone: "output" },
      { text: `[a_${t + 1}, b_${t + 1}]` },
    ]),
  };
  const [w, h] = boxSize(Object.values(rows).flat());
  const [shift, pitch, rise] = [w / 2 + 6, 2 * w + GAP + 12, h + 40];
  const column = (t: number): number => LEFT + w + 6 + t * pitch;
  const level = {
    h: TOP + h / 2,
    b: TOP + h / 2 + rise,
    a: TOP + h / 2 + 2 * rise,
    x: TOP + h / 2 + 3 * rise,
  };

  const parts = [
    rowName(level.h, "outputs h"),
    rowName(level.b, "reads back"),
    rowName(level.a, "reads ahead"),
    rowName(level.x, "inputs x"),
  ];
  const lift = (x: number, from: number, to: number): void =>
    void parts.push(
      arrow([
        [x, from - h / 2],
        [x, to + h / 2],
      ]),
    );
  for (let t = 0; t < T; t++) {
    const [a, b] = [column(t) - shift, column(t) + shift];
    lift(a, level.x, level.a);
    lift(b, level.x, level.b);
    lift(a, level.a, level.h);
    lift(b, level.b, level.h);
    if (t > 0) {
      parts.push(
        arrow([
          [a - pitch + w / 2, level.a],
          [a - w / 2, level.a],
        ]),
      );
      parts.push(
        arrow([
          [b - w / 2, level.b],
          [b - pitch + w / 2, level.b],
        ]),
      );
    }
    const wide: [number, number] = [2 * w + 12, h];
    parts.push(
      box([column(t), level.x], wide, rows.x[t], { tone: "input" }),
      box([a, level.a], [w, h], rows.a[t]),
      box([b, level.b], [w, h], rows.b[t]),
      box([column(t), level.h], wide, rows.h[t], { tone: "output" }),
    );
  }
  const right = column(T - 1) + w + 6;
  const bottom = level.x + h / 2;
  parts.push(...timeAxis(bottom + 24, right));
  const words = all.map((_, t) => `a${t + 1} ${listed(ahead[t])}, b${t + 1} ${listed(back[t])}`);
  const alt = `${title}: a reads ${T} steps ahead, b reads them back, h is both. ${words.join("; ")}.`;
  return drawing(right + 18, bottom + 42, title, alt, parts);
}

function rowName(y: number, words: string): string {
  return text([14, y], { text: words, tone: "muted", size: 13 }, "start");
}

function timeAxis(y: number, right: number): string[] {
  return [
    rowName(y, "time"),
    arrow(
      [
        [LEFT, y],
        [right, y],
      ],
      { tone: "muted" },
    ),
  ];
}
