import { type Cell, checkInputs, checkState, type State } from "../cells/cell";
import * as embedding from "../cells/embedding";
import type { Batch, Input } from "../data/batch";
import { lastSteps } from "../layers";
import { type Loss, overTime, softmaxCrossEntropy, type Target } from "../losses";
import { expectShape, type Matrix } from "../matrix";
import type { Params } from "../params";
import type { LossAndGrads, Prediction } from "../prediction";
import type { Random } from "../random";
import { type Arena, newArena } from "./arena";
import { withLate } from "./late";
import { type EngineLayer, engineLayer, type OneHot } from "./layer";
import { softmaxLoss } from "./loss";
import { panelsOf, readOut, widthOf, write } from "./panels";
import * as passes from "./passes";
import { moved, type Sequence, type Shape } from "./products";
import { engineReadOut } from "./readout";
import { type BufferPlan, layersOf, type Segments } from "./structure";
import { addressIn, engineMatrix } from "./tensors";
import { type Workspace, workspaces } from "./workspace";

export interface EngineOptions {
  cell: Cell;
  inputSize: number;
  hiddenSize: number;
  outputSize: number;
  readout: "last" | "every";
  loss: Loss;
  embeddingSize?: number;
  dropout?: number;
  /** With relaxed SIMD. */
  relaxed?: boolean;
}

/** What a pass is given besides the inputs. */
interface Pass {
  state?: State;
  lengths?: number[];
  /** In training only. */
  random?: Random;
}

/**
 * The same model as lib/model.ts builds, in float32 and WebAssembly. `params`: those it starts with.
 * Undefined where there is no SIMD.
 * @throws for a cell that the engine does not have; where relaxed SIMD is wanted and missing
 */
