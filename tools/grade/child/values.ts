/**
 * Values as JSON, between the judge and a submission. What comes out holds only plain data: numbers, text, lists,
 * records, typed arrays. A function stays where it is and goes by a number. So nothing that a submission returns can
 * run in the judge, change its prototypes or answer differently when it is looked at twice.
 */
import { types } from "node:util";

const TYPED = {
  Float64Array,
  Float32Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
} as const;
type TypedName = keyof typeof TYPED;

const DEPTH = 60;
const { getPrototypeOf, entries, getOwnPropertyNames, defineProperty } = Object;
const { isArray, from: listFrom } = Array;
const { apply } = Reflect;

/** A value that has no form here, or JSON that is no value. */
export class NoValue extends Error {}

// biome-ignore lint/complexity/noBannedTypes: any function at all
export type AnyFunction = Function;

/** One side of the conversation. */
export interface Side {
  name: "judge" | "submission";
  /** What the other side knows of here, by its number. */
  given: Given<AnyFunction>;
  promises: Given<Promise<unknown>>;
  /** Makes a stand-in for a function of the other side. */
  standIn(id: number, name: string): AnyFunction;
  /** Waits for a promise of the other side. */
  settled(id: number): unknown;
  /** Names that a function in a record must not have here. */
  refused?: ReadonlySet<string>;
}

/** Things that have a number. */
export class Given<T extends object> {
  readonly #things: T[] = [];
  readonly #ids = new Map<T, number>();

  idOf(thing: T): number {
    const id = this.#ids.get(thing) ?? this.#things.push(thing) - 1;
    this.#ids.set(thing, id);
    return id;
  }
  at(id: number): T {
    const thing = this.#things[id];
    if (!thing) throw new NoValue("nothing has this number");
    return thing;
  }
}

/** The stand-ins that were made for what belongs to the other side, and what they were made from. */
const known = new WeakMap<object, unknown[]>();

