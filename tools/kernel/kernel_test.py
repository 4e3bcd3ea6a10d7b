"""The kernel through Jupyter's own client. Run by kernel.itest.ts, which installs the kernelspec."""

import os
import queue
import shutil
import tempfile
import time
import unittest

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = os.environ["UNROLLED_NOTEBOOKS"]


class Reply:
    """Everything that came back for one request."""

    def __init__(self, content, messages):
        self.content = content
        self.status = content["status"]
        self.messages = messages

    def of(self, kind):
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    def text(self, name="stdout"):
        return "".join(part["text"] for part in self.of("stream") if part["name"] == name)

    def result(self):
        results = self.of("execute_result")
        return results[0]["data"]["text/plain"] if results else None


class Kernel:
    def __init__(self):
        self.manager = KernelManager(kernel_name="tslab")
        self.manager.start_kernel(cwd=FOLDER)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def send(self, code, **options):
        return self.client.execute(code, **options)

    def collect(self, request, timeout=30):
        """The reply and all iopub messages of one request, in order, whatever else arrives meanwhile."""
        messages, deadline = [], time.time() + timeout
        while True:
            if not self.manager.is_alive():
                raise RuntimeError("the kernel has died")
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.time()))
            if message["parent_header"].get("msg_id") != request:
                continue
            messages.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == request:
                return Reply(reply["content"], messages)

    def run(self, code, timeout=30, **options):
        return self.collect(self.send(code, **options), timeout)

    def ask(self, method, *arguments, **options):
        request = getattr(self.client, method)(*arguments, **options)
        while True:
            reply = self.client.get_shell_msg(timeout=30)
            if reply["parent_header"].get("msg_id") == request:
                return reply["content"]

    def interrupted(self, code, after=0.5):
        """The reply of an interrupted cell, and how long it took to stop."""
        request = self.send(code)
        time.sleep(after)
        start = time.time()
        self.manager.interrupt_kernel()
        reply = self.collect(request, timeout=15)
        return reply, time.time() - start

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


class KernelTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel()

    @classmethod
    def tearDownClass(cls):
        cls.kernel.stop()

    def run_cell(self, code, **options):
        return self.kernel.run(code, **options)

    def test_kernel_info_names_the_real_versions(self):
        info = self.kernel.ask("kernel_info")
        self.assertEqual(info["language_info"]["name"], "typescript")
        self.assertRegex(info["banner"], r"TypeScript 5\.0\.4 on Node v\d+")

    def test_result_and_stream(self):
        reply = self.run_cell("console.log('hello'); 6 * 7")
        self.assertEqual((reply.status, reply.text(), reply.result()), ("ok", "hello\n", "42"))

    def test_type_error_names_line_and_place(self):
        reply = self.run_cell("const one = 1;\nconst two: string = one;")
        error = reply.of("error")[0]
        self.assertEqual(reply.content["ename"], "TypeScriptError")
        self.assertEqual(reply.content["traceback"], error["traceback"])
        self.assertIn("line 2, column 7", "\n".join(error["traceback"]))
        self.assertIn("not assignable", error["evalue"])

    def test_thrown_error_names_line_and_place(self):
        reply = self.run_cell("interface Unused { a: number }\n\nconst x = 1;\n  throw new RangeError('too far')")
        self.assertEqual((reply.content["ename"], reply.content["evalue"]), ("RangeError", "too far"))
        self.assertIn("line 4, column 9", "\n".join(reply.content["traceback"]))

    def test_process_exit_is_an_error_and_state_stays(self):
        self.run_cell("const kept = 'still here'")
        self.assertEqual(self.run_cell("process.exit(3)").status, "error")
        self.assertEqual(self.run_cell("kept").result(), "'still here'")

    def test_many_lines_arrive_whole_in_few_messages(self):
        reply = self.run_cell("for (let i = 0; i < 100_000; i++) console.log(`line ${i}`)", timeout=60)
        self.assertEqual(reply.text(), "".join(f"line {i}\n" for i in range(100_000)))
        self.assertLess(len(reply.of("stream")), 1000)

    def test_progress_arrives_while_the_cell_runs(self):
        for pause in ["await new Promise((r) => setTimeout(r, 100))", "{ const t = Date.now(); while (Date.now() < t + 100); }"]:
            request = self.kernel.send(f"for (let i = 0; i < 10; i++) {{ console.log(i); {pause} }}")
            while self.kernel.client.get_iopub_msg(timeout=30)["msg_type"] != "stream":
                pass
            first = time.time()
            self.kernel.collect(request)
            self.assertGreater(time.time() - first, 0.3)

    def test_display_is_updated(self):
        self.run_cell("const show: any = (globalThis as any)[Symbol.for('unrolled.display')]")
        reply = self.run_cell(
            "show({ data: { 'text/plain': 'a', 'x/y': { deep: [1] } }, displayId: 'd1' });"
            "await new Promise((r) => setTimeout(r, 20));"
            "show({ data: { 'text/plain': 'b' }, displayId: 'd1', update: true })"
        )
        first, second = reply.of("display_data")[0], reply.of("update_display_data")[0]
        self.assertEqual(first["data"], {"text/plain": "a", "x/y": {"deep": [1]}})
        self.assertEqual(first["transient"], second["transient"], {"display_id": "d1"})

    def test_mime_bundle_of_the_last_value(self):
        reply = self.run_cell("({ [Symbol.for('jupyter.mimebundle')]: () => ({ data: { 'text/html': '<b>1</b>' } }) })")
        self.assertEqual(reply.of("execute_result")[0]["data"], {"text/html": "<b>1</b>"})

    def test_interrupts_of_every_kind_of_loop(self):
        self.run_cell("const before = 'intact'")
        loops = {
            "busy": "while (true) {}",
            "catching": "while (true) { try { while (true) {} } catch { } }",
            "waiting": "await new Promise(() => {})",
            "busy after await": "await null; while (true) {}",
            "busy after a timer": "await new Promise((r) => setTimeout(r, 100)); while (true) {}",
            "microtasks": "for (;;) await null",
            "training": "let steps = 0; for (;;) { steps++; (globalThis as any).steps = steps; await new Promise((r) => setImmediate(r)); }",
            "busy in a timer": "setTimeout(() => { while (true) {} }, 10); await new Promise(() => {})",
            "busy in an immediate": "setImmediate(() => { while (true) {} }); await new Promise(() => {})",
            "busy in a tick": "process.nextTick(() => { while (true) {} }); await new Promise(() => {})",
        }
        for name, code in loops.items():
            with self.subTest(name):
                reply, seconds = self.kernel.interrupted(code)
                self.assertEqual((reply.status, reply.content["ename"]), ("error", "Interrupted"))
                self.assertLess(seconds, 10)
                again = self.run_cell("await new Promise((r) => setTimeout(r, 10)); before")
                self.assertEqual(again.result(), "'intact'")

    def test_an_interrupted_loop_does_not_go_on_behind(self):
        self.kernel.interrupted(
            "for (let n = 0; ; n++) { (globalThis as any).ticks = n; await new Promise((r) => setTimeout(r, 1)); }"
        )
        first = self.run_cell("(globalThis as any).ticks").result()
        time.sleep(0.2)
        self.assertEqual(self.run_cell("(globalThis as any).ticks").result(), first)

    def test_an_interrupted_loop_over_files_stops_and_is_not_heard(self):
        self.run_cell("import { promises as files } from 'node:fs'; let reads = 0")
        reply, _ = self.kernel.interrupted("for (;;) { await files.stat('.'); reads++; console.log('read') }")
        self.assertEqual(reply.content["ename"], "Interrupted")
        self.assertIn("was stopped", reply.content["evalue"])
        first = self.run_cell("reads").result()
        later = self.run_cell("await new Promise((r) => setTimeout(r, 100)); reads")
        self.assertEqual((later.result(), later.text()), (first, ""))

    def test_what_goes_on_is_told_and_not_heard(self):
        self.run_cell("import { exec } from 'node:child_process'")
        request = self.kernel.send(
            "exec('sleep 3').on('exit', () => console.log('late')); console.log('begun'); await new Promise(() => {})"
        )
        while self.kernel.client.get_iopub_msg(timeout=30)["msg_type"] != "stream":
            pass
        self.kernel.manager.interrupt_kernel()
        self.assertIn("still under way", self.kernel.collect(request).content["evalue"])
        self.assertEqual(self.run_cell("await new Promise((r) => setTimeout(r, 4000))").text(), "")

    def test_interrupts_of_native_calls_leave_the_kernel_well(self):
        self.run_cell("import { execSync } from 'node:child_process'; import { inspect } from 'node:util'; const whole = 'intact'")
        for code in [
            "execSync('sleep 2')",
            "Array.from({ length: 5e5 }, Math.random).sort()",
            "for (;;) await null",
            "({ [inspect.custom]() { for (;;); } })",
        ] * 2:
            with self.subTest(code):
                reply, _ = self.kernel.interrupted(code)
                self.assertEqual(reply.content["ename"], "Interrupted")
                again = self.run_cell("await new Promise((r) => setTimeout(r, 10)); whole")
                self.assertEqual(again.result(), "'intact'")

    def test_an_interrupt_while_idle_does_nothing(self):
        self.kernel.manager.interrupt_kernel()
        time.sleep(0.3)
        self.assertEqual(self.run_cell("'fine'").result(), "'fine'")

    def test_stop_on_error_aborts_only_what_had_arrived(self):
        codes = ["const t0 = Date.now(); while (Date.now() < t0 + 500); throw new Error('stop')", "1", "2"]
        first, second, third = [self.kernel.send(code) for code in codes]
        self.assertEqual(self.kernel.collect(first).status, "error")
        after = self.kernel.send("3")
        self.assertEqual(self.kernel.collect(second).status, "aborted")
        self.assertEqual(self.kernel.collect(third).status, "aborted")
        self.assertEqual(self.kernel.collect(after).result(), "3")

    def test_without_stop_on_error_nothing_is_aborted(self):
        requests = [self.kernel.send(code, stop_on_error=False) for code in ["throw 1", "'runs'"]]
        self.assertEqual(self.kernel.collect(requests[0]).status, "error")
        self.assertEqual(self.kernel.collect(requests[1]).result(), "'runs'")

    def test_silent_cells_leave_no_trace(self):
        count = self.run_cell("0").content["execution_count"]
        silent = self.run_cell("console.log('quiet'); 5", silent=True)
        self.assertEqual([message["msg_type"] for message in silent.messages], ["status", "status"])
        self.assertEqual(self.run_cell("0").content["execution_count"], count + 1)

    def test_many_updates_in_a_row_all_arrive(self):
        self.run_cell("const update: any = (globalThis as any)[Symbol.for('unrolled.display')]")
        for _ in range(3):
            reply = self.run_cell(
                "for (let i = 0; i < 1000; i++) update({ data: { 'text/plain': `${i}` }, displayId: 'many', update: i > 0 })"
            )
            self.assertEqual(reply.status, "ok")
            shown = reply.of("display_data") + reply.of("update_display_data")
            self.assertEqual([part["data"]["text/plain"] for part in shown], [str(i) for i in range(1000)])

    def send_signed(self, channel, *parts):
        """A message with our signature and whatever parts."""
        session = self.kernel.client.session
        getattr(self.kernel.client, f"{channel}_channel").socket.send_multipart(
            [b"<IDS|MSG>", session.sign(list(parts)), *parts]
        )

    def test_malformed_messages_are_ignored(self):
        header = b'{"msg_type": "kernel_info_request", "msg_id": "x"}'
        for parts in [[b"{", b"{}", b"{}", b"{}"], [header, b"{}", b"{}", b"{"], [b"{}"] * 4, [b"null"] * 4]:
            for channel in ["shell", "control"]:
                with self.subTest(f"{channel}: {parts}"):
                    self.send_signed(channel, *parts)
        self.assertEqual(self.kernel.ask("kernel_info")["status"], "ok")
        self.assertEqual(self.run_cell("'hears'").result(), "'hears'")
        reply, _ = self.kernel.interrupted("await new Promise(() => {})")
        self.assertEqual(reply.content["ename"], "Interrupted")

    def test_completion_and_inspection(self):
        self.run_cell("/** Adds one. */\nfunction addOne(n: number): number { return n + 1 }")
        self.assertIn("addOne", self.kernel.ask("complete", "'🙂'; addO", 9)["matches"])
        completion = self.kernel.ask("complete", "'🙂'; addO", 9)
        self.assertEqual((completion["cursor_start"], completion["cursor_end"]), (5, 9))
        self.assertIn("sqrt", self.kernel.ask("complete", "Math.sq", 7)["matches"])
        text = self.kernel.ask("inspect", "addOne(1)", 3)["data"]["text/plain"]
        self.assertIn("function addOne(n: number): number", text)
        self.assertIn("Adds one.", text)
        self.assertFalse(self.kernel.ask("inspect", "   ", 1)["found"])

    def test_is_complete_history_and_comms(self):
        self.assertEqual(self.kernel.ask("is_complete", "if (true) {")["status"], "incomplete")
        self.assertEqual(self.kernel.ask("is_complete", "1 + 1")["status"], "complete")
        self.assertEqual(self.kernel.ask("is_complete", "const text = `one")["status"], "incomplete")
        self.assertEqual(self.kernel.ask("is_complete", "const text = `one ${1} two")["status"], "incomplete")
        self.run_cell("'to remember'")
        history = self.kernel.ask("history", hist_access_type="tail", n=1, raw=True, output=False)["history"]
        self.assertEqual(history[0][2], "'to remember'")
        found = self.kernel.ask("history", hist_access_type="search", pattern="*remember*", raw=True, output=False)
        self.assertEqual(found["history"][-1][2], "'to remember'")
        self.assertEqual(self.kernel.ask("comm_info")["comms"], {})