export function engineModel(options: EngineOptions, start: Params, random: Random) {
  const { embeddingSize, readout, dropout = 0 } = options;
  const input: BufferPlan = { segments: [embeddingSize ?? options.inputSize] };
  const { layers: plans, out } = layersOf(options.cell, options.hiddenSize, input);
  const [made, large] = [newArena(options.relaxed), newArena(options.relaxed)];
  if (!made || !large) return undefined;
  // Whoever keeps the parameters keeps `arena`; `work`, which is much larger, goes with the model's functions.
  const [arena, work]: Arena[] = [made, large];
  const layers = plans.map((plan) => engineLayer(work, plan));
  const output = engineReadOut(work, out.segments, options.outputSize);
  const buffers = [...new Set([input, ...plans.map((plan) => plan.out)])];
  const workspaceFor = workspaces(work, buffers, layers, out, output.panels);
  const top = panelsOf(out.segments);

  // Each parameter, its gradient, and room for parameters that come from elsewhere.
  const names = Object.keys(start);
  const sizes = names.map((name) => start[name].data.length);
  const [own, grad, guest] = [0, 1, 2].map(() =>
    Object.fromEntries(names.map((n, i) => [n, arena.take(sizes[i])])),
  );
  const params: Params = {};
  for (const name of names) {
    const { rows, cols, data } = start[name];
    arena.view(own[name], data.length).set(data);
    params[name] = engineMatrix(arena, own[name], rows, cols);
  }

  function load(given: Params): (name: string) => number {
    const found: Record<string, number> = {};
    for (const name of names) {
      const here = given[name] && addressIn(arena, given[name]);
      found[name] = here ?? guest[name];
      if (here !== undefined) continue;
      const { rows, cols } = params[name];
      expectShape(
        "recurrentModel",
        `params.${name}`,
        given[name],
        [rows, cols],
        "give this model's parameters",
      );
      arena.view(guest[name], rows * cols).set(given[name].data);
    }
    const address = (name: string) => found[name];
    passes.load(work, layers, address);
    output.load(address);
    return address;
  }

  /** Writes the inputs. One-hot rows, and rows of zeros, are looked up in place of multiplied. */
  function read(xs: Input[], given: Params, address: (name: string) => number) {
    const where = "recurrentModel (float32)";
    if (embeddingSize !== undefined) {
      const tokens = xs as number[][];
      const workspace = workspaceFor(tokens.length, tokens[0]?.length);
      const x = workspace.values(input);
      const E = { rows: options.inputSize, cols: embeddingSize, data: arena.view(address("E"), sizes[0]) };
      tokens.forEach((step, t) => {
        const vectors = embedding.forward({ E } as unknown as embedding.EmbeddingParams, step).x;
        write(vectors, input.segments, arena.numbers, x.at + t * x.step, workspace.shape);
      });
      return { workspace };
    }
    const [weight] = layers[0].names;
    const rows = checkInputs(where, xs as Matrix[], { [weight]: given[weight] });
    const workspace = workspaceFor(xs.length, rows);
    const x = workspace.values(input);
    const oneHot = oneHotRows(xs as Matrix[], input);
    if (!oneHot) {
      (xs as Matrix[]).forEach((m, t) => {
        write(m, input.segments, arena.numbers, x.at + t * x.step, workspace.shape);
      });
    }
    return { workspace, oneHot };
  }

  function forward(given: Params, xs: Input[], { state, lengths, random }: Pass) {
    arena.pass++;
    const { workspace, oneHot } = read(xs, given, load(given));
    const { shape } = workspace;
    if (state) checkState("recurrentModel (float32)", "state", state, [rowsOf(shape), options.hiddenSize]);
    passes.forward(work, layers, shape, workspace, state, oneHot);
    const reading = readingOf(workspace, lengths, random);
    output.forward(reading.shape, reading.h, reading.y);
    const ys = later("ys", () => matrices(reading.y, [options.outputSize], reading.shape));
    return { workspace, oneHot, reading, ys };
  }

  /** What the read-out reads: the outputs as they lie, or a copy with only the last steps, or with dropout. */
  function readingOf(workspace: Workspace, lengths?: number[], random?: Random) {
    const { T, B, halves, apart } = workspace.shape;
    const [h, dh] = [workspace.values(out), workspace.gradients(out)];
    const steps = readout === "last" ? 1 : T;
    const [yStep, n] = [output.panels * B * 16, h.step];
    const y = { at: workspace.y, step: yStep, panels: output.panels };
    const dy = { at: workspace.dy, step: yStep, panels: output.panels };
    const shape: Shape = { T: steps, B, halves, apart };
    const skipped = readout === "last" ? (T - 1) * n : 0;
    if (!lengths && !(random && dropout > 0))
      return { shape, y, dy, h: moved(h, skipped), dh: moved(dh, skipped), back: () => {} };

    const copyOf = (at: number): Sequence => ({ at, step: n, panels: top });
    const [r, dr] = [copyOf(workspace.read), copyOf(workspace.dRead)];
    const last = readout === "last" ? lastSteps(T, B * halves, lengths) : undefined;
    const size = (steps * n) / 4; // numbers of a half
    const factors = new Float32Array(halves * size).fill(1);
    if (random && dropout > 0) {
      const [rows, cols] = [B * halves, widthOf(out.segments)];
      for (let t = 0; t < steps; t++) {
        const one = { rows, cols, data: new Float64Array(rows * cols) };
        one.data.forEach((_, i) => {
          one.data[i] = random.next() < dropout ? 0 : 1 / (1 - dropout);
        });
        write(one, out.segments, factors, t * n, { B, halves, apart: 4 * size });
      }
    }
    /** f(what is read, the outputs, their places, the factor), over all numbers. */
    const each = (
      [read, outputs]: [number, number],
      f: (rs: Float32Array, i: number, hs: Float32Array, j: number, factor: number) => void,
    ): void => {
      for (let half = 0; half < halves; half++) {
        const rs = arena.view(read + half * apart, size);
        const hs = arena.view(outputs + half * apart, (T * n) / 4);
        for (let i = 0; i < size; i++) {
          const b = ((i >> 2) % B) + half * B;
          f(rs, i, hs, last ? (last[b] * n) / 4 + i : i, factors[half * size + i]);
        }
      }
    };
    each([r.at, h.at], (rs, i, hs, j, factor) => {
      rs[i] = hs[j] * factor;
    });
    for (let half = 0; half < halves; half++) arena.clear(dr.at + half * apart, size);
    const back = (): void =>
      each([dr.at, dh.at], (drs, i, dhs, j, factor) => {
        dhs[j] += drs[i] * factor;
      });
    return { shape, y, dy, h: r, dh: dr, back };
  }

  /** A value that is read out of memory when asked for, while it is still there. */
  function later<T>(what: string, make: () => T): () => T {
    const pass = arena.pass;
    let value: T | undefined;
    return () => {
      if (value === undefined && pass !== arena.pass) {
        throw new Error(`${what}: a float32 model keeps that of its last pass only; read it before the next`);
      }
      value ??= make();
      return value;
    };
  }

  function matrices(s: Sequence, segments: Segments, shape: Shape): Matrix[] {
    return Array.from({ length: shape.T }, (_, t) =>
      readOut(arena.numbers, s.at + t * s.step, segments, shape),
    );
  }

  /** What can be asked for after a pass. */
  function results({ workspace, ys }: ReturnType<typeof forward>) {
    const { shape } = workspace;
    const hs = later("hs", () => matrices(workspace.values(out), out.segments, shape));
    const state = later("state", () => {
      return Object.assign({}, ...layers.map((l) => l.state(shape, workspace))) as State;
    });
    return { ys, hs, state };
  }

  /** The loss, in the engine or by the reference, and its gradient where the read-out's backward pass expects it. */
  function lossOf(
    { workspace, reading, ys }: ReturnType<typeof forward>,
    { targets, masks }: Batch<Input>,
  ): number {
    if (options.loss === (softmaxCrossEntropy as Loss)) {
      const inside = softmaxLoss(arena, workspace, reading, options.outputSize, targets, masks);
      if (inside !== undefined) return inside;
    }
    const { loss, dys } = overTime(options.loss, ys(), targets as Target[], masks);
    dys.forEach((dy, t) => {
      write(dy, [options.outputSize], arena.numbers, reading.dy.at + t * reading.dy.step, reading.shape);
    });
    return loss;
  }

  function predict(given: Params, xs: Input[], state?: State, lengths?: number[]): Prediction {
    const { ys, hs, state: end } = results(forward(given, xs, { state, lengths }));
    return withLate({ ys: ys() }, { hs, state: end });
  }

  function evaluate(given: Params, batch: Batch<Input>, state?: State): Prediction & { loss: number } {
    const run = forward(given, batch.xs, { state, lengths: batch.lengths });
    const loss = lossOf(run, batch);
    return withLate({ loss }, results(run));
  }

  function lossAndGrads(given: Params, batch: Batch<Input>, state?: State, dState?: State): LossAndGrads {
    const { xs, lengths } = batch;
    const run = forward(given, xs, { state, lengths, random });
    const { workspace, reading, oneHot } = run;
    const { shape } = workspace;
    const loss = lossOf(run, batch);
    if (dState) checkState("recurrentModel (float32)", "dState", dState, [rowsOf(shape), options.hiddenSize]);

    passes.clearGradients(work, workspace, buffers);
    output.backward(reading.shape, reading.h, reading.dy, reading.dh);
    reading.back();
    const firsts = layers.filter((_, k) => plans[k].input === input);
    const passedOn = (layer: EngineLayer): boolean => !firsts.includes(layer);
    passes.backward(work, layers, shape, workspace, passedOn, dState, oneHot);
    const dxs = later("dxs", () => {
      passes.shareHalves(work, shape, 0, (call, apart) => {
        for (const layer of firsts) layer.inputGradient(call, apart, shape, workspace);
      });
      return matrices(workspace.gradients(input), input.segments, shape);
    });
    for (const part of [...layers, output]) part.store((name) => grad[name]);
    if (embeddingSize !== undefined) {
      const dE = arena.view(grad.E, sizes[0]).fill(0);
      dxs().forEach((dx, t) => {
        (xs as number[][])[t].forEach((token, b) => {
          for (let j = 0; j < dx.cols; j++) dE[token * dx.cols + j] += dx.data[b * dx.cols + j];
        });
      });
    }
    const dStart = later(
      "dState",
      () => Object.assign({}, ...layers.map((l) => l.dState(shape, workspace))) as State,
    );
    const dhTotals = later("dhTotals", () => matrices(workspace.gradients(out), out.segments, shape));
    const clip = { pass: arena.pass, limit: Number.POSITIVE_INFINITY, scale: 1 };
    const grads: Params = {};
    for (const name of names)
      grads[name] = engineMatrix(arena, grad[name], params[name].rows, params[name].cols, clip);
    return withLate({ loss, grads }, { ...results(run), dxs, dState: dStart, dhTotals });
  }

  return { params, predict, evaluate, lossAndGrads };
}

const rowsOf = ({ B, halves }: Shape): number => B * halves;

/** Undefined if a row has more than one number that is not 0. */
function oneHotRows(xs: Matrix[], input: BufferPlan): OneHot | undefined {
  const [{ rows: B, cols: D }] = xs;
  if (D < 8) return undefined;
  const found = { input, index: new Int32Array(xs.length * B), value: new Float32Array(xs.length * B) };
  for (let i = 0; i < xs.length * B; i++) {
    const { data } = xs[Math.floor(i / B)];
    const from = (i % B) * D;
    let count = 0;
    for (let j = 0; j < D; j++) {
      const x = data[from + j];
      if (x === 0) continue;
      if (++count > 1) return undefined;
      found.index[i] = j;
      found.value[i] = x;
    }
  }
  return found;
}
