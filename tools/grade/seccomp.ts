/**
 * A filter of system calls for bubblewrap: threads may begin, processes may not. (A limit on the number of processes,
 * RLIMIT_NPROC, counts all of a user's, and does not bind root.) The program is classic BPF, eight bytes an instruction.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Of struct seccomp_data. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;

const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const JUMP_EQUAL = 0x15;
const JUMP_NOT_BELOW = 0x35;
const JUMP_ALL_SET = 0x45; // BPF_JMP | BPF_JSET
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const refuse = (errno: number): number => 0x00050000 | errno;
const EPERM = 1;
const ENOSYS = 38;
const CLONE_THREAD = 0x00010000;
const X32 = 0x40000000; // a second numbering of the same calls, on x86-64

/** Numbers of linux/audit.h and the system call tables. */
const MACHINES: Record<string, { audit: number; clone: number; clone3: number; others: number[] }> = {
  x64: { audit: 0xc000003e, clone: 56, clone3: 435, others: [57, 58, 101, 310, 311, 425, 426, 427] },
  arm64: { audit: 0xc00000b7, clone: 220, clone3: 435, others: [117, 270, 271, 425, 426, 427] },
};
// Others: fork, vfork, ptrace, process_vm_readv, process_vm_writev, io_uring_*.

type Instruction = [code: number, yes: number, no: number, value: number];

export function filterFor(machine: string): Buffer | undefined {
  const known = MACHINES[machine];
  if (!known) return undefined;
  const { audit, clone, clone3, others } = known;
  const when = (number: number, verdict: number): Instruction[] => [
    [JUMP_EQUAL, 0, 1, number],
    [RETURN, 0, 0, verdict],
  ];
  const program: Instruction[] = [
    [LOAD, 0, 0, ARCHITECTURE],
    [JUMP_EQUAL, 1, 0, audit],
    [RETURN, 0, 0, refuse(EPERM)],
    [LOAD, 0, 0, NUMBER],
    [JUMP_NOT_BELOW, 0, 1, X32],
    [RETURN, 0, 0, refuse(ENOSYS)],
    ...others.flatMap((number) => when(number, refuse(EPERM))),
    ...when(clone3, refuse(ENOSYS)), // its flags lie in memory, out of a filter's reach; glibc then calls clone
    [JUMP_EQUAL, 1, 0, clone],
    [RETURN, 0, 0, ALLOW],
    [LOAD, 0, 0, FIRST_ARGUMENT],
    [JUMP_ALL_SET, 0, 1, CLONE_THREAD],
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, refuse(EPERM)],
  ];
  const bytes = Buffer.alloc(program.length * 8);
  for (const [i, [code, yes, no, value]] of program.entries()) {
    bytes.writeUInt16LE(code, 8 * i);
    bytes.writeUInt8(yes, 8 * i + 2);
    bytes.writeUInt8(no, 8 * i + 3);
    bytes.writeUInt32LE(value, 8 * i + 4);
  }
  return bytes;
}

/** The filter in a file, since that is how bubblewrap takes it. */
export function writeFilter(): { file: string; close(): void } | undefined {
  const filter = filterFor(process.arch);
  if (!filter) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "grade-filter-"));
  const file = join(folder, "filter.bpf");
  writeFileSync(file, filter);
  return { file, close: () => rmSync(folder, { recursive: true, force: true }) };
}
