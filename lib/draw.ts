export {
  type AttentionOptions,
  attentionDrawing,
  type EncoderDecoderDrawingOptions,
  encoderDecoderDrawing,
  type ScanOptions,
  scanDrawing,
} from "./draw/attention";
export { type BpttOptions, bpttDrawing } from "./draw/bptt";
export type { CellDrawingOptions } from "./draw/circuit";
export { gruDrawing } from "./draw/gru";
export {
  type BidirectionalOptions,
  bidirectionalDrawing,
  type StackedOptions,
  stackedDrawing,
} from "./draw/layers";
export { lstmDrawing } from "./draw/lstm";
export { type UnrolledOptions, unrolledDrawing } from "./draw/network";
export type { Numbers } from "./draw/numbers";
export type { Drawing } from "./draw/svg";
export { type TruncatedOptions, truncatedDrawing } from "./draw/truncated";
