export * from "./cells";
export * from "./normal64";
export * from "./optimizers";
export * from "./outer32";
export * from "./pack";
export * from "./product32";
export * from "./product64";
export * from "./softmax";