class LifeTest(unittest.TestCase):
    """Kernels that die in the test."""

    def test_an_interrupt_during_the_start_is_not_lost(self):
        for after in [0, 0.3, 0.6, 1]:
            kernel = Kernel()
            request = kernel.send("while (true) {}")
            while kernel.client.get_iopub_msg(timeout=60)["parent_header"].get("msg_id") != request:
                pass
            time.sleep(after)
            kernel.manager.interrupt_kernel()
            self.assertEqual(kernel.collect(request, timeout=15).content["ename"], "Interrupted")
            self.assertEqual(kernel.run("2 + 2").result(), "4")
            kernel.stop()

    def test_shutdown_is_quick_also_while_busy(self):
        for code in ["1", "await new Promise(() => {})", "while (true) {}"]:
            with self.subTest(code):
                kernel = Kernel()
                kernel.send(code)
                time.sleep(1.5)
                start = time.time()
                kernel.manager.shutdown_kernel(now=False)
                self.assertLess(time.time() - start, 2.4)  # after 2.5 s Jupyter would kill it
                kernel.client.stop_channels()

    def test_shutdown_on_the_shell_channel_is_clean(self):
        kernel = Kernel()
        kernel.run("1")
        client = kernel.client
        client.shell_channel.send(client.session.msg("shutdown_request", {"restart": False}))
        self.assertEqual(client.get_shell_msg(timeout=10)["msg_type"], "shutdown_reply")
        self.assertEqual(kernel.manager.provisioner.process.wait(timeout=10), 0)
        client.stop_channels()

    def test_a_restarted_kernel_is_fresh(self):
        kernel = Kernel()
        kernel.run("const gone = 1")
        kernel.manager.restart_kernel(now=False)
        kernel.client.wait_for_ready(timeout=60)
        self.assertIn("gone", kernel.run("gone").content["evalue"])
        kernel.stop()


