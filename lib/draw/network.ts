import { type Matrix, shape } from "../matrix";
import { boxSize, listed, type Numbers, nodeLines } from "./numbers";
import { arrow, box, type Drawing, drawing, inNode, text, widthOf } from "./svg";

export interface UnrolledOptions {
  /** T inputs. */
  xs: Numbers[];
  /** T states, as the run gave them. */
  hs: Numbers[];
  /** T outputs (many to many), or one: that of the last step (many to one). */
  ys?: Numbers[];
  /** The state before the first step; left out, it is not drawn. */
  h0?: Numbers;
  /** The weights on the arrows, by name: input to state, state to state, state to output. */
  weights?: Record<string, number | Matrix>;
  /** Which sequence of the batch, by default the first. */
  batchRow?: number;
  title?: string;
}

const MOST = 8;
const GAP = 54; // between two rows
const LEFT = 92; // the rows' names

/**
 * The network unrolled: inputs x in the lowest row, states h above them, outputs y on top, time to the right, each
 * node with its numbers. Arrows with the same name carry the same weights.
 * @throws unless there are 1 to 8 steps, as many hs, and as many ys, one or none
 */
export function unrolledDrawing(options: UnrolledOptions): Drawing {
  const { xs, hs, ys = [], h0, weights = {}, batchRow, title = "The network, unrolled" } = options;
  const T = xs.length;
  if (T < 1 || T > MOST || hs.length !== T || ![0, 1, T].includes(ys.length)) {
    throw new Error(
      `unrolledDrawing: ${T} xs, ${hs.length} hs, ${ys.length} ys; give 1 to ${MOST} xs, as many hs, and as ` +
        "many ys or one, e.g. xs.slice(0, 4)",
    );
  }
  const firstY = T - ys.length + 1;
  const [into, across, out] = names(weights);
  const x = xs.map((value, k) => nodeLines(`x_${k + 1}`, value, { batchRow, tone: "input" }));
  const h = [h0, ...hs].map((value, k) =>
    value === undefined ? [] : nodeLines(`h_${k}`, value, { batchRow }),
  );
  const y = ys.map((value, k) => nodeLines(`y_${firstY + k}`, value, { batchRow, tone: "output" }));

  const width = boxSize([...x, ...h, ...y])[0];
  const [yHeight, hHeight, xHeight] = [y, h, x].map((nodes) => (nodes.length > 0 ? boxSize(nodes)[1] : 0));
  const step = width + Math.max(46, widthOf(across) + 26);
  const column = (t: number): number => LEFT + width / 2 + (h0 === undefined ? t - 1 : t) * step;
  const yAt = 16 + yHeight / 2;
  const hAt = (yHeight > 0 ? 16 + yHeight + GAP : 30) + hHeight / 2;
  const xAt = hAt + hHeight / 2 + GAP + xHeight / 2;
  const bottom = xAt + xHeight / 2;

  const parts = [hAt, xAt, ...(yHeight > 0 ? [yAt] : [])].map((at, k) =>
    text([14, at], { text: ["states h", "inputs x", "outputs y"][k], tone: "muted", size: 13 }, "start"),
  );
  const upward = (t: number, from: number, to: number, name: string): void => {
    parts.push(
      arrow([
        [column(t), from],
        [column(t), to],
      ]),
    );
    parts.push(text([column(t) + 8, (from + to) / 2], name, "start"));
  };
  for (let t = 0; t <= T; t++) {
    const at = column(t);
    if (h[t].length > 0) parts.push(box([at, hAt], [width, hHeight], h[t]));
    if (t === 0) continue;
    parts.push(box([at, xAt], [width, xHeight], x[t - 1], { tone: "input" }));
    upward(t, xAt - xHeight / 2, hAt + hHeight / 2, into);
    parts.push(text([at, bottom + 18], { text: `t = ${t}`, tone: "muted", size: 13 }));
    if (h[t - 1].length > 0) {
      parts.push(
        arrow([
          [column(t - 1) + width / 2, hAt],
          [at - width / 2, hAt],
        ]),
      );
      parts.push(text([at - step / 2, hAt - 13], across));
    }
    if (t < firstY) continue;
    parts.push(box([at, yAt], [width, yHeight], y[t - firstY], { tone: "output" }));
    upward(t, hAt - hHeight / 2, yAt + yHeight / 2, out);
  }
  const right = column(T) + width / 2;
  parts.push(text([14, bottom + 36], { text: "time", tone: "muted", size: 13 }, "start"));
  parts.push(
    arrow(
      [
        [LEFT, bottom + 36],
        [right, bottom + 36],
      ],
      { tone: "muted" },
    ),
  );
  const legend = [into, across, ...(ys.length > 0 ? [out] : [])].map((name) => sized(name, weights[name]));
  const same = `The same at every step: ${legend.join(", ")}`;
  parts.push(text([14, bottom + 62], { text: same, size: 13 }, "start"));
  const alt =
    `${title}: ${T} steps, time to the right. ` +
    [...(h0 === undefined ? [] : [`h0 ${listed(h0, batchRow)}`])].join("") +
    xs
      .map((value, k) => {
        const last = k + 1 >= firstY ? `, y${k + 1} ${listed(ys[k + 1 - firstY], batchRow)}` : "";
        return `; x${k + 1} ${listed(value, batchRow)} gives h${k + 1} ${listed(hs[k], batchRow)}${last}`;
      })
      .join("") +
    `. ${same}.`;
  const total = Math.max(right, 14 + widthOf({ text: same, size: 13 })) + 16;
  return drawing(total, bottom + 80, title, alt.replace(". ; ", ". "), parts);
}

function names(weights: Record<string, number | Matrix>): string[] {
  return ["Wxh", "Whh", "Why"].map((name, k) => Object.keys(weights)[k] ?? name);
}

/** "w = 0.5", or "Wxh [3,5]". */
function sized(name: string, weight?: number | Matrix): string {
  if (weight === undefined) return name;
  return typeof weight === "number" ? `${name} = ${inNode(weight)}` : `${name} ${shape(weight)}`;
}
