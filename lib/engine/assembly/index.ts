export * from "./product64";
