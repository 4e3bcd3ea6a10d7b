import type { LstmCache } from "../cells/lstm";
import {
  branch,
  type CellDrawingOptions,
  circuit,
  entry,
  gate,
  input,
  operation,
  RADIUS,
  state,
} from "./circuit";
import { arrow, box, type Drawing, drawing, inNode, type Point, path, text } from "./svg";

const [C_AT, G_AT, O_AT, GATE_AT, BUS_AT] = [70, 152, 205, 284, 366];
const [F, I, SUM, G, O, OUT, END] = [200, 318, 380, 442, 560, 640, 736];

/**
 * One step of an LSTM as its cache holds it: the cell state runs along the top, past the forget gate (⊙) and the
 * new content (+); input and last hidden state come in at the lower left and feed all four gates.
 *
 * `highlight`: "i", "f", "o", "g" light the path of a gate or of the candidate, "c" the cell state's highway, "h" the
 * way from the cell to the output.
 * @throws if the cache has no such step, unit or row
 */
export function lstmDrawing(
  cache: LstmCache,
  options: CellDrawingOptions<"i" | "f" | "o" | "g" | "c" | "h"> = {},
): Drawing {
  const { t = 0, highlight, title = "One step of an LSTM" } = options;
  const at = entry("lstmDrawing", cache.hs, options);
  const [i, f, o, g] = [cache.is, cache.fs, cache.os, cache.gs].map((all) => at(all[t]));
  const [c, h, squashed] = [cache.cs, cache.hs, cache.tanhCs].map((all) => at(all[t]));
  const [cPrev, hPrev] = t > 0 ? [at(cache.cs[t - 1]), at(cache.hs[t - 1])] : [at(cache.c0), at(cache.h0)];
  const { add, lit, parts } = circuit(highlight);
  const thick = (paths: string) => ({ width: highlight !== undefined && lit(paths) ? 3.2 : 1.6 });
  const line = (paths: string, ...points: Point[]): void => add(paths, path(points, thick(paths)));
  const flow = (paths: string, ...points: Point[]): void => add(paths, arrow(points, thick(paths)));
  const note = (paths: string, where: Point, words: string): void =>
    add(paths, text(where, { text: words, size: 13 }, "start"));

  // The four gates read the same two things.
  const gates = [
    ["f", F, "forget gate", "σ", f],
    ["i", I, "input gate", "σ", i],
    ["g", G, "candidate", "tanh", g],
    ["o", O, "output gate", "σ", o],
  ] as const;
  add(
    "figo",
    state([58, BUS_AT - 32], "h_{t−1}", hPrev),
    input([58, BUS_AT + 32], cache.xs[t], options.batchRow),
  );
  line("figo", [100, BUS_AT - 32], [124, BUS_AT - 32], [124, BUS_AT], [F, BUS_AT]);
  line("figo", [100, BUS_AT + 32], [124, BUS_AT + 32], [124, BUS_AT]);
  for (const [k, [name, x, kind, formula, value]] of gates.entries()) {
    const onward = gates.slice(k + 1).map(([later]) => later);
    if (onward.length > 0) {
      line(onward.join(""), [x, BUS_AT], [gates[k + 1][1], BUS_AT]);
      add(name, branch([x, BUS_AT]));
    }
    flow(name, [x, BUS_AT], [x, GATE_AT + 31]);
    add(name, gate([x, GATE_AT], kind, formula, name, value));
  }
  // c = f·cPrev + i·g
  add("fc", state([58, C_AT], "c_{t−1}", cPrev));
  flow("fc", [100, C_AT], [F - RADIUS, C_AT]);
  flow("f", [F, GATE_AT - 31], [F, C_AT + RADIUS]);
  flow("fc", [F + RADIUS, C_AT], [SUM - RADIUS, C_AT]);
  add("fc", text([(F + SUM) / 2, C_AT - 16], { text: `f·c_{t−1} = ${inNode(f * cPrev)}`, size: 13 }));
  flow("i", [I, GATE_AT - 31], [I, G_AT], [SUM - RADIUS, G_AT]);
  flow("g", [G, GATE_AT - 31], [G, G_AT], [SUM + RADIUS, G_AT]);
  flow("ig", [SUM, G_AT - RADIUS], [SUM, C_AT + RADIUS]);
  note("ig", [SUM + 9, (C_AT + G_AT) / 2], `i·g = ${inNode(i * g)}`);
  flow("figc", [SUM + RADIUS, C_AT], [END - 42, C_AT]);
  add("fc", operation([F, C_AT], "⊙"));
  add("ig", operation([SUM, G_AT], "⊙"));
  add("figc", operation([SUM, C_AT], "+"), state([END, C_AT], "c_t", c));
  // h = o·tanh(c)
  flow("h", [OUT, C_AT], [OUT, 117]);
  flow("h", [OUT, 145], [OUT, O_AT - RADIUS]);
  note("h", [OUT + 9, 168], inNode(squashed));
  add("h", branch([OUT, C_AT]), box([OUT, 131], [56, 28], [{ text: "tanh", size: 13 }], { fill: "paper" }));
  flow("o", [O, GATE_AT - 31], [O, O_AT], [OUT - RADIUS, O_AT]);
  flow("oh", [OUT + RADIUS, O_AT], [END - 42, O_AT]);
  add("oh", operation([OUT, O_AT], "⊙"), state([END, O_AT], "h_t", h));

  const alt =
    `${title}, unit ${options.unit ?? 0}, step ${t}${highlight ? `, the path of ${highlight} lit` : ""}. From ` +
    `c = ${inNode(cPrev)}, h = ${inNode(hPrev)}: f = ${inNode(f)}, i = ${inNode(i)}, g = ${inNode(g)}, ` +
    `o = ${inNode(o)}. New c = f·c + i·g = ${inNode(f * cPrev)} + ${inNode(i * g)} = ${inNode(c)}. New h = o·tanh(c) ` +
    `= ${inNode(o)} · ${inNode(squashed)} = ${inNode(h)}.`;
  return drawing(END + 58, BUS_AT + 70, title, alt.replaceAll("+ −", "− "), parts());
}
