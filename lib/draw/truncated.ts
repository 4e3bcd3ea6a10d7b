import { arrow, box, type Drawing, drawing, inNode, path, text } from "./svg";

export interface TruncatedOptions {
  /** For each step the size of the total gradient that reaches its state, e.g. `dhTotals.map(norm)`. */
  norms: ArrayLike<number>;
  /** Steps in a chunk. */
  length: number;
  title?: string;
}

const [BOX, PITCH, H_AT] = [52, 74, 74];

/**
 * Truncated backpropagation through time: the state runs on through all chunks, the gradient stops where its chunk
 * begins. Below each state stands the size of its gradient.
 * @throws unless there are 2 to 12 steps and length is a whole number of at least 1
 */
export function truncatedDrawing({
  norms,
  length,
  title = "Truncated backpropagation",
}: TruncatedOptions): Drawing {
  const T = norms.length;
  if (T < 2 || T > 12 || !Number.isInteger(length) || length < 1) {
    throw new Error(
      `truncatedDrawing: ${T} norms, length ${length}; give 2 to 12 steps and a whole length ≥ 1`,
    );
  }
  const column = (t: number): number => 24 + BOX / 2 + t * PITCH;
  const parts: string[] = [];
  for (let from = 0; from < T; from += length) {
    const to = Math.min(T, from + length) - 1;
    const [left, right] = [column(from) - BOX / 2 - 7, column(to) + BOX / 2 + 7];
    const frame = [
      [left, 24],
      [right, 24],
      [right, 144],
      [left, 144],
      [left, 24],
    ] as const;
    parts.push(path([...frame], { tone: "muted", dashed: true, width: 1 }));
    parts.push(
      text([(left + right) / 2, 13], { text: `chunk ${from / length + 1}`, tone: "muted", size: 12 }),
    );
  }
  for (let t = 0; t < T; t++) {
    const [x, edge] = [column(t), column(t) - BOX / 2];
    parts.push(box([x, H_AT], [BOX, 40], [{ text: `h_${t + 1}`, bold: true }]));
    parts.push(text([x, 120], { text: inNode(norms[t]), tone: "backward", size: 13 }));
    if (t === 0) continue;
    const before = edge - PITCH + BOX;
    parts.push(
      arrow([
        [before, H_AT - 9],
        [edge, H_AT - 9],
      ]),
    );
    if (t % length !== 0)
      parts.push(
        arrow(
          [
            [edge, H_AT + 9],
            [before, H_AT + 9],
          ],
          { tone: "backward", dashed: true },
        ),
      );
  }
  const right = column(T - 1) + BOX / 2 + 24;
  const legend = "Solid: the state runs on. Dashed: the gradient, only within a chunk; its size below.";
  parts.push(text([17, 164], { text: legend, tone: "muted", size: 13 }, "start"));
  const sizes = Array.from(norms, (norm, t) => `h${t + 1} ${inNode(norm)}`).join(", ");
  const alt = `${title}: ${T} steps in chunks of ${length}. The state passes on, the gradient does not. Sizes: ${sizes}.`;
  return drawing(Math.max(right, 560), 184, title, alt, parts);
}
