import { join } from "node:path";

/** What was typed after a verb. */
export interface Arguments {
  flags: Record<string, string | boolean | undefined>;
  words: string[];
}

interface Commands {
  commands: { [verb: string]: { usage: string } | undefined };
  readCommand(verb: string | undefined, args: readonly string[]): Arguments;
}

/** The one table of verbs is the bootstrap's, which runs before anything is built. */
const table = require(join(__dirname, "..", "bootstrap", "commands.js")) as Commands;

/**
 * Reads a verb's arguments.
 * @throws at a flag that the verb does not know, with those that it knows
 */
export function readCommand(verb: string, args: readonly string[]): Arguments {
  try {
    return table.readCommand(verb, args);
  } catch (problem) {
    throw new Error(String(problem));
  }
}

/** How a verb is called. */
export const usageOf = (verb: string): string => table.commands[verb]?.usage ?? `npm run ${verb}`;

/**
 * A flag that is a number.
 * @throws if it is none, or not above 0
 */
export function positive(name: string, value: string | boolean | undefined, otherwise: number): number {
  const number = value === undefined ? otherwise : Number(value);
  if (number > 0) return number;
  throw new Error(`--${name}: expected a number above 0, got ${value}`);
}

/** Runs a program: its answer is the exit code; an error is a message, and 2. */
export function runMain(main: (args: string[]) => Promise<number>): void {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 2;
    },
  );
}
