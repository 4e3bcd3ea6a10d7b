/** What a session changes in its process, for good: a process has one session, and ends with it. */
import { StringDecoder } from "node:string_decoder";
import type { HostEvents } from "../host";
import { trackTimers } from "./timers";

function exit(): never {
  throw new Error(
    "process.exit() would end the kernel and lose every variable: return, or throw an error, instead",
  );
}

function stdin(): never {
  throw new Error("a notebook has no keyboard input: write the value in the cell instead");
}

export function takeOverProcess(events: HostEvents): void {
  trackTimers(events.isStopped);
  const replace = (target: object, name: string, descriptor: PropertyDescriptor): void => {
    Object.defineProperty(target, name, { ...descriptor, configurable: true });
  };

  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new StringDecoder(); // a character may come in two writes
    const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      if (!events.isStopped())
        events.stream(name, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)));
      const callback = rest.find((argument) => typeof argument === "function");
      if (callback) process.nextTick(callback as () => void);
      return true;
    };
    replace(process[name], "write", { value: write, writable: true });
  }
  // What the libraries use that Node will drop is no concern of a learner, and the message differs by run.
  replace(process, "noDeprecation", { value: true, writable: true });
  replace(process, "exit", { value: exit, writable: true });
  replace(process, "stdin", { get: stdin });
  process.on("unhandledRejection", (reason) => events.stray(reason, true));
  process.on("uncaughtException", (error) => events.stray(error, false));
}
