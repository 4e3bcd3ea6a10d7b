import assert from "node:assert/strict";
import { test } from "node:test";
import { filterFor } from "./seccomp";

/** Runs a filter's classic BPF on one system call; gives the verdict. */
function verdict(filter: Buffer, audit: number, number: number, argument = 0): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number >>> 0, 0);
  data.writeUInt32LE(audit, 4);
  data.writeUInt32LE(argument, 16);
  let accumulator = 0;
  for (let at = 0; ; at++) {
    const [code, yes, no] = [filter.readUInt16LE(8 * at), filter[8 * at + 2]!, filter[8 * at + 3]!];
    const value = filter.readUInt32LE(8 * at + 4);
    if (code === 0x06) return value;
    if (code === 0x20) accumulator = data.readUInt32LE(value);
    else {
      const holds =
        code === 0x15
          ? accumulator === value
          : code === 0x35
            ? accumulator >= value
            : (accumulator & value) !== 0;
      at += holds ? yes : no;
    }
  }
}

const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const THREAD = 0x3d0f00; // what glibc begins a thread with

test("threads may begin, processes may not", () => {
  for (const [machine, audit, clone, fork] of [
    ["x64", 0xc000003e, 56, 57],
    ["arm64", 0xc00000b7, 220, 117],
  ] as const) {
    const filter = filterFor(machine)!;
    assert.equal(verdict(filter, audit, clone, THREAD), ALLOW);
    assert.equal(verdict(filter, audit, clone, 17), EPERM, "clone(SIGCHLD) is a fork");
    assert.equal(verdict(filter, audit, fork), EPERM);
    assert.equal(verdict(filter, audit, 435), 0x00050026, "clone3 is not there");
    assert.equal(verdict(filter, audit, 0), ALLOW);
    assert.equal(verdict(filter, 0x40000003, 0), EPERM, "another machine's calls");
  }
  assert.notEqual(verdict(filterFor("x64")!, 0xc000003e, 0x40000039), ALLOW, "x32's fork");
  assert.equal(filterFor("s390x"), undefined);
});
