import { arrow, box, type Drawing, drawing, inNode, type Point, text } from "./svg";

export interface BpttOptions {
  /** hₜ = tanh(w·xₜ + u·hₜ₋₁ + b). */
  weights: { w: number; u: number; b: number };
  /** T inputs, T states after them, and the state before the first. */
  xs: ArrayLike<number>;
  hs: ArrayLike<number>;
  h0?: number;
  /** What the loss sends to each state directly, ∂⁺L/∂hₜ: 0 where a step has no loss of its own. */
  dhs: ArrayLike<number>;
  loss: number;
  /** "forward" leaves out the gradients. */
  pass?: "forward" | "both";
  title?: string;
}

/** What the backward pass finds at one step. */
interface StepGradients {
  own: number;
  next: number;
  dh: number;
  slope: number;
  da: number;
}

const MOST = 4;
const BOX: [number, number] = [124, 46];
const STEP = 210;
const H_AT = 142;
const A_AT = 246;
const X_AT = 340;

/**
 * The computational graph of a scalar recurrence with its numbers: forward solid, from the inputs up to the loss;
 * backward red and dashed, from the loss down to the weights. Below each step its shares of dw, du and db.
 *
 * dhₜ = dhs[t] + u·daₜ₊₁,  daₜ = dhₜ·(1 − hₜ²),  dw = Σ daₜ·xₜ,  du = Σ daₜ·hₜ₋₁,  db = Σ daₜ
 * @throws unless there are 1 to 4 steps, and as many hs and dhs
 */
export function bpttDrawing(options: BpttOptions): Drawing {
  const { weights, xs, hs, h0 = 0, dhs, loss, pass = "both" } = options;
  const title =
    options.title ?? (pass === "both" ? "Forward and backward through time" : "Forward through time");
  const T = xs.length;
  if (T < 1 || T > MOST || hs.length !== T || dhs.length !== T) {
    throw new Error(
      `bpttDrawing: ${T} xs, ${hs.length} hs, ${dhs.length} dhs; give 1 to ${MOST} steps, one of each a step`,
    );
  }
  const steps = backward(weights.u, hs, dhs);
  const both = pass === "both";
  const column = (t: number): number => 76 + t * STEP; // t = 0 is h0
  const before = (t: number): number => (t > 1 ? hs[t - 2] : h0);

  const withLoss = Array.from(dhs).findIndex((own) => own !== 0);
  const from = column(Math.max(withLoss, 0) + 1) - BOX[0] / 2;
  const to = column(T) + BOX[0] / 2;
  const parts = [
    box([(from + to) / 2, 34], [to - from, 36], [{ text: `L = ${inNode(loss)}`, bold: true }], {
      tone: "output",
    }),
    box([column(0), H_AT], BOX, [{ text: `h_0 = ${inNode(h0)}`, bold: true }]),
  ];
  for (let t = 1; t <= T; t++) {
    const { own, dh, slope, da } = steps[t - 1];
    const at = column(t);
    const a = weights.w * xs[t - 1] + weights.u * before(t) + weights.b;
    const numbers = (name: string, value: number, grad: number) => [
      { text: `${name}_${t} = ${inNode(value)}`, bold: true },
      ...(both ? [{ text: `d${name}_${t} = ${inNode(grad)}`, tone: "backward" as const }] : []),
    ];
    parts.push(
      box([at, H_AT], BOX, numbers("h", hs[t - 1], dh)),
      box([at, A_AT], BOX, numbers("a", a, da)),
      box([at, X_AT], [BOX[0], 32], [{ text: `x_${t} = ${inNode(xs[t - 1])}`, bold: true }], {
        tone: "input",
      }),
      ...edge([at, X_AT - 16], [at, A_AT + 23], `w = ${inNode(weights.w)}`),
      ...edge([at, A_AT - 23], [at, H_AT + 23], "tanh", both ? `·${inNode(slope)}` : undefined),
      ...recurrent(
        column(t - 1) + BOX[0] / 2,
        at - BOX[0] / 2,
        `u = ${inNode(weights.u)}`,
        both && t > 1 ? steps[t - 2].next : undefined,
      ),
    );
    if (own !== 0) parts.push(...edge([at, H_AT - 23], [at, 52], "", both ? inNode(own) : undefined));
  }
  if (both) {
    const legend = "Solid: forward. Dashed: backward, each number a gradient; beside tanh its slope 1 − h².";
    parts.push(...shares(steps, xs, before, column));
    parts.push(text([14, 468], { text: legend, tone: "muted", size: 13 }, "start"));
  }
  return drawing(to + 18, both ? 486 : 372, title, altOf(title, options, steps), parts);
}

