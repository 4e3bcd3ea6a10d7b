import { cutInEngine, scaledInEngine, stepInEngine, zerosBeside } from "./engine/tensors";
import { pow } from "./math";
import { addInPlace, expectShape, type Matrix, map, scale, zeros } from "./matrix";
import { globalNorm, mapParams, type Params } from "./params";

/** Changes parameters, given their gradients. One optimizer belongs to one set of parameters. */
export interface Optimizer {
  name: string;
  /** One step downhill: changes `params` in place. `grads` has the same names and shapes. */
  step(params: Params, grads: Params): void;
}

/**
 * Plain (stochastic) gradient descent.
 *
 * p ← p − η·g,  η the learning rate
 */
export function sgd({ learningRate }: { learningRate: number }): Optimizer {
  checkPositive("sgd", { learningRate });
  return optimizer(
    "sgd",
    [],
    () => [learningRate],
    (p, g) => addInPlace(p, g, -learningRate),
  );
}

/**
 * Gradient descent with momentum: a velocity v that remembers past gradients.
 *
 * v ← μ·v + g,  p ← p − η·v
 *
 * @see Polyak, "Some methods of speeding up the convergence of iteration methods", 1964
 */
export function momentum({
  learningRate,
  momentum: mu = 0.9,
}: {
  learningRate: number;
  momentum?: number;
}): Optimizer {
  checkPositive("momentum", { learningRate });
  checkDecay("momentum", { momentum: mu });
  return optimizer(
    "momentum",
    ["v"],
    () => [learningRate, mu],
    (p, g, { v }) => {
      update(v, (i) => mu * v.data[i] + g.data[i]);
      addInPlace(p, v, -learningRate);
    },
  );
}

/**
 * Adagrad: each number has its own learning rate, which falls with the gradients that it has seen.
 *
 * s ← s + g²,  p ← p − η·g / (√s + ε)
 *
 * @see Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning", 2011, sec. 1.1
 */
export function adagrad({
  learningRate,
  epsilon = 1e-10,
}: {
  learningRate: number;
  epsilon?: number;
}): Optimizer {
  checkPositive("adagrad", { learningRate, epsilon });
  return optimizer(
    "adagrad",
    ["s"],
    () => [learningRate, epsilon],
    (p, g, { s }) => {
      update(s, (i) => s.data[i] + g.data[i] * g.data[i]);
      update(p, (i) => p.data[i] - (learningRate * g.data[i]) / (Math.sqrt(s.data[i]) + epsilon));
    },
  );
}

/**
 * Adam: momentum m, divided by the typical size √v of each number's gradient.
 *
 * m ← β₁·m + (1 − β₁)·g,  v ← β₂·v + (1 − β₂)·g²
 * p ← p − η·m̂ / (√v̂ + ε),  m̂ = m/(1 − β₁ᵏ),  v̂ = v/(1 − β₂ᵏ)  at step k = 1, 2, …
 *
 * Both means start at 0 and so are too small at first: the hats correct that.
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1
 */
export function adam({
  learningRate = 0.001,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: {
  learningRate?: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
} = {}): Optimizer {
  checkPositive("adam", { learningRate, epsilon });
  checkDecay("adam", { beta1, beta2 });
  const fixes = (k: number): [number, number] => [1 - pow(beta1, k), 1 - pow(beta2, k)];
  const numbers = (k: number) => [learningRate, beta1, beta2, 1 - beta1, 1 - beta2, epsilon, ...fixes(k)];
  return optimizer("adam", ["m", "v"], numbers, (p, g, { m, v }, k) => {
    update(m, (i) => beta1 * m.data[i] + (1 - beta1) * g.data[i]);
    update(v, (i) => beta2 * v.data[i] + (1 - beta2) * g.data[i] * g.data[i]);
    const [mFix, vFix] = fixes(k);
    update(p, (i) => {
      return p.data[i] - (learningRate * (m.data[i] / mFix)) / (Math.sqrt(v.data[i] / vFix) + epsilon);
    });
  });
}

/**
 * Scales all gradients together if they are too long: the direction stays, the length becomes `maxNorm`.
 *
 * g ← g·maxNorm/‖g‖ if ‖g‖ > maxNorm,  ‖g‖ over all parameters together
 *
 * `norm` is ‖g‖ before clipping. Gradients that are not finite stay as they are: no length can mend them.
 * @see Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, algorithm 1
 */
export function clipByNorm<P extends Params>(
  grads: P,
  maxNorm: number,
): { grads: P; norm: number; clipped: boolean } {
  checkPositive("clipByNorm", { maxNorm });
  const norm = globalNorm(grads);
  const clipped = norm > maxNorm && norm < Infinity;
  return {
    grads: clipped
      ? mapParams(grads, (g) => scaledInEngine(g, maxNorm / norm) ?? scale(g, maxNorm / norm))
      : grads,
    norm,
    clipped,
  };
}

/**
 * Cuts each number of the gradients off at ±limit. Unlike clipping by norm, it changes the direction.
 *
 * g ← min(max(g, −limit), limit)
 */
export function clipByValue<P extends Params>(grads: P, limit: number): P {
  checkPositive("clipByValue", { limit });
  return mapParams(
    grads,
    (g) => cutInEngine(g, limit) ?? map(g, (x) => Math.min(Math.max(x, -limit), limit)),
  );
}

/**
 * The frame of every optimizer: applies `rule` to each parameter p with its gradient g, its own memory (matrices of
 * zeros in the shape of p, one for each slot) and the number k = 1, 2, … of the step. For the parameters of a
 * float32 model the engine does the same, from the rule's numbers at step k.
 */
function optimizer<Slot extends string>(
  name: string,
  slots: Slot[],
  numbers: (k: number) => number[],
  rule: (p: Matrix, g: Matrix, memory: Record<Slot, Matrix>, k: number) => void,
): Optimizer {
  const memories: Record<string, Record<Slot, Matrix>> = {};
  let k = 0;
  return {
    name,
    step(params, grads) {
      k++;
      const now = numbers(k);
      for (const [key, p] of Object.entries(params)) {
        memories[key] ??= Object.fromEntries(
          slots.map((slot) => [slot, zerosBeside(p) ?? zeros(p.rows, p.cols)]),
        ) as Record<Slot, Matrix>;
        if (stepInEngine(name, p, grads[key], Object.values(memories[key]), now)) continue;
        checkShapes(`${name}.step`, key, p, grads[key], memories[key]);
        rule(p, grads[key], memories[key], k);
      }
    },
  };
}

function checkShapes(where: string, key: string, p: Matrix, g: Matrix, memory: Record<string, Matrix>): void {
  const size: [number, number] = [p.rows, p.cols];
  expectShape(where, `grads.${key}`, g, size, "each parameter needs a gradient of its shape");
  for (const slot of Object.values(memory)) {
    expectShape(where, `memory of ${key}`, slot, size, "make a new optimizer for each model");
  }
}

function update(m: Matrix, f: (i: number) => number): void {
  for (let i = 0; i < m.data.length; i++) m.data[i] = f(i);
}

function checkPositive(where: string, values: Record<string, number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value > 0 && value < Infinity))
      throw new Error(`${where}: ${name} is ${value}; it must be above 0`);
  }
}

function checkDecay(where: string, values: Record<string, number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value >= 0 && value < 1)) throw new Error(`${where}: ${name} is ${value}; it must be in [0, 1)`);
  }
}