export function encode(value: unknown, side: Side, within: readonly object[] = []): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { n: Object.is(value, -0) ? "-0" : `${value}` };
    case "undefined":
      return { u: 1 };
    case "bigint":
      return { b: `${value}` };
    case "symbol":
      return { y: String(value) };
    case "function":
      return { f: known.get(value) ?? handleOf(value, side) };
  }
  if (typeof value !== "object" || value === null) return null;
  if (known.has(value)) return { w: known.get(value) };
  if (within.length > DEPTH || within.includes(value))
    throw new NoValue("the value is nested too deeply, or holds itself");
  const path = [...within, value];
  const inner = (part: unknown) => encode(part, side, path);
  if (side.name === "judge" && types.isProxy(value)) return { w: [isArray(value), watchedBy(value, side)] };
  if (isArray(value)) return listFrom(value, inner); // not map, which leaves holes
  if (ArrayBuffer.isView(value)) {
    const name = value.constructor?.name as TypedName;
    if (!(name in TYPED)) throw new NoValue(`a ${name} cannot be handed over`);
    return { t: [name, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")] };
  }
  if (value instanceof Error) return { e: [String(value.name), String(value.message)] };
  if (value instanceof Map) return { m: listFrom(value, ([k, v]) => [inner(k), inner(v)]) };
  if (value instanceof Set) return { s: listFrom(value, inner) };
  if (value instanceof Promise) return { p: side.promises.idOf(value) };
  return { o: [...entries(value), ...methodsOf(value)].map(([key, part]) => [key, inner(part)]) };
}

/** A test may watch what is read of a value, with a Proxy: then each read of it comes back to the judge. */
function watchedBy(value: object, side: Side): number {
  const read = (key: string) => (value as Record<string, unknown>)[key];
  return side.given.idOf(read);
}

function watched([isList, id]: unknown[], side: Side): object {
  const read = side.standIn(Number(id), "") as (key: string) => unknown;
  const isPart = (key: string | symbol): key is string =>
    key === "length" || (typeof key === "string" && !(isList && key in []));
  const value = new Proxy(isList ? [] : {}, {
    get: (target, key, whole) => (isPart(key) ? read(key) : Reflect.get(target, key, whole)),
    has: (target, key) => (isPart(key) ? read(key) !== undefined : Reflect.has(target, key)),
  });
  known.set(value, [isList, id]);
  return value;
}

/** What a class gives to its instances. */
function methodsOf(value: object): [string, unknown][] {
  const prototype = getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return [];
  const names = getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  const holder = value as Record<string, unknown>;
  return names.map((name) => {
    const part = holder[name];
    return [name, typeof part === "function" ? (...args: unknown[]) => apply(part, value, args) : part];
  });
}

/** The names of a test's functions are nothing for a submission to know. */
function handleOf(f: AnyFunction, side: Side): unknown[] {
  return [side.name, side.given.idOf(f), side.name === "judge" ? "" : String(f.name)];
}

export function decode(json: unknown, side: Side, depth = 0): unknown {
  if (depth > DEPTH) throw new NoValue("nested too deeply");
  const inner = (part: unknown) => decode(part, side, depth + 1);
  if (json === null || typeof json !== "object") return json;
  if (isArray(json)) return json.map(inner);
  const [[tag, content] = ["", undefined]] = entries(json);
  switch (tag) {
    case "n":
      return Number(content);
    case "u":
      return undefined;
    case "b":
      return BigInt(text(content));
    case "y":
      return Symbol(text(content));
    case "f":
      return decodeFunction(list(content), side);
    case "t":
      return decodeTyped(list(content));
    case "e": {
      const [name, message] = list(content).map(text);
      return Object.assign(new Error(message), { name });
    }
    case "m":
      return new Map(list(content).map((pair) => list(pair).map(inner) as [unknown, unknown]));
    case "s":
      return new Set(list(content).map(inner));
    case "p":
      return side.settled(Number(content));
    case "w":
      if (side.name === "submission") return watched(list(content), side);
      break;
    case "o":
      return decodeRecord(list(content), side, inner);
  }
  throw new NoValue(`no value has the tag ${tag.slice(0, 20)}`);
}

function decodeRecord(pairs: unknown[], side: Side, inner: (part: unknown) => unknown): object {
  const record = {};
  for (const pair of pairs) {
    const [key, part] = list(pair);
    const value = inner(part);
    if (side.refused?.has(text(key)) && typeof value === "function") continue;
    if (key === "__proto__") continue;
    defineProperty(record, text(key), { value, enumerable: true, writable: true, configurable: true });
  }
  return record;
}

function decodeFunction(handle: unknown[], side: Side): AnyFunction {
  const [owner, id, name] = handle;
  if (owner === side.name) return side.given.at(Number(id));
  const standIn = side.standIn(Number(id), text(name));
  known.set(standIn, handle);
  return standIn;
}

function decodeTyped([name, data]: unknown[]): object {
  const type = Object.hasOwn(TYPED, text(name)) ? TYPED[name as TypedName] : undefined;
  const bytes = Buffer.from(text(data), "base64");
  if (!type || bytes.length % type.BYTES_PER_ELEMENT !== 0) throw new NoValue("no typed array");
  const copy = new Uint8Array(bytes); // a Buffer may begin anywhere in its memory
  return new type(copy.buffer, 0, copy.length / type.BYTES_PER_ELEMENT);
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new NoValue("text was expected");
  return value;
}

function list(value: unknown): unknown[] {
  if (!isArray(value)) throw new NoValue("a list was expected");
  return value;
}

/** Puts what a function wrote into its arguments, in another process, into the arguments here. */
export function restore(target: unknown, fresh: unknown): unknown {
  if (typeof target !== "object" || typeof fresh !== "object" || !target || !fresh) return fresh;
  if (ArrayBuffer.isView(target) && ArrayBuffer.isView(fresh)) {
    const [into, from] = [target as Float64Array, fresh as Float64Array];
    if (into.length !== from.length) return fresh;
    into.set(from);
    return target;
  }
  if (isArray(target) !== isArray(fresh) || target instanceof Map || target instanceof Set) return fresh;
  const [into, from] = [target as Record<string, unknown>, fresh as Record<string, unknown>];
  if (isArray(into)) into.length = (from as unknown as unknown[]).length;
  else for (const key of Object.keys(into)) if (!(key in from)) delete into[key];
  for (const [key, value] of entries(from)) {
    const kept = restore(into[key], value);
    if (!Object.is(into[key], kept)) into[key] = kept;
  }
  return target;
}
