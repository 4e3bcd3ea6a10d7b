/**
 * Tests may replace a function of the library while they call a learner's: to forbid it, or to count its calls. The
 * learner's code uses the library of another process, so what is replaced here is replaced there for that call.
 */
type Values = Record<string, unknown>;

export function watchLibrary(library: Record<string, Values>) {
  const originals: [place: string, home: Values, name: string, f: unknown][] = [];
  for (const [space, home] of Object.entries(library))
    if (typeof home === "object" && home !== null)
      for (const [name, f] of Object.entries(home))
        if (typeof f === "function") originals.push([`${space}.${name}`, home, name, f]);
  const changed = () => originals.filter(([, home, name, f]) => home[name] !== f);
  return {
    found: () => changed().map(([place, home, name]) => [place, home[name]] as const),
    undo() {
      for (const [, home, name, f] of changed()) home[name] = f;
    },
  };
}
