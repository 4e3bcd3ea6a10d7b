// Scalar functions from +, −, ×, ÷ and √ alone, which IEEE 754 defines to the last bit: the same results on every
// machine. Those of `Math` may differ in the last bit from engine to engine, and a long training amplifies that.
export { exp, sigmoid, tanh } from "./math/exponential";
export { log, log1p, log2, log10 } from "./math/logarithm";
export { hypot, pow } from "./math/power";
export { cos, sin } from "./math/trigonometry";
