/** Jupyter's wire format: a message is signed JSON parts behind the identities of its receiver. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** What Jupyter writes into the connection file. */
export interface Connection {
  transport: string;
  ip: string;
  key: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
}

export type Content = Record<string, unknown>;

export interface Message {
  identities: Buffer[];
  header: { msg_id: string; msg_type: string; session: string; username: string };
  /** The message that this one answers. */
  parent: { msg_id?: string };
  content: Content;
}

type Channel = "shell" | "iopub" | "stdin" | "control" | "hb";

export const address = (connection: Connection, channel: Channel): string =>
  `${connection.transport}://${connection.ip}${connection.transport === "ipc" ? "-" : ":"}${connection[`${channel}_port`]}`;

const DELIMITER = "<IDS|MSG>";
const KERNEL_SESSION = randomUUID();

function sign(key: string, parts: (string | Buffer)[]): Buffer {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return Buffer.from(key ? hmac.digest("hex") : "");
}

/** Undefined for what is not a whole message signed with our key: such frames are to be ignored. */
export function decode(key: string, frames: Buffer[]): Message | undefined {
  const delimiter = frames.findIndex((frame) => frame.toString() === DELIMITER);
  if (delimiter < 0 || frames.length < delimiter + 6) return undefined;
  const [signature, ...parts] = frames.slice(delimiter + 1, delimiter + 6);
  const expected = sign(key, parts);
  if (signature?.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
  try {
    const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()));
    if (typeof header.msg_type !== "string") return undefined;
    return { identities: frames.slice(0, delimiter), header, parent, content: content ?? {} };
  } catch {
    return undefined; // not JSON, though the signature is right
  }
}

/** The frames of a message of `type` that answers `parent`. */
export function encode(
  key: string,
  type: string,
  content: Content,
  parent: Message | undefined,
  identities: Buffer[],
): (Buffer | string)[] {
  const header = {
    msg_id: randomUUID(),
    msg_type: type,
    session: KERNEL_SESSION,
    username: parent?.header.username ?? "kernel",
    date: new Date().toISOString(),
    version: "5.3",
  };
  const parts = [header, parent?.header ?? {}, {}, content].map((part) => JSON.stringify(part));
  return [...identities, DELIMITER, sign(key, parts), ...parts];
}
