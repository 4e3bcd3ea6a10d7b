/** Timers that an interrupt can drop, as in Node's host. */
type Callback = (...args: unknown[]) => void;
type Timer = number | object;
type Start = (callback: Callback, ...rest: unknown[]) => Timer;

const { setImmediate, setTimeout } = globalThis as unknown as Record<"setImmediate" | "setTimeout", Start>;
export const nextTurn = (callback: () => void): unknown => setImmediate(callback);
export const later = (callback: () => void, ms = 0): unknown => setTimeout(callback, ms);
export const pause = (ms: number): Promise<void> => new Promise((done) => later(done, ms));

const pending = new Map<Timer, () => void>();
let isStopped = (): boolean => false;

export function dropTimers(): void {
  for (const clear of pending.values()) clear();
  pending.clear();
}

function tracked(start: Start, clear: (timer: never) => void, once: boolean): Start {
  return (callback, ...rest) => {
    const timer: Timer = start(
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

export function trackTimers(stopped: () => boolean): void {
  isStopped = stopped;
  const timers = globalThis as unknown as Record<string, never>;
  const forget = (clear: (timer: never) => void) => (timer: never) => {
    pending.delete(timer);
    clear(timer);
  };
  Object.assign(globalThis, {
    setTimeout: tracked(timers.setTimeout, timers.clearTimeout, true),
    setImmediate: tracked(timers.setImmediate, timers.clearImmediate, true),
    setInterval: tracked(timers.setInterval, timers.clearInterval, false),
    clearTimeout: forget(timers.clearTimeout),
    clearInterval: forget(timers.clearInterval),
    clearImmediate: forget(timers.clearImmediate),
  });
}
