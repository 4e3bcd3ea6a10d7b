/**
 * The names of what every list, text, number and promise can do. A submission could return a record with functions
 * under such names, and answer a test's questions (`every`, `length`, `valueOf`) as it likes: they are left out.
 */
const prototypes = [
  Object,
  Array,
  String,
  Number,
  Boolean,
  Map,
  Set,
  Promise,
  Date,
  RegExp,
  Function,
  Float64Array,
];

export const BUILT_IN: ReadonlySet<string> = new Set([
  "toJSON",
  "next",
  ...[...prototypes, Object.getPrototypeOf(Float64Array)].flatMap((type) =>
    Object.getOwnPropertyNames(type.prototype),
  ),
]);
