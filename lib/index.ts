export * from "./activations";
export type * from "./cells/cell";
export * as dense from "./cells/dense";
export * as rnn from "./cells/rnn";
export * from "./matmul";
export * from "./matrix";
export * from "./params";
export * from "./random";
