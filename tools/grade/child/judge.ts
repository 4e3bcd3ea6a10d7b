/**
 * The judge: runs the teacher's own test cells, in a process that no submission enters. A learner's function is here
 * a stand-in that asks the submission's process and waits; what comes back is plain data (values.ts).
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import vm from "node:vm";
import { host } from "../../session/node/host";
import { registerCell, stackInCells } from "../../session/stack";
import { thrownError } from "../../session/traceback";
import type { CellError } from "../../session/types";
import { openChannel } from "./channel";
import { type Cell, FOR_GRADER, type FromSubmission, type Judgement, type ToJudge } from "./messages";
import { BUILT_IN } from "./names";
import { watchLibrary } from "./patches";
import { type AnyFunction, decode, encode, Given, NoValue, restore, type Side } from "./values";
import { heapLimit, watch } from "./watched";

type Values = Record<string, unknown>;
type Call = { call: number; made: boolean };

watch(4 * heapLimit());
const channel = openChannel();
const require_ = createRequire(join(process.cwd(), "cells.js"));
const library = require_("unrolled") as typeof import("unrolled");
const patches = watchLibrary(library as unknown as Record<string, Values>);
let scope = newScope();

host.takeOver({ isStopped: () => false, stream() {}, stray: (thrown) => strays.push(thrown) });
host.watchStacks(stackInCells);
const strays: unknown[] = [];

/** What the submission sent and cannot be: no test may swallow that. */
let fault: NoValue | undefined;
/** An error of the submission's own code, under way through a test. */
const own = new WeakMap<object, CellError>();

let side = newSide();
function newSide(): Side {
  return {
    name: "judge",
    given: new Given(),
    promises: new Given(),
    refused: BUILT_IN,
    settled(id) {
      try {
        return Promise.resolve(ask({ settle: id }));
      } catch (error) {
        const failed = Promise.reject(error);
        failed.catch(() => {}); // told to who awaits it
        return failed;
      }
    },
    standIn(id, name) {
      const text = () => String(ask({ text: id }));
      return new Proxy(() => {}, {
        apply: (_target, _this, args) => call({ call: id, made: false }, args),
        construct: (_target, args) => call({ call: id, made: true }, args) as object,
        get: (target, key) => (key === "toString" ? text : key === "name" ? name : Reflect.get(target, key)),
      });
    },
  };
}

function newScope() {
  return { exports: {} as Values, require: require_, goOn: (_run: number, value?: unknown) => value };
}

const faultMessage = (): string | undefined => fault?.message;

function received(json: unknown): unknown {
  try {
    return decode(json, side);
  } catch (error) {
    fault ??= error as NoValue;
    throw error;
  }
}

function call(which: Call, args: unknown[]): unknown {
  const sent = args.map((arg) => encode(arg, side));
  const replaced = patches.found().map(([place, f]) => [place, encode(f, side)] as [string, unknown]);
  return ask({ ...which, args: sent, patches: replaced }, args);
}

function listen(): FromSubmission | { ended: true } {
  try {
    const heard = channel.read();
    if (typeof heard === "object" && heard !== null) return heard as FromSubmission;
  } catch {}
  return foul("no message has this form");
}

function foul(what: string): never {
  fault ??= new NoValue(what);
  throw fault;
}

/** Asks the submission and waits; calls of the judge's own functions are answered meanwhile. */
function ask(message: object, args: unknown[] = []): unknown {
  channel.write(message);
  let refusal: [unknown] | undefined;
  for (;;) {
    const heard = listen();
    if ("ended" in heard) return foul("its process has ended");
    if ("callback" in heard) {
      const [answer, thrown] = answerTo(heard);
      refusal ??= thrown;
      channel.write(answer);
      continue;
    }
    if (!("value" in heard) && !("thrown" in heard)) return foul("this answers nothing");
    if (Array.isArray(heard.args))
      for (const [i, arg] of heard.args.entries()) restore(args[i], received(arg));
    if (refusal) throw refusal[0];
    if ("value" in heard) return received(heard.value);
    throw errorOf(heard.thrown);
  }
}

