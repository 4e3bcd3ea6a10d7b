// The mended TypeScript, for tslab, which asks for it by name once it stands.
module.exports = globalThis[Symbol.for("unrolled.typescript")];
