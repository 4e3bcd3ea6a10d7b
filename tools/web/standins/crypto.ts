/** node:crypto: the sha256 with which `load` compares a dataset. */
import { sha256 } from "@noble/hashes/sha2.js";

export function createHash(algorithm: string) {
  if (algorithm !== "sha256") throw new Error(`crypto: only sha256 is here, not ${algorithm}`);
  const hash = sha256.create();
  return {
    update(data: Uint8Array | string) {
      hash.update(typeof data === "string" ? new TextEncoder().encode(data) : data);
      return this;
    },
    digest: (_encoding: "hex") =>
      [...hash.digest()].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}
export const randomUUID = (): string => crypto.randomUUID();
export default { createHash, randomUUID };
