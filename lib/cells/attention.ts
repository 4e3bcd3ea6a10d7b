import { softmax } from "../activations";
import { add, expectShape, generate, type Matrix, map, multiply, scale, zeros } from "../matrix";
import type { Params } from "../params";
import type { Random } from "../random";

/** For each of T steps that ask: the mixture of what S steps offer, and how much each of them counted. */
export interface Attended<C> {
  /** T contexts [B,H]. */
  contexts: Matrix[];
  /** T times the weights [B,S]: each row is positive and sums to 1. */
  weights: Matrix[];
  cache: C;
}

/**
 * What lets one sequence look into another: three functions without memory of their own, like a cell. With
 * parameters it may score in another way (`init` makes them); `dotProduct` has none.
 * @typeParam P its parameters @typeParam C what forward keeps for backward
 */
export interface Attention<P extends Params = Params, C = unknown> {
  init(options: { hiddenSize: number }, random: Random): P;
  /** queries: T of [B,H]; keys: S of [B,H]; masks: S of [B,1], 0 where a key is padding and gets the weight 0. */
  forward(params: P, queries: Matrix[], keys: Matrix[], masks?: Matrix[]): Attended<C>;
  backward(params: P, cache: C, dContexts: Matrix[]): { grads: P; dQueries: Matrix[]; dKeys: Matrix[] };
}

/** What the backward pass needs from the forward pass. */
export type DotProductCache = { queries: Matrix[]; keys: Matrix[]; weights: Matrix[] };

/** There is nothing to learn: the states themselves must come to fit each other. */
export function init(): Params {
  return {};
}

/**
 * Dot-product attention: a query takes most from the keys that point in its direction.
 *
 * eₜₛ = qₜ·kₛ / √H,  aₜ = softmax(eₜ) over s,  cₜ = Σₛ aₜₛ kₛ
 *
 * queries: T of [B,H], keys: S of [B,H] → contexts: T of [B,H], weights: T of [B,S]. Each sequence of the batch looks
 * into its own keys. The factor keeps the scores about as large as one pair of numbers, whatever H is.
 * @throws if a shape does not fit, or all keys of a sequence are masked
 * @see Luong, Pham and Manning, "Effective approaches to attention-based neural machine translation", 2015, eq. 7–8
 *   ("dot"); for the factor Vaswani et al., "Attention is all you need", 2017, eq. 1
 */
export function forward(
  _: Params,
  queries: Matrix[],
  keys: Matrix[],
  masks?: Matrix[],
): Attended<DotProductCache> {
  const { rows: B, cols: H } = keys[0];
  for (const [name, list] of Object.entries({ queries, keys })) {
    list.forEach((m, t) => {
      expectShape("attention.forward", `${name}[${t}]`, m, [B, H], "queries and keys have one shape");
    });
  }
  const weights = queries.map((query) => {
    const scores = generate(B, keys.length, (b, s) =>
      masks && masks[s].data[b] === 0 ? Number.NEGATIVE_INFINITY : rowDot(query, keys[s], b) / Math.sqrt(H),
    );
    return softmax(scores); // [B,S]
  });
  const unread = weights[0].data.findIndex((a) => Number.isNaN(a));
  if (unread >= 0) {
    const b = Math.floor(unread / keys.length);
    throw new Error(`attention.forward: no key to look at in sequence ${b}; a mask must leave at least one`);
  }
  const contexts = weights.map((a) => {
    const c = zeros(B, H);
    keys.forEach((key, s) => {
      addWeighted(c, key, a, s);
    });
    return c;
  });
  return { contexts, weights, cache: { queries, keys, weights } };
}

/**
 * daₜₛ = dcₜ·kₛ,  deₜₛ = aₜₛ (daₜₛ − Σᵣ aₜᵣ daₜᵣ)              through the softmax
 * dqₜ = Σₛ deₜₛ kₛ / √H,  dkₛ = Σₜ (aₜₛ dcₜ + deₜₛ qₜ / √H)     a key counts in the mixture and in the score
 *
 * dContexts: T gradients [B,H] → dQueries: T of [B,H], dKeys: S of [B,H].
 * @throws if a shape does not fit
 */
export function backward(
  _: Params,
  { queries, keys, weights }: DotProductCache,
  dContexts: Matrix[],
): { grads: Params; dQueries: Matrix[]; dKeys: Matrix[] } {
  const { rows: B, cols: H } = keys[0];
  const dKeys = keys.map((key) => map(key, () => 0));
  const dQueries = queries.map((query, t) => {
    const [a, dc] = [weights[t], dContexts[t]];
    expectShape("attention.backward", `dContexts[${t}]`, dc, [B, H], "it must have the shape of contexts[t]");
    const da = generate(B, keys.length, (b, s) => rowDot(dc, keys[s], b)); // [B,S]
    const mean = generate(B, 1, (b) => rowDot(a, da, b)); // Σᵣ aₜᵣ daₜᵣ
    const de = scale(multiply(a, add(da, scale(mean, -1))), 1 / Math.sqrt(H));
    const dq = zeros(B, H);
    keys.forEach((key, s) => {
      addWeighted(dq, key, de, s);
      addWeighted(dKeys[s], dc, a, s);
      addWeighted(dKeys[s], query, de, s);
    });
    return dq;
  });
  return { grads: {}, dQueries, dKeys };
}

/** The dot product of row b of two matrices. */
function rowDot(a: Matrix, c: Matrix, b: number): number {
  let total = 0;
  for (let j = b * a.cols; j < (b + 1) * a.cols; j++) total += a.data[j] * c.data[j];
  return total;
}

/** target ← target + m, row b times the weight of row b for s. target, m [B,H]; weights [B,S]. */
function addWeighted(target: Matrix, m: Matrix, weights: Matrix, s: number): void {
  for (let b = 0, i = 0; b < m.rows; b++) {
    const weight = weights.data[b * weights.cols + s];
    for (let j = 0; j < m.cols; j++, i++) target.data[i] += weight * m.data[i];
  }
}
