import { hasEnded, type RemoteSession } from "../session/remote";
import { execute, type Live, type Source, type Supply, sameSource } from "./run";

interface Prepared {
  live: Live;
  target: readonly Source[];
  /** resolves when nothing more is running in it */
  idle: Promise<void>;
  taken: boolean;
}

/** A supply that has sessions ready in which the cells above the one being edited have already run. */
export interface Stock extends Supply {
  /** Keeps one session ready for each of these beginnings of a notebook, first come first prepared. */
  keep(beginnings: readonly (readonly Source[])[]): void;
  /** resolves when all of them are ready */
  settled(): Promise<void>;
}

export function createStock(start: () => RemoteSession, limit: number): Stock {
  let shelf: Prepared[] = [];
  let queue: Promise<void> = Promise.resolve();

  const prepare = (target: readonly Source[]) => {
    const prepared: Prepared = {
      live: { session: start(), ran: [] },
      target,
      idle: Promise.resolve(),
      taken: false,
    };
    shelf.push(prepared);
    queue = queue.then(() => {
      prepared.idle = fill(prepared, limit).catch(() => {});
      return prepared.idle;
    });
  };

  return {
    limit,
    async take(sources) {
      const fits = ({ live }: Prepared) => live.ran.every((done, i) => sameSource(done, sources[i]));
      const usable = shelf.filter((prepared) => fits(prepared) && !isDead(prepared));
      const best = usable.sort((a, b) => b.live.ran.length - a.live.ran.length)[0];
      if (!best) return { session: start(), ran: [] };
      shelf = shelf.filter((other) => other !== best);
      best.taken = true;
      await best.idle;
      if (fits(best) && !isDead(best)) return best.live;
      best.live.session.close();
      return this.take(sources);
    },
    keep(beginnings) {
      const wanted = [...beginnings];
      const kept = shelf.filter((prepared) => {
        const index = isDead(prepared) ? -1 : wanted.findIndex((target) => same(target, prepared.target));
        if (index >= 0) wanted.splice(index, 1);
        else {
          prepared.taken = true;
          prepared.live.session.close();
        }
        return index >= 0;
      });
      shelf = kept;
      for (const target of wanted) prepare(target);
    },
    settled: () => queue,
  };
}

/** Runs the cells of the target until it is taken, or until one of them takes the session down. */
async function fill(prepared: Prepared, limit: number): Promise<void> {
  const { live, target } = prepared;
  await live.session.ready;
  for (const cell of target.slice(live.ran.length)) {
    if (prepared.taken) return;
    const result = await execute(live, cell, limit);
    live.ran.push({ source: cell.source, number: cell.number, result });
    if (hasEnded(result)) return;
  }
}

function isDead({ live }: Prepared): boolean {
  return live.ran.some(({ result }) => hasEnded(result));
}

function same(a: readonly Source[], b: readonly Source[]): boolean {
  return a.length === b.length && a.every((source, i) => sameSource(source, b[i]));
}
