/** TensorFlow's compiled backend lies beside the worker. */
export const wasmFolder = (): string => new URL("./", self.location.href).href;
