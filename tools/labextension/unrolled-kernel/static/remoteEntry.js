// A prebuilt JupyterLite extension by hand, like unrolled-plotly beside it: the course's kernel. Each kernel is a
// worker that runs a session; this passes Jupyter's requests to it, and its answers back as they come.
(() => {
  const workerUrl = new URL("worker.js", document.currentScript.src).href;
  let shared;

  const load = async (name) => {
    const [module] = Object.values(shared[name]);
    return (await module.get())();
  };

  const makeKernel = (BaseKernel, siteUrl) =>
    class WorkerKernel extends BaseKernel {
      constructor(options) {
        super(options);
        this.waiting = new Map();
        this.last = 0;
        this.worker = new Worker(workerUrl);
        this.started = new Promise((resolve, reject) => {
          this.waiting.set(0, { resolve, reject });
        });
        this.worker.onmessage = ({ data }) => this.take(data);
        this.worker.onerror = ({ message }) => this.fail(new Error(`the kernel has ended: ${message}`));
        if (self.crossOriginIsolated) this.flag = new Int32Array(new SharedArrayBuffer(4));
        const folder = options.location.replace(/^[^:]*:/, "");
        this.worker.postMessage({ type: "start", base: siteUrl, folder, flag: this.flag });
      }

      get ready() {
        return this.started;
      }

      /** Rejects everything that waits: the worker is of no more use. */
      fail(error) {
        for (const { reject } of this.waiting.values()) reject(error);
        this.waiting.clear();
      }

      take(answer) {
        const call = this.waiting.get(answer.id ?? 0);
        switch (answer.type) {
          case "board":
            return void this.board(answer);
          case "failed":
            return this.fail(new Error(answer.message));
          case "stream":
            return this.stream({ name: answer.name, text: answer.text }, call?.header);
          case "display": {
            const { data, metadata = {}, displayId, update } = answer.message;
            const content = { data, metadata, transient: displayId ? { display_id: displayId } : {} };
            return update
              ? this.updateDisplayData(content, call?.header)
              : this.displayData(content, call?.header);
          }
          case "result":
            return this.publishExecuteResult(
              { data: answer.data, metadata: answer.metadata, execution_count: this.executionCount },
              call?.header,
            );
        }
        this.waiting.delete(answer.id ?? 0);
        call?.resolve(answer.content ?? answer.error);
      }

      /** check() and hint() in a cell: the extension unrolled-work knows the notebook and judges it. */
      async board({ id, verb, which }) {
        const reply = (content) => this.worker.postMessage({ type: "board", id, ...content });
        try {
          reply({ text: await self[Symbol.for("unrolled.board")]({ kernel: this.id, verb, which }) });
        } catch (error) {
          reply({ error: String(error?.message ?? error) });
        }
      }

      ask(request) {
        const id = ++this.last;
        const header = this.parentHeader;
        return new Promise((resolve, reject) => {
          this.waiting.set(id, { resolve, reject, header });
          this.worker.postMessage({ ...request, id });
        });
      }

      interrupt() {
        if (this.flag) Atomics.store(this.flag, 0, 1);
        this.worker.postMessage({ type: "interrupt" });
      }

      async kernelInfoRequest() {
        return {
          status: "ok",
          protocol_version: "5.3",
          implementation: "unrolled",
          implementation_version: "0.1.0",
          language_info: { name: "typescript", mimetype: "text/typescript", file_extension: ".ts" },
          banner: "TypeScript (Unrolled), in this browser",
          help_links: [],
        };
      }

      async executeRequest({ code, stop_on_error = true }) {
        const count = this.executionCount;
        if (this.flag) Atomics.store(this.flag, 0, 0);
        const error = await this.ask({ type: "execute", code, count });
        if (!error) return { status: "ok", execution_count: count, payload: [], user_expressions: {} };
        this.publishExecuteError(error);
        // JupyterLite would drop the cells that wait, even after one that is meant to fail (raises-exception).
        if (!stop_on_error)
          return { status: "ok", execution_count: count, payload: [], user_expressions: {} };
        return { status: "error", execution_count: count, ...error };
      }

      completeRequest(content) {
        return this.ask({ type: "complete", content });
      }
      inspectRequest(content) {
        return this.ask({ type: "inspect", content });
      }
      isCompleteRequest(content) {
        return this.ask({ type: "isComplete", content });
      }
      async commInfoRequest() {
        return { status: "ok", comms: {} };
      }
      inputReply() {}
      async commOpen() {}
      async commMsg() {}
      async commClose() {}

      dispose() {
        if (this.isDisposed) return;
        this.worker.terminate();
        super.dispose();
      }
    };

  /** Every file of the course, by the lists that JupyterLite makes. */
  const filesIn = async (site, folder = "") => {
    const list = new URL(`api/contents/${folder}all.json`, site).href;
    const { content } = await (await fetch(list)).json();
    const inside = content.map(({ type, path }) =>
      type === "directory" ? filesIn(site, `${path}/`) : [new URL(`files/${path}`, site).href],
    );
    return [list, ...(await Promise.all(inside)).flat()];
  };
  /** What check() and hint() read. */
  const testsIn = async (site) => {
    const list = new URL("unrolled-versions.json", site).href;
    const paths = Object.keys(await (await fetch(list)).json()).filter((path) =>
      path.startsWith("exercises/"),
    );
    return [list, ...paths.map((path) => new URL(path.replace("exercises/", "examinations/"), site).href)];
  };
  const SCRIPTS = [
    "worker.js",
    "judge.js",
    "types.json",
    "unrolled.js",
    "mathjs.js",
    "tensorflow.js",
    "zip.js",
    "tfjs-backend-wasm-simd.wasm",
  ];

  /**
   * So that the next visit needs no network: keeps what was loaded before the service worker stood ready, and the whole
   * course. Then the page is loaded once more, before anybody has typed, so that it may share memory.
   */
  const keep = async (site) => {
    if (!("serviceWorker" in navigator) || !("caches" in self)) return;
    await navigator.serviceWorker.ready;
    if (!self.crossOriginIsolated && !sessionStorage.getItem("unrolled-reloaded")) {
      sessionStorage.setItem("unrolled-reloaded", "yes");
      return location.reload();
    }
    const kept = await caches.open("unrolled");
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    const scripts = SCRIPTS.map((name) => new URL(name, workerUrl).href);
    const wanted = [location.href, ...loaded, ...scripts, ...(await filesIn(site)), ...(await testsIn(site))];
    for (const address of new Set(wanted)) {
      const { origin, pathname } = new URL(address);
      if (origin !== location.origin || /\/api\/(drive|stdin|service)/.test(pathname)) continue;
      if (!(await kept.match(address))) await kept.add(address).catch(() => {});
    }
  };

  const extension = async () => {
    const { BaseKernel, IKernelSpecs, IKernelClient } = await load("@jupyterlite/services");
    const { PageConfig } = await load("@jupyterlab/coreutils");
    const siteUrl = new URL("files/", new URL(PageConfig.getBaseUrl(), location.href)).href;
    const plugin = {
      id: "unrolled-kernel:plugin",
      autoStart: true,
      requires: [IKernelSpecs, IKernelClient],
      activate: (_app, specs, client) => {
        const WorkerKernel = makeKernel(BaseKernel, siteUrl);
        const kernels = new Map();
        void keep(new URL(PageConfig.getBaseUrl(), location.href));
        specs.register({
          spec: {
            name: "tslab",
            display_name: "TypeScript (Unrolled)",
            language: "typescript",
            argv: [],
            resources: {},
          },
          create: async (options) => {
            const kernel = new WorkerKernel(options);
            kernels.set(options.id, kernel);
            return kernel;
          },
        });
        // JupyterLite's own drops the cells that wait, and lets the one that runs go on.
        const drop = client.interrupt.bind(client);
        client.interrupt = (id) => {
          kernels.get(id)?.interrupt();
          return drop(id);
        };
      },
    };
    return { __esModule: true, default: plugin };
  };

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["unrolled-kernel"] = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const module = await extension();
      return () => module;
    },
  };
})();
