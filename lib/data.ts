export type * from "./data/batch";
export * from "./data/batches";
export type * from "./data/datasets";
export * from "./data/load";
export * from "./data/scalers";
export * from "./data/split";
export * from "./data/tasks";
export * from "./data/text";
export * from "./data/windows";