/** Forward up, and beside it backward down. */
function edge([x, y0]: Point, [, y1]: Point, forward: string, back?: string): string[] {
  const shift = back === undefined ? 0 : 9;
  const middle = (y0 + y1) / 2;
  const up = [
    arrow([
      [x - shift, y0],
      [x - shift, y1],
    ]),
    text([x - shift - 8, middle], { text: forward, size: 13 }, "end"),
  ];
  if (back === undefined) return up;
  const label = { text: back, size: 13, tone: "backward" as const };
  return [
    ...up,
    arrow(
      [
        [x + shift, y1],
        [x + shift, y0],
      ],
      { tone: "backward", dashed: true },
    ),
    text([x + shift + 8, middle], label, "start"),
  ];
}

/** From a state to the next step's sum, and below it what comes back: dhNext. */
function recurrent(x0: number, x1: number, forward: string, back?: number): string[] {
  const middle = (x0 + x1) / 2;
  const right = back === undefined ? middle : middle + 10;
  const parts = [
    arrow([
      [x0, H_AT - 9],
      [right, H_AT - 9],
      [right, A_AT - 9],
      [x1, A_AT - 9],
    ]),
    text([middle, H_AT - 21], { text: forward, size: 13 }),
  ];
  if (back === undefined) return parts;
  const left = middle - 10;
  return [
    ...parts,
    arrow(
      [
        [x1, A_AT + 9],
        [left, A_AT + 9],
        [left, H_AT + 9],
        [x0, H_AT + 9],
      ],
      { tone: "backward", dashed: true },
    ),
    text([middle, A_AT + 21], { text: "dhNext", size: 13, tone: "backward" }),
    text([middle, A_AT + 36], { text: inNode(back), size: 13, tone: "backward" }),
  ];
}

/** dhNext of a step is what the step after it sends back, u·da. */
function backward(u: number, hs: ArrayLike<number>, dhs: ArrayLike<number>): StepGradients[] {
  const steps: StepGradients[] = [];
  let next = 0;
  for (let t = hs.length - 1; t >= 0; t--) {
    const dh = dhs[t] + next;
    const slope = 1 - hs[t] * hs[t];
    steps.unshift({ own: dhs[t], next, dh, slope, da: dh * slope });
    next = dh * slope * u;
  }
  return steps;
}

/** One row for each weight: its gradient, and the share of it that each step gives. */
function shares(
  steps: StepGradients[],
  xs: ArrayLike<number>,
  before: (t: number) => number,
  column: (t: number) => number,
): string[] {
  const rows = [
    { name: "w", factor: (t: number) => xs[t - 1], by: (t: number) => `·x_${t}` },
    { name: "u", factor: before, by: (t: number) => `·h_${t - 1}` },
    { name: "b", factor: () => 1, by: () => "" },
  ];
  return rows.flatMap(({ name, factor, by }, row) => {
    const y = 390 + row * 26;
    const line = (words: string, bold = false) => ({ text: words, tone: "backward" as const, bold });
    const each = steps.map(({ da }, k) => da * factor(k + 1));
    const sum = each.reduce((total, share) => total + share, 0);
    return [
      text([14, y], line(`d${name} = ${inNode(sum)}`, true), "start"),
      ...each.flatMap((share, k) => [
        text([column(k + 1) - STEP / 2, y], line(k === 0 ? "=" : "+")),
        text([column(k + 1), y], line(`da_${k + 1}${by(k + 1)} = ${inNode(share)}`)),
      ]),
    ];
  });
}

function altOf(title: string, { weights, hs, loss, pass }: BpttOptions, steps: StepGradients[]): string {
  const { w, u, b } = weights;
  const forward = Array.from(hs, (h, k) => `h${k + 1} = ${inNode(h)}`).join(", ");
  const there = `${title}. w = ${inNode(w)}, u = ${inNode(u)}, b = ${inNode(b)}: ${forward}, L = ${inNode(loss)}.`;
  if (pass === "forward") return there;
  const back = steps.map(({ own, next, dh, da }, k) => {
    const t = k + 1;
    return `dh${t} = ${inNode(own)} + ${inNode(next)} = ${inNode(dh)}, da${t} = ${inNode(da)}`;
  });
  return `${there} Backward, from the last step: ${back.reverse().join("; ")}.`;
}
