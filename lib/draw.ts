export { type BpttOptions, bpttDrawing } from "./draw/bptt";
export { type UnrolledOptions, unrolledDrawing } from "./draw/network";
export type { Numbers } from "./draw/numbers";
export type { Drawing } from "./draw/svg";
