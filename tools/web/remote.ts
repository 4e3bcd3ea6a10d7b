/** A session in a second worker: what session/remote.ts is on a machine, as far as a check asks for it. */
import type { CellResult, End, RemoteOptions, RemoteSession } from "../session/remote";
import { FOLDERS } from "./folders";
import type { Answer, Request } from "./messages";

export const hasEnded = (result: CellResult): result is End =>
  result.status === "died" || result.status === "late";

export function startSession({ cwd }: Pick<RemoteOptions, "cwd">): RemoteSession {
  const worker = new Worker(FOLDERS.worker);
  const send = (request: Request) => worker.postMessage(request);
  const waiting = new Map<number, (result: CellResult) => void>();
  let printed = 0;
  let end: End | undefined;
  let last = 0;
  const finish = (how: End) => {
    end ??= how;
    worker.terminate();
    for (const resolve of waiting.values()) resolve(end);
    waiting.clear();
  };
  const died = (how: string) => finish({ status: "died", cause: "exit", how });
  const ready = new Promise<void>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.type === "ready") resolve();
      else if (data.type === "stream") printed += data.text.length;
      else if (data.type === "failed") died(data.message);
      else if (data.type === "done") {
        const { id, error } = data;
        waiting.get(id)?.(error ? { status: "error", error, printed } : { status: "ok", printed });
        waiting.delete(id);
      }
      if (end) resolve();
    };
    worker.onerror = ({ message }) => {
      died(message);
      resolve();
    };
  });
  send({ type: "start", base: FOLDERS.base, folder: cwd, checking: true });
  return {
    ready,
    async execute(source, { count = 1, seconds = 60 } = {}) {
      await ready;
      if (end) return end;
      const id = ++last;
      printed = 0;
      const timer = setTimeout(() => finish({ status: "late", seconds }), seconds * 1000);
      const result = new Promise<CellResult>((resolve) => waiting.set(id, resolve));
      send({ type: "execute", id, code: source, count });
      return result.finally(() => clearTimeout(timer));
    },
    complete: () => Promise.reject(new Error("no completion in a check")),
    inspect: () => Promise.reject(new Error("no inspection in a check")),
    interrupt: () => send({ type: "interrupt" }),
    close: () => worker.terminate(),
  };
}
