import type { Batch } from "./data/batch";
import { type Matrix, norm } from "./matrix";
import { clipByNorm, clipByValue, type Optimizer } from "./optimizers";
import { copyParams, globalNorm, type Params } from "./params";

/** What happened during training. It holds no times of day or durations: the same seed gives the same trace. */
export interface Trace {
  /** The loss at each step, before that step's change of the parameters. */
  loss: number[];
  /** ‖∂L/∂params‖ at each step, before clipping. */
  gradNorm: number[];
  /** For the steps that were asked for: ‖∂L/∂hₜ‖ for each t, over the whole batch. */
  overTime: { step: number; norms: number[] }[];
  /** With `validation`: the loss on what is not learned from, after so many steps. */
  validation?: { steps: number; loss: number }[];
}

/** Watches the loss on data that is not learned from. */
export interface Validation {
  /** Usually `(params) => model.evaluate(params, batch).loss`. */
  loss(params: Params): number;
  /** Asked for after each so many steps. */
  every: number;
  /** Early stopping: end when that many in a row were no better than the best. Without it all steps are taken. */
  patience?: number;
}

/** Training that had to stop. `trace` tells what happened until then. */
export class TrainingError extends Error {
  override name = "TrainingError";
  readonly trace: Trace;
  constructor(message: string, trace: Trace) {
    super(message);
    this.trace = trace;
  }
}

export interface TrainOptions<B = Batch> {
  /** Changed in place, step by step. */
  params: Params;
  /** Usually `model.lossAndGrads`. */
  lossAndGrads(params: Params, batch: B): { loss: number; grads: Params; dhTotals?: Matrix[] };
  /** One batch for each step. A list starts again at its end; a function makes the batch of step 0, 1, …. */
  batches: Iterable<B> | ((step: number) => B);
  steps: number;
  optimizer: Optimizer;
  /** Clip the gradients to this norm. */
  clipNorm?: number;
  /** Clip each number of the gradients to ± this value. */
  clipValue?: number;
  /** Keep ‖∂L/∂hₜ‖ for each t at every so-many-th step, from step 0 on. */
  recordOverTime?: number;
  /** Watches the loss on other data. In the end `params` are those with which it was lowest. */
  validation?: Validation;
  /** Called after each step, e.g. to print or to update a plot. */
  onStep?(trace: Trace, step: number): void | Promise<void>;
}

const workBetweenPauses = 40; // milliseconds

/**
 * The training loop: loss and gradients of a batch, clipping, one step of the optimizer, and again.
 *
 * It pauses every 40 ms, so that prints and plots appear and an interrupt gets through.
 * @returns the trace, one entry for each step taken
 * @throws TrainingError when the loss or the gradient is no longer finite, with the trace until then
 */
export async function train<B = Batch>(options: TrainOptions<B>): Promise<Trace> {
  const { params, lossAndGrads, optimizer, steps, clipNorm, clipValue, recordOverTime, onStep } = options;
  checkOptions(options);
  const nextBatch = batchSource(options.batches);
  const trace: Trace = { loss: [], gradNorm: [], overTime: [] };
  const watch = options.validation && watcher(options.validation, params, trace);
  let workedSince = performance.now();
  for (let step = 0; step < steps; step++) {
    const result = lossAndGrads(params, nextBatch(step));
    const { loss, grads } = result;
    const gradNorm = globalNorm(grads);
    trace.loss.push(loss);
    trace.gradNorm.push(gradNorm);
    if (recordOverTime && step % recordOverTime === 0) {
      const { dhTotals } = result; // read only when it is wanted: some models make it then
      if (!dhTotals) throw new Error("train: recordOverTime needs dhTotals in what lossAndGrads returns");
      trace.overTime.push({ step, norms: dhTotals.map(norm) });
    }
    if (!Number.isFinite(loss)) throw notFinite("loss", loss, step, trace);
    if (!Number.isFinite(gradNorm)) throw notFinite("norm of the gradient", gradNorm, step, trace);

    const byValue = clipValue === undefined ? grads : clipByValue(grads, clipValue);
    optimizer.step(params, clipNorm === undefined ? byValue : clipByNorm(byValue, clipNorm).grads);
    await onStep?.(trace, step);
    if (watch?.after(step + 1)) break;
    if (performance.now() - workedSince > workBetweenPauses) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      workedSince = performance.now();
    }
  }
  watch?.restore();
  return trace;
}

/** Keeps the best parameters, and tells when to stop. */
function watcher(
  { loss, every, patience = Number.POSITIVE_INFINITY }: Validation,
  params: Params,
  trace: Trace,
) {
  const losses: { steps: number; loss: number }[] = [];
  trace.validation = losses;
  let best = { at: -1, loss: Number.POSITIVE_INFINITY, params: copyParams(params) };
  return {
    after(steps: number): boolean {
      if (steps % every !== 0) return false;
      const now = loss(params);
      losses.push({ steps, loss: now });
      const at = losses.length - 1;
      if (now < best.loss) best = { at, loss: now, params: copyParams(params) };
      return at - best.at >= patience;
    },
    restore(): void {
      if (best.at < 0) return; // nothing was ever measured, or all of it was NaN
      for (const [name, m] of Object.entries(best.params)) params[name].data.set(m.data);
    },
  };
}

function notFinite(what: string, value: number, step: number, trace: Trace): TrainingError {
  const before = step > 0 ? `; one step before, the loss was ${trace.loss[step - 1].toPrecision(4)}` : "";
  const next = "try a smaller learningRate, or clipNorm: 1, and look at the inputs for very large numbers";
  return new TrainingError(`train: the ${what} is ${value} at step ${step}${before}; ${next}`, trace);
}

function checkOptions<B>(options: TrainOptions<B>): void {
  const { steps, clipNorm, clipValue, recordOverTime, validation } = options;
  if (!Number.isInteger(steps) || steps < 1) {
    throw new Error(`train: steps is ${steps}; give a whole number, at least 1`);
  }
  for (const [name, value] of Object.entries({ clipNorm, clipValue })) {
    if (value !== undefined && !(value > 0))
      throw new Error(`train: ${name} is ${value}; it must be above 0`);
  }
  for (const [name, value] of Object.entries({ every: validation?.every, patience: validation?.patience })) {
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
      throw new Error(`train: validation.${name} is ${value}; give a whole number, at least 1`);
    }
  }
  if (recordOverTime !== undefined && !(Number.isInteger(recordOverTime) && recordOverTime > 0)) {
    throw new Error(`train: recordOverTime is ${recordOverTime}; give a whole number of steps, at least 1`);
  }
}

/** One function for both kinds of batches. */
function batchSource<B>(batches: Iterable<B> | ((step: number) => B)): (step: number) => B {
  if (typeof batches === "function") return batches;
  let iterator = batches[Symbol.iterator]();
  return (step) => {
    let item = iterator.next();
    if (item.done) {
      iterator = batches[Symbol.iterator]();
      item = iterator.next();
    }
    if (item.done)
      throw new Error(`train: no batch for step ${step}; give a list, or a function of the step`);
    return item.value;
  };
}
