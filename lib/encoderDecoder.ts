import type { Attention } from "./cells/attention";
import type { Cell, CellOptions, State } from "./cells/cell";
import { part, withPrefix } from "./cells/prefix";
import { engineCell } from "./engine/cell";
import { chain, embedded, type Layer, readOut, recurrent } from "./layers";
import { overTime, softmaxCrossEntropy } from "./losses";
import { add, concatCols, type Matrix, map, sliceCols } from "./matrix";
import type { Params } from "./params";
import type { Random } from "./random";
import { sampleTokens } from "./sampling";

/** B pairs of sequences, side by side. */
export interface PairBatch {
  /** S lists of B tokens. Pad short ones at the beginning, so that the encoder's last state has read them all. */
  source: number[][];
  /** T lists of B tokens, the end token among them. */
  target: number[][];
  /** S of [B,1], 0 where the source is padding: attention does not look there. */
  sourceMasks?: Matrix[];
  /** T of [B,1], 0 where the target is padding: it does not count in the loss. */
  masks?: Matrix[];
  /** What the decoder reads, T lists of B tokens. By default teacher forcing: the start token, then the target. */
  decoderInputs?: number[][];
}

export interface Decoded {
  /** For each of the B sequences its tokens, up to the end token but without it. */
  tokens: number[][];
  /** With attention: for each step of the decoder, how much it looked at each source step, [B,S]. */
  weights: Matrix[];
}

/** Two networks: one reads a sequence, the other writes the answer. */
export interface EncoderDecoder {
  /** "encoder.E", "encoder.Wxi" …, "decoder.E" …, "readout.Why", "readout.by", and those of the attention. */
  params: Params;
  /** At each step the decoder reads the right token before, not its own, unless `decoderInputs` are given. */
  evaluate(params: Params, batch: PairBatch): { loss: number; ys: Matrix[]; weights: Matrix[] };
  lossAndGrads(params: Params, batch: PairBatch): { loss: number; grads: Params; dhTotals: Matrix[] };
  /** Writes: at each step the decoder reads its own token before. By default always the likeliest (temperature 0). */
  decode(
    params: Params,
    source: number[][],
    options: {
      end: number;
      maxLength: number;
      sourceMasks?: Matrix[];
      temperature?: number;
      random?: Random;
      /** What the decoder reads after step t, e.g. now and then the right token. By default what it wrote. */
      feed?: (written: number[], t: number) => number[];
    },
  ): Decoded;
}

export interface EncoderDecoderOptions<O extends CellOptions> {
  /** For both networks; the encoder's last state is the decoder's first. One that reads forward only. */
  cell: Cell<Params, State, unknown, O>;
  /** Tokens that the source may have, and the target. */
  sourceSize: number;
  targetSize: number;
  embeddingSize: number;
  hiddenSize: number;
  /** The token that the decoder reads first: one of the target's. */
  start: number;
  /** Between the two, e.g. `dotProduct`. Without it, all that the decoder knows is the encoder's last state. */
  attention?: Attention;
  cellOptions?: Omit<O, keyof CellOptions>;
  /** "float32": both cells compute in the engine of lib/engine, several times faster; the rest stays in float64. */
  arithmetic?: "float64" | "float32";
}

/**
 * Builds a model that turns one sequence of tokens into another of any length.
 *
 * encoder: hₛ, state = cell(E[sourceₛ])
 * decoder: h′ₜ = cell(E′[targetₜ₋₁]), from the encoder's state
 * yₜ = [h′ₜ, cₜ]·Why + by,  cₜ the context that attention finds among all hₛ; without attention [h′ₜ]·Why + by
 *
 * The loss is softmaxCrossEntropy, the mean over all target tokens that count.
 * @see Sutskever, Vinyals and Le, "Sequence to sequence learning with neural networks", 2014; with attention: Bahdanau,
 *   Cho and Bengio, "Neural machine translation by jointly learning to align and translate", 2015, and Luong, Pham and
 *   Manning, 2015, sec. 3.1 (there one more tanh layer stands before the read-out)
 */
