import { expectShape, type Matrix, zeros } from "../matrix";
import { type Random, randomNormal } from "../random";

/** One row for each token of the vocabulary: E [V,D]. */
export type EmbeddingParams = { E: Matrix };

/** What the backward pass needs from the forward pass: which rows were taken. */
export type EmbeddingCache = { tokens: number[] };

/** New parameters: E normal with standard deviation 0.1, so that no vector is large before it has learned anything. */
export function init(
  options: { vocabularySize: number; embeddingSize: number },
  random: Random,
): EmbeddingParams {
  return { E: randomNormal(options.vocabularySize, options.embeddingSize, 0.1, random) };
}

/**
 * Looks up a vector for each token. The same as oneHot(tokens)·E, without multiplying by all the zeros.
 *
 * xᵦ = E[tokenᵦ]
 *
 * tokens: B indices from 0 to V − 1 → x [B,D].
 * @throws if a token is not in the vocabulary
 * @see Bengio, Ducharme, Vincent and Jauvin, "A neural probabilistic language model", 2003 (there C)
 */
export function forward(params: EmbeddingParams, tokens: number[]): { x: Matrix; cache: EmbeddingCache } {
  const { rows: V, cols: D, data } = params.E;
  if (!Array.isArray(tokens)) {
    throw new Error("embedding.forward: tokens is not an array of indices; give one index for each row");
  }
  const x = zeros(tokens.length, D);
  tokens.forEach((token, b) => {
    if (!(Number.isInteger(token) && token >= 0 && token < V)) {
      throw new Error(`embedding.forward: tokens[${b}] is ${token}; the vocabulary has 0 to ${V - 1}`);
    }
    x.data.set(data.subarray(token * D, (token + 1) * D), b * D);
  });
  return { x, cache: { tokens } };
}

/**
 * dE[k] = Σ (rows b of dx whose token is k)
 *
 * dx [B,D] → grads of the shape of params; rows of tokens that were not read get 0. Tokens have no gradient.
 * @throws if dx does not have the shape of x
 */
export function backward(
  params: EmbeddingParams,
  cache: EmbeddingCache,
  dx: Matrix,
): { grads: EmbeddingParams } {
  const { rows: V, cols: D } = params.E;
  expectShape("embedding.backward", "dx", dx, [cache.tokens.length, D], "it must have the shape of x");
  const E = zeros(V, D);
  cache.tokens.forEach((token, b) => {
    for (let j = 0; j < D; j++) E.data[token * D + j] += dx.data[b * D + j];
  });
  return { grads: { E } };
}
