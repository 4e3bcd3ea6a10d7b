/** The judge as the grader sees it: passes its questions on to a submission, and waits for its judgement. */
import { join } from "node:path";
import { type Cell, FOR_GRADER, type Judgement } from "./child/messages";
import { type Gone, Program } from "./program";

const MEMORY = 256; // MB
const GRACE = 100; // ms

export class Judge {
  #program?: Program;
  /** How many tests it has begun to hear, and whether the last is still under way. */
  #heard = 0;
  #busy = false;

  /** `root`: the course's folder. */
  constructor(readonly root: string) {}

  /** Forgets the notebook before. */
  async begin(): Promise<void> {
    if (this.#program === undefined || this.#program.gone)
      this.#program = new Program(
        {
          program: process.execPath,
          args: [`--max-old-space-size=${MEMORY}`, join(__dirname, "child/judge.js")],
          env: { PATH: process.env.PATH ?? "" },
          cwd: join(this.root, "exercises"),
        },
        4 * MEMORY,
      );
    await this.#tell({ begin: true });
  }

  /** Runs a locked cell. If it needs what a submission failed to give, the tests below will say so. */
  async run(cell: Cell): Promise<void> {
    await this.#tell({ run: cell });
  }

  /** Runs a test against a submission. */
  async hear(test: string, submission: Program): Promise<Judgement> {
    this.#heard += 1;
    this.#busy = true;
    const judgement = await this.#conversation(test, submission);
    this.#busy = false;
    return judgement;
  }

  async #conversation(test: string, submission: Program): Promise<Judgement> {
    let said = await this.#program!.ask(test);
    for (;;) {
      if (typeof said !== "string") return broken(said);
      if (said.startsWith(FOR_GRADER)) return JSON.parse(said.slice(FOR_GRADER.length)) as Judgement;
      const answer = await submission.ask(said);
      said = await this.#program!.ask(typeof answer === "string" ? answer : '{"ended":true}');
    }
  }

  /** Time is over: if the judge itself is at work, on what the submission gave it, that ends too. */
  hurry(): void {
    const [program, test] = [this.#program, this.#heard];
    setTimeout(() => {
      if (this.#busy && this.#heard === test)
        program?.kill({ cause: "closed", how: "the test was still running" });
    }, GRACE);
  }

  close(): void {
    this.#program?.kill();
  }

  async #tell(message: object): Promise<void> {
    const answer = await this.#program!.ask(JSON.stringify(message));
    if (typeof answer !== "string") throw new Error(`the judge: ${answer.how}\n${this.#program!.lastWords}`);
  }
}

/** What a test made of a submission's values ended the judge: a list far too long, say. */
function broken({ how }: Gone): Judgement {
  const evalue = `the test could not deal with what your code returned (${how})`;
  return { error: { ename: "Error", evalue, traceback: [evalue] } };
}
