import { seeded } from "../random";

/**
 * Makes all that TensorFlow.js draws from now on repeatable: first weights, dropout, the order of batches in `fit`.
 *
 * TensorFlow.js takes all randomness for which no seed is given from `Math.random`. This replaces it, in the whole
 * process, by a stream of our own; a `seed` option of a layer cannot do that (dropout with one drops the same units
 * at every step, and `fit` has none for its order).
 * @throws unless the seed is a whole number from 0 to 2⁵³ − 1
 */
export function setRandomSeed(seed: number): void {
  Object.assign(Math, { random: seeded(seed).next });
}
