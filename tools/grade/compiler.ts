/** The compiler as the grader sees it: one process for all, warm, with the answers that it gave before. */
import { createHash } from "node:crypto";
import type { CompileAnswer, CompileRequest } from "./child/messages";
import { Program } from "./program";
import type { Sandbox } from "./sandbox";

/** The compiler gave up, or its time did: then `overdue` ms after it was over nothing of it ran any more. */
export type CompileResult = CompileAnswer | { late: number; overdue: number } | { memory: true };

const MEMORY = 1500; // MB
const KEPT = 24 * 2 ** 20; // characters of answers that are remembered
const AT_MOST = 400; // compilations of one process, whose memory grows

export class Compiler {
  #program?: Program;
  #queue: Promise<unknown> = Promise.resolve();
  #answers = new Map<string, string>();
  #size = 0;
  #done = 0;

  constructor(
    readonly sandbox: Sandbox,
    readonly seconds: number,
  ) {}

  /** What it makes of a cell. The same cell below the same declarations is compiled once. */
  compile(request: CompileRequest): Promise<CompileResult> {
    const key = createHash("sha256").update(JSON.stringify(request)).digest("base64");
    const known = this.#answers.get(key);
    if (known !== undefined) {
      this.#answers.delete(key); // and back in, as the one that was used last
      this.#answers.set(key, known);
      return Promise.resolve(JSON.parse(known) as CompileAnswer);
    }
    const turn = this.#queue.then(async () => this.#answers.get(key) ?? this.#ask(request, key));
    this.#queue = turn.catch(() => {});
    return turn.then((answer) =>
      typeof answer === "string" ? (JSON.parse(answer) as CompileAnswer) : answer,
    );
  }

  async #ask(request: CompileRequest, key: string): Promise<string | CompileResult> {
    if (this.#done >= AT_MOST) this.close();
    const fresh = this.#program === undefined || this.#program.gone !== undefined;
    if (fresh) this.#done = 0;
    if (fresh)
      this.#program = new Program(
        this.sandbox.command("grade/child/compiler.js", [`--max-old-space-size=${MEMORY}`]),
        2 * MEMORY,
      );
    const program = this.#program!;
    if (fresh) await this.#warmUp(program);
    this.#done += 1;
    const due = performance.now() + this.seconds * 1000;
    let ended: Promise<void> | undefined;
    const timer = setTimeout(() => {
      ended = program.end();
    }, this.seconds * 1000);
    const answer = await program.ask(JSON.stringify(request));
    clearTimeout(timer);
    if (typeof answer === "string") return this.#keep(key, answer);
    await ended;
    return answer.cause === "closed"
      ? { late: this.seconds, overdue: performance.now() - due }
      : { memory: true };
  }

  /** Starting is slower than compiling, and no submission's fault. */
  async #warmUp(program: Program): Promise<void> {
    const answer = await program.ask(JSON.stringify({ source: "const x = 1;", label: "", declarations: "" }));
    if (typeof answer !== "string")
      throw new Error(`the compiler does not start: ${answer.how}\n${program.lastWords}`);
  }

  #keep(key: string, answer: string): string {
    this.#answers.set(key, answer);
    this.#size += answer.length;
    for (const [oldest, text] of this.#answers) {
      if (this.#size <= KEPT) break;
      this.#answers.delete(oldest);
      this.#size -= text.length;
    }
    return answer;
  }

  close(): void {
    this.#program?.kill();
    this.#program = undefined;
  }
}
