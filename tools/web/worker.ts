/** The kernel in a web worker: a session, told what to run by messages, answering as output comes. */
import "./standins/globals";
import { addText, ROOT, serveFrom } from "./files";
import type { Answer, Request } from "./messages";

const tell = (answer: Answer): void => self.postMessage(answer);
type Session = import("../session/session").Session;
let session: Promise<Session> | undefined;

async function start(base: string, folder: string): Promise<Session> {
  serveFrom(base);
  const declarations: Record<string, string> = await (await fetch(`${base}types.json`)).json();
  for (const [path, text] of Object.entries(declarations)) addText(path, text);
  addText(`${ROOT}/${folder}/.keep`, "");
  const { createSession } = await import("../session/session");
  const created = await createSession({ cwd: `${ROOT}/${folder}` });
  await created.execute("undefined", { stream() {}, display() {}, result() {} }, 0);
  return created;
}

async function answer(request: Request): Promise<void> {
  if (request.type === "start") {
    session = start(request.base, request.folder);
    await session;
    return tell({ type: "ready" });
  }
  const running = await session!;
  if (request.type === "interrupt") return running.interrupt();
  const { id } = request;
  if (request.type === "execute") {
    const outcome = await running.execute(
      request.code,
      {
        stream: (name, text) => tell({ type: "stream", id, name, text }),
        display: (message) => tell({ type: "display", id, message }),
        result: (data, metadata) => tell({ type: "result", id, data, metadata }),
      },
      request.count,
    );
    return tell({ type: "done", id, error: outcome.status === "error" ? outcome.error : undefined });
  }
  if (request.type === "complete")
    return tell({ type: "reply", id, content: running.complete(request.code, request.cursor) });
  if (request.type === "inspect")
    return tell({ type: "reply", id, content: running.inspect(request.code, request.cursor) });
  const { isCompleteCode } = await import("../session/compile");
  tell({ type: "reply", id, content: isCompleteCode(request.code) });
}

self.onmessage = ({ data }: MessageEvent<Request>) =>
  void answer(data).catch((error: Error) => tell({ type: "failed", message: String(error.stack ?? error) }));
