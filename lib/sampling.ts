import type { State } from "./cells/cell";
import type { Input } from "./data/batch";
import { exp } from "./math";
import { type Matrix, toRows } from "./matrix";
import type { Model } from "./model";
import type { Params } from "./params";
import type { Random } from "./random";

/**
 * Draws one token for each row of scores.
 *
 * p = softmax(z / τ),  τ the temperature: 1 as learned, below 1 bolder, above 1 more even, 0 always the likeliest
 *
 * logits [B,V] → B tokens from 0 to V − 1.
 * @throws if the temperature is negative or a row has no finite score
 */
export function sampleTokens(logits: Matrix, temperature: number, random: Random): number[] {
  if (!(temperature >= 0))
    throw new Error(`sampleTokens: temperature is ${temperature}; it must be at least 0`);
  return toRows(logits).map((scores) => {
    const largest = Math.max(...scores);
    if (!Number.isFinite(largest))
      throw new Error(`sampleTokens: scores ${scores}: there must be finite ones`);
    if (temperature === 0) return scores.indexOf(largest);
    const weights = scores.map((z) => exp((z - largest) / temperature));
    let left = random.next() * weights.reduce((total, weight) => total + weight, 0);
    // The last token that is possible at all takes what rounding leaves over.
    let token = 0;
    for (let j = 0; j < weights.length && left >= 0; j++) {
      if (weights[j] > 0) token = j;
      left -= weights[j];
    }
    return token;
  });
}

export interface SampleOptions {
  /** The tokens that the model reads first, at least one. */
  prompt: number[];
  /** How many tokens to draw. */
  length: number;
  random: Random;
  /** By default 1. */
  temperature?: number;
  /** Stop after this token. */
  end?: number;
  /** How the model reads a token, if not as an index: `(token) => oneHot([token], V)` without an embedding. */
  toInput?: (token: number) => Input;
}

/**
 * Lets a language model (read-out "every") write: each token that it draws is what it reads next.
 * @returns the drawn tokens, without the prompt
 * @throws if the prompt is empty
 * @see Graves, "Generating sequences with recurrent neural networks", 2013
 */
export function sample<X extends Input>(model: Model<X>, params: Params, options: SampleOptions): number[] {
  const { prompt, length, random, temperature = 1, end, toInput = (token) => [token] } = options;
  if (prompt.length === 0) throw new Error("sample: prompt is empty; give at least one token to begin with");
  const drawn: number[] = [];
  let state: State | undefined;
  let next = prompt;
  while (drawn.length < length) {
    const run = model.predict(params, next.map(toInput) as X[], state);
    state = run.state;
    next = sampleTokens(run.ys[run.ys.length - 1], temperature, random);
    drawn.push(next[0]);
    if (next[0] === end) break;
  }
  return drawn;
}
