import { spawn } from "node:child_process";
import { join } from "node:path";
import { type RemoteSession, startSession } from "../session/remote";
import type { Course } from "./course";

/**
 * A session for a learner's cells: in the folder of the exercises, with the worked solutions out of reach of the
 * functions that read files. That keeps honest people honest; it is no sandbox.
 */
export function startGuarded({ root }: Course): RemoteSession {
  const env = { ...process.env, UNROLLED_CHECKING: "1", UNROLLED_CLOSED: join(root, "solutions") };
  return startSession({
    cwd: join(root, "exercises"),
    spawn: (command, args, options) =>
      spawn(command, ["--require", join(__dirname, "fence.js"), ...args], { ...options, env }),
  });
}
