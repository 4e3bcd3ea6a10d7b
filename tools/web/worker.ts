/** The kernel in a web worker: a session, told what to run by messages, answering as output comes. */
import "./standins/globals";
import { StreamBatch } from "../kernel/output";
import { addText, ROOT, serveFrom } from "./files";
import { watchFlag } from "./host";
import type { Answer, Request } from "./messages";

const tell = (answer: Answer): void => self.postMessage(answer);
type Session = import("../session/session").Session;
let session: Promise<Session> | undefined;

/** The page, asked by lib/check/board.ts. */
const boards = new Map<number, { resolve(text: string): void; reject(error: Error): void }>();
Reflect.set(
  globalThis,
  Symbol.for("unrolled.board"),
  (verb: string, which?: string) =>
    new Promise((resolve, reject) => {
      const id = boards.size + 1;
      boards.set(id, { resolve, reject });
      tell({ type: "board", id, verb, which });
    }),
);

async function start(request: Extract<Request, { type: "start" }>): Promise<Session> {
  const { base, folder, flag, checking } = request;
  if (checking) process.env.UNROLLED_CHECKING = "1";
  serveFrom(base);
  watchFlag(flag);
  const declarations: Record<string, string> = await (
    await fetch(new URL("types.json", self.location.href))
  ).json();
  for (const [path, text] of Object.entries(declarations)) addText(path, text);
  addText(`${ROOT}/${folder}/.keep`, "");
  const { createSession } = await import("../session/session");
  const created = await createSession({ cwd: `${ROOT}/${folder}` });
  await created.execute("undefined", { stream() {}, display() {}, result() {} }, 0); // the first cell is slow
  return created;
}

async function execute(session: Session, id: number, code: string, count: number): Promise<void> {
  const output = new StreamBatch((name, text) => tell({ type: "stream", id, name, text }));
  const outcome = await session.execute(
    code,
    {
      stream: (name, text) => output.write(name, text),
      display(message) {
        output.flush();
        tell({ type: "display", id, message });
      },
      result(data, metadata) {
        output.flush();
        tell({ type: "result", id, data, metadata });
      },
    },
    count,
  );
  output.flush();
  tell({ type: "done", id, error: outcome.status === "error" ? outcome.error : undefined });
}

async function answer(request: Request): Promise<void> {
  if (request.type === "start") {
    session = start(request);
    await session;
    return tell({ type: "ready" });
  }
  if (request.type === "board") {
    const { resolve, reject } = boards.get(request.id)!;
    return request.text === undefined ? reject(new Error(request.error)) : resolve(request.text);
  }
  const running = await session!;
  if (request.type === "interrupt") return running.interrupt();
  if (request.type === "execute") return execute(running, request.id, request.code, request.count);
  const { id, content } = request;
  const language = await import("../kernel/language");
  const reply =
    request.type === "isComplete"
      ? await language.isComplete(content)
      : language[request.type](running, content);
  tell({ type: "reply", id, content: reply });
}

self.onmessage = ({ data }: MessageEvent<Request>) =>
  void answer(data).catch((error: Error) => tell({ type: "failed", message: String(error.stack ?? error) }));
