/**
 * The process of one submission: runs the cells that the compiler made JavaScript of, and answers the judge's calls
 * of their functions. It runs in a sandbox and is not trusted: it never learns what a test expects.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import vm from "node:vm";
import { type Bindings, watchBindings } from "../../session/bindings";
import { host } from "../../session/node/host";
import { registerCell, stackInCells } from "../../session/stack";
import { thrownError } from "../../session/traceback";
import type { CellError } from "../../session/types";
import { openChannel } from "./channel";
import type { Answer, Cell, FromSubmission, ToSubmission } from "./messages";
import { type AnyFunction, decode, encode, Given, type Side } from "./values";
import { heapLimit, isWatched, watch } from "./watched";

type Values = Record<string, unknown>;

const channel = openChannel();
const { stringify } = JSON;
const { apply, construct } = Reflect;
const textOfFunction = Function.prototype.toString;
const say = (message: FromSubmission): void => channel.write(message);
const hear = (): ToSubmission => channel.read() as ToSubmission;

const require_ = createRequire(join(process.cwd(), "cells.js"));
const library = require_("unrolled") as Record<string, Values>;
const scope = { exports: {} as Values, require: require_, goOn: (_run: number, value?: unknown) => value };
const bindings: Bindings = watchBindings(scope);
Reflect.set(globalThis, "__tslab__", scope);

let stray: unknown[] = [];
host.takeOver({ isStopped: () => false, stream() {}, stray: (thrown) => void stray.push(thrown) });
host.watchStacks(stackInCells);
Reflect.set(globalThis, Symbol.for("unrolled.display"), () => {});

if (isWatched()) watch(heapLimit());

let side = newSide();
function newSide(): Side {
  return {
    name: "submission",
    given: new Given(),
    promises: new Given(),
    standIn:
      (id) =>
      (...args: unknown[]) =>
        callBack(id, args),
    settled: () => undefined,
  };
}

/** Calls a function of the judge. What it asks meanwhile is answered. */
function callBack(id: number, args: unknown[]): unknown {
  say({ callback: id, args: args.map((arg) => encode(arg, side)) });
  for (;;) {
    const message = hear();
    if ("value" in message) return decode(message.value, side);
    if ("thrown" in message) {
      const { name, message: text } = message.thrown;
      throw Object.assign(new Error(text), { name });
    }
    say(answer(message));
  }
}

function answer(message: ToSubmission): Answer {
  try {
    if ("call" in message) return called(message);
    if ("text" in message) return { value: apply(textOfFunction, side.given.at(message.text), []) };
    if (!("names" in message)) throw new Error("the judge said what a submission does not understand");
    side = newSide();
    const there = message.names.filter((name) => scope.exports[name] !== undefined);
    return { value: encode(Object.fromEntries(there.map((name) => [name, scope.exports[name]])), side) };
  } catch (error) {
    return failure(error);
  }
}

function called({ call, args: sent, made, patches }: Extract<ToSubmission, { call: number }>): Answer {
  const f = side.given.at(call);
  const args = sent.map((arg) => decode(arg, side));
  const undo = patches.map(([place, standIn]) => patched(place, decode(standIn, side)));
  let outcome: Answer;
  try {
    const value = made ? construct(f as AnyFunction, args) : apply(f as AnyFunction, undefined, args);
    outcome = { value: encode(value, side) };
  } catch (error) {
    outcome = failure(error);
  } finally {
    for (const restore of undo) restore();
  }
  const after = args.map((arg) => encode(arg, side));
  return stringify(after) === stringify(sent) ? outcome : { ...outcome, args: after };
}

/** Puts a function of the judge in the place of, say, "rnn.forward"; returns what puts the original back. */
function patched(place: string, standIn: unknown): () => void {
  const [home, name] = place.split(".") as [string, string];
  const original = library[home]![name];
  library[home]![name] = standIn;
  return () => {
    library[home]![name] = original;
  };
}

function failure(thrown: unknown): Answer {
  const error: CellError = thrownError(thrown);
  const name = thrown instanceof Error ? String(thrown.name) : "Thrown";
  return { thrown: { name, message: error.evalue, error } };
}

async function run({ compiled, label, source }: Cell): Promise<CellError | undefined> {
  const { code, maps, names, waits, last } = compiled;
  const script = registerCell(
    { label, source },
    code,
    maps.map((map) => host.codeMap(map)),
  );
  stray = [];
  const prelude = bindings.begin({ all: new Set(names.all), variables: names.variables });
  const head = waits ? "(async function(exports, require) { " : "(function(exports, require) { ";
  const whole = `${head}${prelude}\n${code}\n//# sourceURL=${script}\n})(__tslab__.exports, __tslab__.require)`;
  let thrown: unknown[] = [];
  try {
    const running = vm.runInThisContext(whole);
    if (waits) await running;
  } catch (error) {
    thrown = [error];
  }
  await new Promise<void>((done) => host.nextTurn(done)); // rejections that nobody awaited surface now
  if (last !== undefined) delete scope.exports[last];
  thrown.push(...stray);
  bindings.end(thrown.length === 0);
  return thrown.length > 0 ? thrownError(thrown[0]) : undefined;
}

async function settle(id: number): Promise<Answer> {
  try {
    return { value: encode(await side.promises.at(id), side) };
  } catch (error) {
    return failure(error);
  }
}

async function serve(): Promise<never> {
  for (;;) {
    const message = hear();
    if ("run" in message) say({ ran: { error: await run(message.run) } });
    else if ("settle" in message) say(await settle(message.settle));
    else say(answer(message));
  }
}

void serve();
