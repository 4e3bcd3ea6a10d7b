/** For tests: a session in a process of its own, since it takes over the console that the test runner reports on. */

import type { DisplayMessage } from "unrolled/display";
import { type CellResult, type RemoteOptions, type RemoteSession, startSession } from "./remote";

export interface Ran {
  outcome: CellResult;
  printed: string;
  results: Record<string, unknown>[];
  displays: DisplayMessage[];
}

export interface TestSession extends RemoteSession {
  /** Runs a cell and gathers what it shows. */
  run(source: string): Promise<Ran>;
}

export function remoteSession(cwd: string, options: Partial<RemoteOptions> = {}): TestSession {
  const session = startSession({ cwd, ...options });
  async function run(source: string): Promise<Ran> {
    const ran: Ran = { outcome: { status: "ok", printed: 0 }, printed: "", results: [], displays: [] };
    ran.outcome = await session.execute(source, {
      stream: (name, text) => {
        ran.printed += name === "stdout" ? text : `[${name}] ${text}`;
      },
      result: (data) => ran.results.push(data),
      display: (message) => ran.displays.push(message),
    });
    return ran;
  }
  return { ...session, run };
}
