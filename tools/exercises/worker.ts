import { createSession } from "../session/session";
import type { CellResult, Request, Response } from "./runner";

// One session in a process of its own: whatever a cell does, the one who asked survives and can stop it.

const send = process.send?.bind(process);
const tell = (message: Response) => send?.(message);
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));

async function main(): Promise<void> {
  const session = await createSession({ cwd: process.argv[2]! });
  process.on("message", async ({ id, source, label }: Request) => {
    let printed = 0;
    const handlers = {
      stream: (_name: string, text: string) => {
        printed += text.length;
      },
      display: () => {},
      result: () => {},
    };
    const outcome = await session.execute(source, handlers, label);
    const result: CellResult =
      outcome.status === "ok" ? { status: "ok", printed } : { ...outcome, status: "error", printed };
    tell({ id, result });
  });
  tell({ id: 0, result: { status: "ok", printed: 0 } });
}

void main();
