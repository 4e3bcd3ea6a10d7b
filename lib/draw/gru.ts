import type { GruCache } from "../cells/gru";
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
import { arrow, type Drawing, drawing, inNode, type Point, path, text } from "./svg";

const [H_AT, MIX_AT, GATE_AT, BUS_AT] = [70, 152, 250, 340];
const [Z, MINUS, R, PAST, N, END] = [196, 300, 330, 448, 608, 752];

/**
 * One step of a GRU as its cache holds it: the state runs along the top, past the update gate (⊙) and the new content
 * (+); the reset gate stands between the past and the candidate.
 *
 * `highlight`: "r", "z", "n" light the path of a gate or of the candidate, "h" the state's highway.
 * @throws if the cache has no such step, unit or row
 */
export function gruDrawing(
  cache: GruCache,
  options: CellDrawingOptions<"r" | "z" | "n" | "h"> = {},
): Drawing {
  const { t = 0, highlight, title = "One step of a GRU" } = options;
  const at = entry("gruDrawing", cache.hs, options);
  const [r, z, n, past, h] = [cache.rs, cache.zs, cache.ns, cache.pasts, cache.hs].map((all) => at(all[t]));
  const hPrev = at(t > 0 ? cache.hs[t - 1] : cache.h0);
  const { add, lit, parts } = circuit(highlight);
  const thick = (paths: string) => ({ width: highlight !== undefined && lit(paths) ? 3.2 : 1.6 });
  const line = (paths: string, ...points: Point[]): void => add(paths, path(points, thick(paths)));
  const flow = (paths: string, ...points: Point[]): void => add(paths, arrow(points, thick(paths)));
  const note = (paths: string, where: Point, words: string, anchor: "start" | "middle" = "start"): void =>
    add(paths, text(where, { text: words, size: 13 }, anchor));

  add(
    "rzn",
    state([58, BUS_AT - 32], "h_{t−1}", hPrev),
    input([58, BUS_AT + 32], cache.xs[t], options.batchRow),
  );
  line("rzn", [100, BUS_AT - 32], [124, BUS_AT - 32], [124, BUS_AT], [Z, BUS_AT]);
  line("rzn", [100, BUS_AT + 32], [124, BUS_AT + 32], [124, BUS_AT]);
  line("rn", [Z, BUS_AT], [R, BUS_AT]);
  line("rn", [R, BUS_AT], [PAST, BUS_AT]);
  line("n", [PAST, BUS_AT], [N, BUS_AT]);
  for (const [name, x, kind, formula, value] of [
    ["z", Z, "update gate", "σ", z],
    ["r", R, "reset gate", "σ", r],
    ["n", N, "candidate", "tanh", n],
  ] as const) {
    flow(name, [x, BUS_AT], [x, GATE_AT + 31]);
    if (name !== "n") add(name, branch([x, BUS_AT]));
    add(name === "n" ? "rn" : name, gate([x, GATE_AT], kind, formula, name, value));
  }
  // The candidate sees the past through the reset gate.
  flow("rn", [PAST, BUS_AT], [PAST, GATE_AT + RADIUS]);
  note("rn", [PAST + 8, 306], `past = ${inNode(past)}`);
  flow("r", [R + 55, GATE_AT], [PAST - RADIUS, GATE_AT]);
  flow("rn", [PAST + RADIUS, GATE_AT], [N - 55, GATE_AT]);
  note("rn", [(PAST + N) / 2 - 22, GATE_AT - 14], "r·past", "middle");
  note("rn", [(PAST + N) / 2 - 22, GATE_AT + 15], inNode(r * past), "middle");
  add("rn", branch([PAST, BUS_AT]), operation([PAST, GATE_AT], "⊙"));
  // h = (1 − z)·n + z·hPrev
  add("hz", state([58, H_AT], "h_{t−1}", hPrev));
  flow("hz", [100, H_AT], [Z - RADIUS, H_AT]);
  flow("z", [Z, GATE_AT - 31], [Z, H_AT + RADIUS]);
  flow("hz", [Z + RADIUS, H_AT], [N - RADIUS, H_AT]);
  note("hz", [(Z + N) / 2, H_AT - 16], `z·h_{t−1} = ${inNode(z * hPrev)}`, "middle");
  flow("z", [Z, MIX_AT], [MINUS - RADIUS, MIX_AT]);
  flow("z", [MINUS + RADIUS, MIX_AT], [N - RADIUS, MIX_AT]);
  note("z", [(MINUS + N) / 2, MIX_AT - 14], `1 − z = ${inNode(1 - z)}`, "middle");
  add("z", branch([Z, MIX_AT]), operation([MINUS, MIX_AT], "1−"));
  flow("rn", [N, GATE_AT - 31], [N, MIX_AT + RADIUS]);
  flow("rzn", [N, MIX_AT - RADIUS], [N, H_AT + RADIUS]);
  note("rzn", [N + 9, (H_AT + MIX_AT) / 2], `(1 − z)·n = ${inNode((1 - z) * n)}`);
  flow("rznh", [N + RADIUS, H_AT], [END - 42, H_AT]);
  add("hz", operation([Z, H_AT], "⊙"));
  add("rzn", operation([N, MIX_AT], "⊙"));
  add("rznh", operation([N, H_AT], "+"), state([END, H_AT], "h_t", h));

  const alt =
    `${title}, unit ${options.unit ?? 0}, step ${t}${highlight ? `, the path of ${highlight} lit` : ""}. From ` +
    `h = ${inNode(hPrev)}: r = ${inNode(r)}, z = ${inNode(z)}, n = ${inNode(n)}, past = ${inNode(past)}. ` +
    `New h = (1 − z)·n + z·h = ${inNode((1 - z) * n)} + ${inNode(z * hPrev)} = ${inNode(h)}.`;
  return drawing(END + 58, BUS_AT + 70, title, alt.replaceAll("+ −", "− "), parts());
}
