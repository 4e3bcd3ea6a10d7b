/** What a failed check knows; the message of a CheckError is made of it. */
export interface Failure {
  /** What was checked, e.g. "dWhh". */
  subject: string;
  /** What is wrong with it, e.g. "wrong shape". */
  problem: string;
  expected?: string;
  got?: string;
  likelyCause?: string;
  hint?: string;
}

/** An exercise is not right yet: the message says what was expected, what came, and the likely cause. */
export class CheckError extends Error implements Failure {
  override name = "✗ CheckError";
  subject: string;
  problem: string;
  expected?: string;
  got?: string;
  likelyCause?: string;
  hint?: string;

  constructor(failure: Failure) {
    const { subject, problem, expected, got, likelyCause, hint } = failure;
    const lines: [string, string | undefined][] = [
      ["expected ", expected],
      ["got      ", got],
      ["likely cause:", likelyCause],
      ["hint:", hint],
    ];
    const details = lines.filter(([, text]) => text).map(([label, text]) => `\n  ${label} ${text}`);
    super(`${subject}: ${problem}${details.join("")}`);
    Object.assign(this, failure);
    this.subject = subject;
    this.problem = problem;
  }
}
