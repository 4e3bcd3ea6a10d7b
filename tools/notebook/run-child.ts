/** The process that runs one notebook's cells; run.ts is its parent. */
import { createSession, type DisplayMessage, type Handlers, type Outcome } from "../session/session";

export type FromParent = { cwd: string } | { source: string; count: number };
export type FromChild =
  | { type: "ready" }
  | { type: "stream"; name: "stdout" | "stderr"; text: string }
  | { type: "display"; message: DisplayMessage }
  | { type: "result"; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | { type: "done"; outcome: Outcome };

/** Characters that one cell may print: a saved notebook has to stay readable. */
const LIMIT = 200_000;

function main(): void {
  let batch: { name: "stdout" | "stderr"; text: string } | undefined;
  let printed = 0;
  const send = (message: FromChild): void => {
    flush();
    process.send?.(message);
  };
  const flush = (): void => {
    if (batch) process.send?.({ type: "stream", ...batch } satisfies FromChild);
    batch = undefined;
  };
  const stream: Handlers["stream"] = (name, text) => {
    if (printed > LIMIT) return;
    const room = LIMIT - printed;
    printed += text.length;
    if (text.length > room)
      text = `${text.slice(0, room)}\n… cut here: this cell printed more than ${LIMIT.toLocaleString("en")} characters\n`;
    if (batch?.name !== name) flush();
    if (!batch) setImmediate(flush);
    batch = { name, text: (batch?.text ?? "") + text };
  };
  const handlers: Handlers = {
    stream,
    display: (message) => send({ type: "display", message }),
    result: (data, metadata) => send({ type: "result", data, metadata }),
  };

  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
  process.once("message", async ({ cwd }: { cwd: string }) => {
    const session = await createSession({ cwd });
    process.on("message", async ({ source, count }: { source: string; count: number }) => {
      printed = 0;
      const outcome = await session.execute(source, handlers, count);
      send({ type: "done", outcome });
    });
    send({ type: "ready" });
  });
}

main();
