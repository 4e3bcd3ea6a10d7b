/** node:module: `import` in a cell reaches the modules that the site brings, and a notebook's own. */
import { requireModule } from "../modules";

export default class Module {
  exports: Record<string, unknown> = {};
  require: (id: string) => unknown = requireModule;
  paths: string[] = [];
  constructor(public filename: string) {}
  _compile(code: string, filename: string): void {
    // biome-ignore lint/security/noGlobalEval: a notebook's own module, compiled
    const run = globalThis.eval(
      `(function (exports, require, module) {${code}\n})\n//# sourceURL=${filename}`,
    );
    run(this.exports, this.require, this);
  }
  static _nodeModulePaths = (): string[] => [];
  static createRequire = (): typeof requireModule => requireModule;
}