export function encoderDecoder<O extends CellOptions>(
  options: EncoderDecoderOptions<O>,
  random: Random,
): EncoderDecoder {
  const { cell, sourceSize, targetSize, embeddingSize, hiddenSize, start, attention, cellOptions } = options;
  const { arithmetic = "float64" } = options;
  if (arithmetic !== "float64" && arithmetic !== "float32") {
    throw new Error(`encoderDecoder: arithmetic "${arithmetic}": use "float64" (the default) or "float32"`);
  }
  const network = (vocabularySize: number): Layer => {
    const lookUp = embedded({ vocabularySize, embeddingSize }, random);
    const sizes = { inputSize: embeddingSize, hiddenSize };
    const params = cell.init({ ...cellOptions, ...sizes } as O, random);
    const fast = arithmetic === "float32" ? engineCell(cell as Cell, sizes, params) : undefined;
    return chain([lookUp, recurrent(fast ?? (cell as Cell), params)]);
  };
  const encoder = network(sourceSize);
  const decoder = network(targetSize);
  const read = readOut(
    { inputSize: attention ? 2 * hiddenSize : hiddenSize, outputSize: targetSize },
    random,
  );
  const params: Params = {
    ...withPrefix("encoder.", encoder.params),
    ...withPrefix("decoder.", decoder.params),
    ...withPrefix("attention.", attention?.init({ hiddenSize }, random) ?? {}),
    ...withPrefix("readout.", read.params),
  };

  /** The decoder from a state on, over the tokens that it reads. */
  function write(p: Params, tokens: number[][], state: State, keys: Matrix[], masks?: Matrix[]) {
    const run = decoder.forward(part("decoder.", p), tokens, { state });
    const looked = attention?.forward(part("attention.", p), run.ys, keys, masks);
    const features = run.ys.map((h, t) => (looked ? concatCols(h, looked.contexts[t]) : h)); // [B,H] or [B,2H]
    const out = read.forward(part("readout.", p), features, {});
    return { run, looked, out, state: run.state!, ys: out.ys, weights: looked?.weights ?? [] };
  }

  function forward(p: Params, { source, target, sourceMasks, decoderInputs }: PairBatch) {
    const encoded = encoder.forward(part("encoder.", p), source, {});
    const read = decoderInputs ?? [target[0].map(() => start), ...target.slice(0, -1)];
    return { encoded, ...write(p, read, encoded.state!, encoded.ys, sourceMasks) };
  }

  return {
    params,

    evaluate(p, batch) {
      const { ys, weights } = forward(p, batch);
      return { loss: overTime(softmaxCrossEntropy, ys, batch.target, batch.masks).loss, ys, weights };
    },

    lossAndGrads(p, batch) {
      const { encoded, run, looked, out, ys } = forward(p, batch);
      const { loss, dys } = overTime(softmaxCrossEntropy, ys, batch.target, batch.masks);
      const fromRead = read.backward(part("readout.", p), out.cache, dys);
      const dhs = fromRead.dxs.map((dx) => sliceCols(dx, 0, hiddenSize));
      const dcs = looked && fromRead.dxs.map((dx) => sliceCols(dx, hiddenSize, 2 * hiddenSize));
      const attended = dcs && attention!.backward(part("attention.", p), looked!.cache, dcs);
      const toDecoder = attended ? dhs.map((dh, t) => add(dh, attended.dQueries[t])) : dhs;
      const written = decoder.backward(part("decoder.", p), run.cache, toDecoder);
      const dKeys = attended?.dKeys ?? encoded.ys.map((h) => map(h, () => 0));
      // What the decoder did with its first state comes back into the encoder's last.
      const readAgain = encoder.backward(part("encoder.", p), encoded.cache, dKeys, written.dState);
      const grads: Params = {
        ...withPrefix("encoder.", readAgain.grads),
        ...withPrefix("decoder.", written.grads),
        ...withPrefix("attention.", attended?.grads ?? {}),
        ...withPrefix("readout.", fromRead.grads),
      };
      return { loss, grads, dhTotals: [...readAgain.dhTotals!, ...written.dhTotals!] };
    },

    decode(p, source, options) {
      const { end, maxLength, sourceMasks, temperature = 0, random: draw = random, feed } = options;
      const encoded = encoder.forward(part("encoder.", p), source, {});
      const tokens: number[][] = source[0].map(() => []);
      const weights: Matrix[] = [];
      let [state, last] = [encoded.state!, source[0].map(() => start)];
      const ended = source[0].map(() => false);
      for (let t = 0; t < maxLength && ended.includes(false); t++) {
        const step = write(p, [last], state, encoded.ys, sourceMasks);
        state = step.state;
        last = sampleTokens(step.ys[0], temperature, draw);
        weights.push(...step.weights);
        last.forEach((token, b) => {
          ended[b] ||= token === end;
          if (!ended[b]) tokens[b].push(token);
        });
        last = feed?.(last, t) ?? last;
      }
      return { tokens, weights };
    },
  };
}
