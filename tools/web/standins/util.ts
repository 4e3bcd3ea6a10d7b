/** node:util: its `inspect`, extracted from Node's own source, and the few others that libraries ask for. */
import * as extracted from "node-inspect-extracted";

const { TextDecoder, TextEncoder } = globalThis;
const promisify =
  (call: (...args: unknown[]) => void) =>
  (...args: unknown[]) =>
    new Promise((resolve, reject) =>
      call(...args, (error: unknown, value: unknown) => (error ? reject(error) : resolve(value))),
    );
export const { inspect, format, stripVTControlCharacters } = extracted;
export { promisify, TextDecoder, TextEncoder };
export default { ...extracted, promisify, TextDecoder, TextEncoder };
