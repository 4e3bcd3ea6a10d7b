import { STOPPED } from "../display";
import type { TensorFlow } from "./native";

/** What a model knows of its own training. */
interface Fitting {
  isTraining: boolean;
  stopTraining: boolean;
}
type Fit = (this: Fitting, ...args: unknown[]) => Promise<unknown>;

/**
 * A `fit` whose cell was interrupted never comes to its end, and the model would refuse the next one ("another fit() call
 * is ongoing"). Here the kernel tells of the interrupt, and the model is free again, with the weights that it has by then.
 */
export function endStoppedFits(tf: TensorFlow): void {
  const fitting = new Set<Fitting>();
  const methods = tf.LayersModel.prototype as unknown as Record<"fit" | "fitDataset", Fit>;
  for (const name of ["fit", "fitDataset"] as const) {
    const fit = methods[name];
    methods[name] = async function (...args) {
      fitting.add(this);
      try {
        return await fit.apply(this, args);
      } finally {
        fitting.delete(this);
      }
    };
  }
  const free = (): void => {
    for (const model of fitting) Object.assign(model, { isTraining: false, stopTraining: true });
    fitting.clear();
  };
  Reflect.set(globalThis, STOPPED, [...(Reflect.get(globalThis, STOPPED) ?? []), free]);
}