/** A test that forbids or counts something throws in here: that holds, whatever the submission makes of it. */
function answerTo({ callback, args }: Extract<FromSubmission, { callback: number }>): [object, [unknown]?] {
  const f = given(callback);
  if (!Array.isArray(args)) return foul("no arguments of a call");
  const values = args.map(received);
  try {
    return [{ value: encode(f(...values), side) }];
  } catch (error) {
    const { name = "Error", message = String(error) } = error as Error;
    const lasts = name.endsWith("CheckError") || (error as object)?.constructor?.name === "CheckError";
    return [{ thrown: { name, message } }, lasts ? [error] : undefined];
  }
}

function given(id: number): AnyFunction {
  try {
    return side.given.at(id) as AnyFunction;
  } catch {
    return foul("it calls a function that nobody gave");
  }
}

function errorOf({ name, message, error }: Extract<FromSubmission, { thrown: object }>["thrown"]): Error {
  const made = Object.assign(new Error(String(message)), { name: String(name) });
  const { ename = "Error", evalue = "", traceback = [] } = error ?? {};
  const lines = Array.isArray(traceback) ? traceback.map(String) : [];
  own.set(made, { ename: String(ename), evalue: String(evalue), traceback: lines });
  return made;
}

async function evaluate({ compiled, label, source }: Cell): Promise<void> {
  const { code, maps, waits, last } = compiled;
  const script = registerCell(
    { label, source },
    code,
    maps.map((map) => host.codeMap(map)),
  );
  const head = waits ? "(async function(exports, require) { " : "(function(exports, require) { ";
  const whole = `${head}\n${code}\n//# sourceURL=${script}\n})`;
  strays.length = 0;
  Reflect.set(globalThis, "__tslab__", scope);
  const running = vm.runInThisContext(whole)(scope.exports, scope.require);
  if (waits) await running;
  await new Promise<void>((done) => host.nextTurn(done));
  if (strays.length > 0) throw strays[0];
  if (last !== undefined) delete scope.exports[last];
}

async function judged({ test, names, seed }: Extract<ToJudge, { test: Cell }>): Promise<Judgement> {
  const before = scope;
  try {
    side = newSide();
    fault = undefined;
    const there = ask({ names }) as Values;
    scope = { ...before, exports: withNames(before.exports, names, there) };
    if (seed !== undefined) reseed(scope, seed);
    await evaluate(test);
    return { tampered: faultMessage() };
  } catch (error) {
    const tampered = faultMessage();
    if (tampered) return { tampered };
    const ownError = own.get(error as object);
    return ownError ? { error: ownError, own: true } : { error: thrownError(error) };
  } finally {
    scope = before;
    patches.undo();
  }
}

/** The test's names: those of the locked cells, and the learner's. */
function withNames(values: Values, names: string[], there: Values): Values {
  const all = { ...values, ...there };
  for (const name of names)
    if (!Object.hasOwn(there, name))
      Object.defineProperty(all, name, {
        get() {
          throw new ReferenceError(`${name} is not defined`);
        },
      });
  return all;
}

/** Other random cases: every generator that the test makes begins elsewhere. */
function reseed(to: typeof scope, seed: number): void {
  const seeded: typeof library.seeded = (n) => library.seeded((n + 1) * 7919 + seed);
  const other = { ...library, seeded };
  to.require = ((name: string) => (name === "unrolled" ? other : require_(name))) as NodeJS.Require;
  if ("seeded" in to.exports) to.exports.seeded = seeded;
}

async function serve(): Promise<never> {
  for (;;) {
    const message = channel.read() as ToJudge;
    if ("begin" in message) {
      scope = newScope();
      channel.write({}, FOR_GRADER);
    } else if ("test" in message) channel.write(await judged(message), FOR_GRADER);
    else if ("run" in message) {
      const error = await evaluate(message.run).then(
        () => undefined,
        (thrown) => thrownError(thrown),
      );
      channel.write({ error }, FOR_GRADER);
    }
  }
}

void serve();
