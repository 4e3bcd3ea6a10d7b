/**
 * Timers that an interrupt can drop. A cell that yields to the event loop (a training loop, a pause) goes on
 * after its interrupt only if a timer wakes it; tslab lets it go on, this drops the timers of the cell.
 */
import timersPromises from "node:timers/promises";
import { promisify } from "node:util";

type Callback = (...args: unknown[]) => void;
type Start = (callback: Callback, ...rest: unknown[]) => object;

/** The unmended ones, for the session's own use. */
const { setImmediate, setTimeout } = globalThis;
export const nextTurn = (callback: () => void): unknown => setImmediate(callback);
export const later = (callback: () => void, ms?: number): unknown => setTimeout(callback, ms);
export const pause = (ms: number): Promise<void> => new Promise((done) => later(done, ms));

const pending = new Map<object, () => void>();
let isStopped = (): boolean => false;

/** Forgets every timer that cells have started: what waits for them never wakes. */
export function dropTimers(): void {
  for (const clear of pending.values()) clear();
  pending.clear();
}

function tracked(start: Start, clear: (timer: never) => void, once: boolean): Start {
  return (callback, ...rest) => {
    const timer = start(
      (...args) => {
        if (once) pending.delete(timer);
        callback(...args);
      },
      ...rest,
    );
    if (isStopped()) clear(timer as never);
    else pending.set(timer, () => clear(timer as never));
    return timer;
  };
}

/** Replaces the global timers, and the two of `timers/promises`; what is `stopped` starts none. */
export function trackTimers(stopped: () => boolean): void {
  isStopped = stopped;
  const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = globalThis;
  const timeout = tracked(setTimeout as Start, clearTimeout, true);
  const immediate = tracked(setImmediate as Start, clearImmediate, true);
  const forget =
    (clear: (timer: never) => void): ((timer: never) => void) =>
    (timer) => {
      pending.delete(timer);
      clear(timer);
    };
  const promises = {
    setTimeout: (ms?: number, value?: unknown) => new Promise((done) => timeout(done as Callback, ms, value)),
    setImmediate: (value?: unknown) => new Promise((done) => immediate(done as Callback, value)),
  };
  Object.assign(globalThis, {
    setTimeout: Object.assign(timeout, { [promisify.custom]: promises.setTimeout }),
    setImmediate: Object.assign(immediate, { [promisify.custom]: promises.setImmediate }),
    setInterval: tracked(setInterval as Start, clearInterval, false),
    clearTimeout: forget(clearTimeout),
    clearInterval: forget(clearInterval),
    clearImmediate: forget(clearImmediate),
  });
  Object.assign(timersPromises, promises);
}
