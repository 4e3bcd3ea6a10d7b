"""A long session: four kernels, many cells of every kind, nothing lost; then interrupts, and the state is intact.

Run by `npm run bench -- soak`, which says how many cells.
"""

import sys
import threading
import time

from kernel_test import Kernel

CELLS = int(sys.argv[1])
INTERRUPTED = [
    "execSync('sleep 1')",
    "while (true) {}",
    "for (;;) await null",
    "await new Promise(() => {})",
    "for (;;) { await files.stat('.') }",
    "for (;;) { await new Promise((r) => setTimeout(r, 1)) }",
    "Array.from({ length: 5e5 }, Math.random).sort()",
    "setTimeout(() => { while (true) {} }, 10); await new Promise(() => {})",
    "await null; while (true) {}",
    "({ [inspect.custom]() { for (;;); } })",
]


def cell(kernel, i):
    """One cell of five kinds; fails if anything of it is missing."""
    kind = i % 5
    if i % 100 == 99:
        reply = kernel.run(
            f"for (let i = 0; i < 1000; i++) update({{ data: {{ 'text/plain': `${{i}}` }}, displayId: 'd{i}', update: i > 0 }})"
        )
        shown = reply.of("display_data") + reply.of("update_display_data")
        assert [part["data"]["text/plain"] for part in shown] == [str(n) for n in range(1000)], f"cell {i}"
    elif kind == 0:
        assert kernel.run(f"const n{i % 50} = {i}; n{i % 50} * 2").result() == str(2 * i), f"cell {i}"
    elif kind == 1:
        text = kernel.run(f"for (let k = 0; k < 20; k++) console.log({i}, k)").text()
        assert text == "".join(f"{i} {k}\n" for k in range(20)), f"cell {i}"
    elif kind == 2:
        reply = kernel.run("for (let k = 0; k < 40; k++) { console.log(k); console.error(k) }")
        expected = "".join(f"{k}\n" for k in range(40))
        assert reply.text() == reply.text("stderr") == expected, f"cell {i}"
    elif kind == 3:
        reply = kernel.run(f"await new Promise((r) => setTimeout(r, 1)); console.log('after'); {i}")
        assert (reply.text(), reply.result()) == ("after\n", str(i)), f"cell {i}"
    else:
        assert kernel.run(f"throw new Error('{i}')").content["evalue"] == str(i), f"cell {i}"
    if i % 3 == 0:
        assert "sqrt" in kernel.ask("complete", "Math.sq", 7)["matches"], f"after cell {i}"
    if i % 3 == 1:
        assert kernel.ask("inspect", "Math.sqrt(2)", 7)["found"], f"after cell {i}"


def soak(name, failures):
    kernel, at = Kernel(), "the start"
    try:
        kernel.run(
            "import { execSync } from 'node:child_process'; import { promises as files } from 'node:fs';"
            "import { inspect } from 'node:util'; const kept = 'intact';"
            "const update: any = (globalThis as any)[Symbol.for('unrolled.display')]"
        )
        began = time.time()
        for i in range(CELLS):
            at = f"cell {i}"
            cell(kernel, i)
        seconds = time.time() - began
        for code in INTERRUPTED:
            at = code
            reply, _ = kernel.interrupted(code)
            assert reply.content.get("ename") == "Interrupted", f"{code}: {reply.content}"
            assert kernel.run("kept").result() == "'intact'", f"after {code}"
        print(f"kernel {name}: {CELLS} cells in {seconds:.0f} s, {len(INTERRUPTED)} interrupts", flush=True)
    except Exception as error:
        failures.append(f"kernel {name}, at {at}: {error!r}")
    finally:
        kernel.stop()


def main():
    failures = []
    threads = [threading.Thread(target=soak, args=(name, failures)) for name in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        print(failure)
    return len(failures)


if __name__ == "__main__":
    sys.exit(main())
