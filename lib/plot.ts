export * from "./plot/cobweb";
export type { Axis, Figure } from "./plot/figure";
export * from "./plot/heatmap";
export * from "./plot/line";
export * from "./plot/seeds";
export * from "./plot/slider";
export * from "./plot/surface";
export * from "./plot/text";
export * from "./plot/training";
