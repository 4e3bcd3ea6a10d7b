/**
 * A session whose test cells are judged outside of it. To the exercise check (exercises/check.ts) it is a session
 * like any other; behind it are the compiler, the submission's own process in its sandbox, and the judge.
 */
import type { Part } from "../exercises/lesson";
import type { CellResult, End, ExecuteOptions, RemoteSession } from "../session/remote";
import type { CellError } from "../session/session";
import type { Bundle } from "./bundle";
import type { Cell, Compiled, FromSubmission } from "./child/messages";
import type { Compiler } from "./compiler";
import type { Judge } from "./judge";
import type { Gone, Program } from "./program";

export const TAMPERED = "it does not keep to what a submission may say: ";

export interface Seat {
  compiler: Compiler;
  judge: Judge;
  bundle: Bundle;
  /** A submission's process that has run nothing yet. */
  start(): Program;
  /** Other random cases than those of the notebook. */
  seed?: number;
  notebookSeconds: number;
  /** When these are over, by performance.now(). */
  until: number;
  /** Told how many milliseconds after a limit fell due nothing of what had reached it ran any more. */
  onLimit(overdue: number): void;
}

export function judgedSession(seat: Seat): RemoteSession {
  const { compiler, judge, bundle } = seat;
  const submission = seat.start();
  const begun = judge.begin();
  let declarations = "";
  let end: End | undefined;

  /** Ends the submission's process when its time is over; `onEnd` is told. */
  async function within<T>(seconds: number, work: () => Promise<T>, onEnd: () => void): Promise<T | End> {
    const left = Math.min(seconds * 1000, Math.max(0, seat.until - performance.now()));
    const due = performance.now() + left;
    let ended: Promise<void> | undefined;
    const timer = setTimeout(() => {
      ended = submission.end();
      onEnd();
    }, left);
    const result = await work();
    clearTimeout(timer);
    if (ended) {
      await ended;
      seat.onLimit(performance.now() - due);
      end = { status: "late", seconds: left < seconds * 1000 ? seat.notebookSeconds : seconds };
    } else if (submission.gone) {
      end = endOf(submission.gone);
      await submission.end();
      if (submission.gone.due !== undefined) seat.onLimit(performance.now() - submission.gone.due);
    }
    return end ?? result;
  }

  function tampering(what: string): End {
    submission.kill();
    end = { status: "died", cause: "exit", how: TAMPERED + what };
    return end;
  }

  async function compile(source: string, label: string): Promise<Compiled | CellResult> {
    const answer = await compiler.compile({ source, label, declarations });
    if ("code" in answer) return answer;
    if ("error" in answer) return { status: "error", error: answer.error, printed: 0 };
    if ("late" in answer) seat.onLimit(answer.overdue);
    const evalue =
      "late" in answer
        ? `TypeScript was still at work on this cell after ${answer.late} s`
        : "TypeScript used up its memory on this cell";
    const error = { ename: "TypeScriptError", evalue, traceback: [`TypeScriptError: ${evalue}`] };
    return { status: "error", error, printed: 0 };
  }

  async function run(cell: Cell, seconds: number): Promise<CellResult> {
    const answer = await within(
      seconds,
      () => submission.ask(JSON.stringify({ run: cell })),
      () => {},
    );
    if (typeof answer !== "string") return answer as End;
    const message = parsed(answer);
    if (!message || !("ran" in message)) return tampering("no result of a cell");
    const { error } = message.ran;
    return error ? { status: "error", error: tidy(error), printed: 0 } : { status: "ok", printed: 0 };
  }

  async function test(part: Part, source: string, seconds: number): Promise<CellResult> {
    const first = await judgeOnce(part, source, seconds);
    const again =
      seat.seed !== undefined && source !== part.released && !bundle.asWritten.has(part.exercise!);
    if (first.status !== "ok" || !again) return first;
    return judgeOnce(part, source, seconds, seat.seed);
  }

  async function judgeOnce(part: Part, source: string, seconds: number, seed?: number): Promise<CellResult> {
    const asked = JSON.stringify({ test: bundle.cells.get(part)!.get(source), names: bundle.names, seed });
    const verdict = await within(
      seconds,
      () => judge.hear(asked, submission),
      () => judge.hurry(),
    );
    if ("status" in verdict) return verdict;
    const { error, own, tampered } = verdict;
    if (tampered !== undefined) return tampering(tampered);
    if (!error) return { status: "ok", printed: 0 };
    if (!own) return { status: "error", error, printed: 0 };
    const hidden =
      source !== part.released && (await judgeOnce(part, part.released, seconds)).status === "ok";
    return { status: "error", error: hidden ? bare(error) : tidy(error), printed: 0 };
  }

  async function execute(
    source: string,
    { count = 0, seconds = 60 }: ExecuteOptions = {},
  ): Promise<CellResult> {
    await begun;
    if (end) return end;
    const label = `cell [${count}]`;
    const known = count < 1000 ? bundle.lesson.parts[count - 1] : undefined;
    const compiled = await compile(source, label);
    if ("status" in compiled) return compiled;
    if (known?.role === "test") return test(known, source, seconds);
    const result = await run({ compiled, label, source }, seconds);
    if (result.status === "ok") declarations = compiled.declarations;
    if (known?.role === "locked") await judge.run(bundle.cells.get(known)!.get(source)!);
    return result;
  }

  const never = () => Promise.reject(new Error("a judged session only runs cells"));
  const close = () => submission.kill();
  return { ready: begun, execute, complete: never, inspect: never, interrupt: close, close };
}

const KNOWN = ["Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError"];

/** Of an error in a case that the notebook does not show: nothing that a submission could tell of that case. */
function bare({ ename }: CellError): CellError {
  const evalue = "your code throws an error\n(in a case that the notebook does not show)";
  return { ename: KNOWN.includes(ename) ? ename : "Error", evalue, traceback: [] };
}

const LONG = 2000; // characters of an error that a submission made up

/** An error that came out of a submission's process: only text, and not too much of it. */
function tidy(error: CellError): CellError {
  const cut = (text: unknown) => String(text).slice(0, LONG);
  const lines = Array.isArray(error.traceback) ? error.traceback : [];
  return { ename: cut(error.ename), evalue: cut(error.evalue), traceback: lines.slice(0, 60).map(cut) };
}

function parsed(line: string): FromSubmission | undefined {
  try {
    const message = JSON.parse(line) as FromSubmission;
    return typeof message === "object" && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}

function endOf({ cause, how }: Gone): End {
  if (cause === "spoke") return { status: "died", cause: "exit", how: TAMPERED + how };
  if (cause === "flood") return { status: "died", cause: "memory", how };
  return { status: "died", cause: cause === "closed" ? "exit" : cause, how };
}
