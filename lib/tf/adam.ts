import type { AdamOptimizer, Scalar, Tensor, Variable } from "@tensorflow/tfjs";
import type { TensorFlow } from "./native";
import { updated } from "./operations";

type Gradients = Parameters<AdamOptimizer["applyGradients"]>[0];

/** What tf's Adam keeps: β₁ᵗ and β₂ᵗ of the coming step, and of each weight the moments m and v. */
interface State {
  accBeta1: Variable & Scalar;
  accBeta2: Variable & Scalar;
  accumulatedFirstMoment: { variable: Variable }[];
  accumulatedSecondMoment: { variable: Variable }[];
}

/**
 * `tf.train.adam` that moves a weight by one of TensorFlow's operations instead of fourteen: the same steps within
 * float32's rounding, the same state, saved in the same way. On WebAssembly it is `tf.train.adam`.
 *
 * m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  w ← w − η m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
 * @see TensorFlow, tensorflow/core/ops/training_ops.cc, ResourceApplyAdam
 */
export function fusedAdam(tf: TensorFlow): TensorFlow["train"]["adam"] {
  class FusedAdam extends tf.AdamOptimizer {
    override applyGradients(given: Gradients): void {
      const gradients = Array.isArray(given)
        ? given
        : Object.entries(given).map(([name, tensor]) => ({ name, tensor }));
      const { accumulatedFirstMoment: ms, accumulatedSecondMoment: vs } = this as unknown as State;
      const ready = gradients.every(({ tensor }, k) => tensor && ms[k] && vs[k]);
      if (tf.getBackend() !== "tensorflow" || !ready) {
        super.applyGradients(given); // which makes m and v in the first step
        return;
      }
      const weights = tf.engine().registeredVariables;
      const moves = gradients.map(({ name, tensor }, k) => ({
        variables: [weights[name], ms[k].variable, vs[k].variable],
        gradient: tensor,
      }));
      tf.tidy(() => this.move(moves));
      this.incrementIterations();
    }

    private move(moves: { variables: Variable[]; gradient: Tensor }[]): void {
      const { accBeta1, accBeta2 } = this as unknown as State;
      const numbers = [this.learningRate, this.beta1, this.beta2].map((value) => tf.scalar(value));
      const epsilon = tf.mul(this.epsilon, tf.sqrt(tf.sub(1, accBeta2))); // the operation adds it to √v, not to √v̂
      for (const { variables, gradient } of moves) {
        const inputs = [accBeta1, accBeta2, ...numbers, epsilon, gradient];
        const values = updated(tf, "ResourceApplyAdam", variables, inputs);
        for (const [k, value] of values.entries()) variables[k].assign(value);
      }
      accBeta1.assign(tf.mul(accBeta1, this.beta1));
      accBeta2.assign(tf.mul(accBeta2, this.beta2));
    }
  }
  return (learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon) =>
    new FusedAdam(learningRate, beta1, beta2, epsilon);
}