class NbclientTest(unittest.TestCase):
    def notebook(self, *cells):
        notebook = nbformat.v4.new_notebook()
        notebook.metadata.kernelspec = {"name": "tslab", "display_name": "TypeScript", "language": "typescript"}
        for source, tags in cells:
            cell = nbformat.v4.new_code_cell(source)
            cell.metadata.tags = tags
            notebook.cells.append(cell)
        return notebook

    def kinds(self, notebook):
        return [[output.output_type for output in cell.outputs] for cell in notebook.cells]

    def test_allow_errors(self):
        notebook = self.notebook(("1", []), ("throw new Error('second')", []), ("3", []), ("4", []))
        NotebookClient(notebook, kernel_name="tslab", allow_errors=True, resources={"metadata": {"path": FOLDER}}).execute()
        self.assertEqual(self.kinds(notebook), [["execute_result"], ["error"], ["execute_result"], ["execute_result"]])
        self.assertEqual([cell.execution_count for cell in notebook.cells], [1, 2, 3, 4])

    def test_raises_exception_tag(self):
        notebook = self.notebook(("throw new Error('wanted')", ["raises-exception"]), ("'goes on'", []))
        NotebookClient(notebook, kernel_name="tslab", resources={"metadata": {"path": FOLDER}}).execute()
        self.assertEqual(self.kinds(notebook), [["error"], ["execute_result"]])

    def test_an_error_stops_the_notebook(self):
        notebook = self.notebook(("const a: number = 'x'", []), ("1", []))
        with self.assertRaisesRegex(CellExecutionError, "not assignable"):
            NotebookClient(notebook, kernel_name="tslab", resources={"metadata": {"path": FOLDER}}).execute()


if __name__ == "__main__":
    unittest.main(verbosity=2)
