const path = require("node:path");

/**
 * What stands in `kernel.json`, for the project at `root` (absolute): absolute paths, since Jupyter starts
 * the kernel in the notebook's folder.
 * @param {string} root
 * @returns {{ argv: string[], display_name: string, language: string, interrupt_mode: "message", env: Record<string, string> }}
 */
function kernelspec(root) {
  return {
    argv: [
      process.execPath,
      // Stopping a loop inside a timer leaves Node's bookkeeping of callbacks askew, for which it would abort.
      "--no-force-async-hooks-checks",
      path.join(root, "tools", "dist", "kernel", "main.js"),
      "--connection-file",
      "{connection_file}",
    ],
    display_name: "TypeScript (Unrolled)",
    language: "typescript",
    // An interrupt comes as a message, which stops any loop; a signal stops only some.
    interrupt_mode: "message",
    env: {},
  };
}

module.exports = { kernelspec };
