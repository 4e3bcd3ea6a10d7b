/** Kernels that few ask for lie in a script of their own, which is loaded when they do. */
declare function importScripts(url: string): void;

importScripts(new URL("relaxed.js", self.location.href).href);
export const kernels: string = Reflect.get(globalThis, Symbol.for("unrolled.relaxed")).kernels;
