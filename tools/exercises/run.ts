import { type CellResult, hasEnded, type RemoteSession } from "../session/remote";
import type { Exercise } from "./lesson";
import type { Plan, Step } from "./plan";

/** A session and what it has run so far, test cells aside. */
export interface Live {
  session: RemoteSession;
  ran: (Source & { result: CellResult })[];
}

/** A cell and its number, which the places in error messages name. */
export interface Source {
  source: string;
  number?: number;
}

export function sameSource(a: Source | undefined, b: Source | undefined): boolean {
  return a?.source === b?.source && a?.number === b?.number;
}

export interface Supply {
  /** A session that has run nothing, or the first of these sources and nothing else. */
  take(sources: readonly Source[]): Promise<Live>;
  /** seconds for one cell */
  limit: number;
}

export interface StepResult {
  step: Step;
  result: CellResult;
  /** the part of the test that the notebook shows passes: the rest must not give its values away */
  hidden?: boolean;
}

export interface RunOptions {
  /** the exercises whose tests are to run */
  wanted: ReadonlySet<Exercise>;
  supply: Supply;
  /** called after each cell that ran, or whose result a warm session knew */
  onStep(result: StepResult): void;
  signal?: AbortSignal;
}

/**
 * Runs what the wanted exercises need: every cell above their tests (setup, the learner's own cells, the solutions
 * of other exercises), in order, but no test of another exercise. A failing cell stops nothing. A cell that takes
 * its session down (time limit, crash) is left out of a new session, in which the cells above it run again.
 */
export async function run(plan: Plan, { wanted, supply, onStep, signal }: RunOptions): Promise<void> {
  const isWanted = (step: Step) => step.role === "test" && wanted.has(step.exercise!);
  const last = plan.steps.map(isWanted).lastIndexOf(true);
  const steps = plan.steps.slice(0, last + 1).filter((step) => step.role !== "test" || isWanted(step));
  const broken = new Set<Exercise>([...plan.blank, ...plan.missing]);

  let live = await supply.take(steps.filter(({ role }) => role !== "test"));
  const stop = () => live.session.close();
  signal?.addEventListener("abort", stop);
  try {
    let position = 0;
    for (const step of steps) {
      signal?.throwIfAborted();
      if (step.role === "test" && broken.has(step.exercise!)) continue;
      const known = step.role === "test" ? undefined : live.ran[position];
      const result = known?.result ?? (await execute(live, step, supply.limit));
      signal?.throwIfAborted();
      if (step.role !== "test") {
        if (!known) live.ran.push({ source: step.source, number: step.number, result });
        position += 1;
      }
      if (step.role === "solution" && result.status !== "ok") broken.add(step.exercise!);
      const hidden =
        step.part !== undefined && result.status === "error" && (await passesVisible(live, step, supply));
      onStep({ step, result, hidden });
      if (!known && hasEnded(result)) live = await rebuilt(live, supply);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    live.session.close();
  }
}

/** Runs one cell in it; takes no note of it. */
export function execute({ session }: Live, { source, number }: Source, seconds: number): Promise<CellResult> {
  return session.execute(source, { count: number, seconds });
}

async function passesVisible(live: Live, { part, number }: Step, { limit }: Supply): Promise<boolean> {
  return (await execute(live, { source: part!.released, number }, limit)).status === "ok";
}

/** A new session in which everything has run that can run. */
async function rebuilt(dead: Live, supply: Supply): Promise<Live> {
  dead.session.close();
  const live: Live = { session: (await supply.take([])).session, ran: dead.ran };
  for (const cell of dead.ran) if (!hasEnded(cell.result)) await execute(live, cell, supply.limit);
  return live;
}
