/** node:vm: an indirect eval runs in the global scope, as runInThisContext does. */
export const runInThisContext = (code: string): unknown => globalThis.eval(code);
export default { runInThisContext };
