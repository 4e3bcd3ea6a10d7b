// A prebuilt JupyterLite extension by hand, like its neighbours: keeps a learner's work. JupyterLite holds a notebook
// that was saved in the browser's storage, and shows it instead of the site's, also when the site has a newer one.
(() => {
  const here = document.currentScript.src;
  const scriptUrl = (name) => new URL(`../../unrolled-kernel/static/${name}`, here).href;
  const ZIP = scriptUrl("zip.js");
  let shared;

  const load = async (name) => {
    const [module] = Object.values(shared[name]);
    return (await module.get())();
  };

  /** "04-bptt.ipynb" → "04-bptt (yours).ipynb", or the first such name with a number that is free. */
  const beside = async (storage, path, word) => {
    const [, start, ending] = /^(.*?)(\.[^./]*)?$/.exec(path);
    for (let n = 1; ; n++) {
      const name = `${start} (${n === 1 ? word : `${word} ${n}`})${ending ?? ""}`;
      if ((await storage.getItem(name)) === null) return name;
    }
  };

  /** The course's notebooks carry their version in their metadata; a saved copy says so which one it was made of. */
  const versionOf = (notebook) => notebook?.metadata?.unrolled?.version;

  const contentOf = ({ format, content }) => {
    if (format === "json") return content;
    const bytes =
      format === "base64" ? Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)) : undefined;
    return JSON.parse(bytes ? new TextDecoder().decode(bytes) : content);
  };

  /** Small records by path or exercise: which new notebooks were told of, which hints were seen, what passed. */
  const recorded = (key) => JSON.parse(localStorage.getItem(`unrolled-${key}`) ?? "{}");
  const record = (key, more) =>
    localStorage.setItem(`unrolled-${key}`, JSON.stringify({ ...recorded(key), ...more }));

  /**
   * Where the site has a newer notebook than the one that the learner's was made of, both are there. A lesson: the new
   * one under its name, the learner's beside it. Exercises: the learner's under its name, where check() looks for it.
   * Resolves to a line for each.
   */
  const bringNew = async (drive, site) => {
    const answer = await fetch(new URL("unrolled-versions.json", site), { cache: "no-cache" });
    if (!answer.ok) return [];
    const versions = await answer.json();
    const storage = await drive.storage;
    const lines = [];
    for (const path of await storage.keys()) {
      const newest = versions[path];
      const base = newest && readVersion(await storage.getItem(path));
      if (!base || base === newest || recorded("told")[path] === newest) continue;
      if (path.startsWith("exercises/")) {
        const name = await beside(storage, path, "new");
        await drive.save(name, { type: "notebook", format: "json", content: await fromSite(site, path) });
        record("told", { [path]: newest });
        lines.push(`${path} is yours, unchanged. The new one: ${name}`);
      } else {
        const name = await beside(storage, path, "yours");
        await drive.rename(path, name);
        lines.push(`${path} is the new one. Yours: ${name}`);
      }
    }
    return lines;
  };

  const readVersion = (model) => {
    try {
      return versionOf(contentOf(model));
    } catch {
      return undefined; // no notebook: nothing of the course
    }
  };

  const fromSite = async (site, path) => {
    const answer = await fetch(new URL(`files/${path}`, site), { cache: "no-cache" });
    if (!answer.ok) throw new Error(`${path} could not be loaded: ${answer.status} ${answer.statusText}`);
    return answer.json();
  };

  const bytesOf = ({ format, content }) => {
    if (format === "base64") return Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    return new TextEncoder().encode(format === "json" ? `${JSON.stringify(content, null, 1)}\n` : content);
  };

  /** Every file that the learner has saved, by its path; not the new notebooks that nobody has changed. */
  const workIn = async (drive, site) => {
    const storage = await drive.storage;
    const files = {};
    for (const path of (await storage.keys()).sort()) {
      const model = await storage.getItem(path);
      if (model.type === "directory" || model.content === null) continue;
      const origin = / \(new( \d+)?\)\.ipynb$/.test(path) ? path.replace(/ \(new( \d+)?\)/, "") : undefined;
      const original = origin && (await fromSite(site, origin).catch(() => undefined));
      if (original && JSON.stringify(original) === JSON.stringify(contentOf(model))) continue;
      files[path] = bytesOf(model);
    }
    return files;
  };

  /** Where a file of a zip belongs: a folder around the course's, as zip programs make, is no part of it. */
  const placeOf = (name) => {
    const parts = name.replaceAll("\\", "/").split("/");
    if (parts.includes("..") || parts.includes("__MACOSX") || parts.at(-1).startsWith(".")) return undefined;
    const at = parts.findIndex((part) => part === "notebooks" || part === "exercises");
    return parts
      .slice(Math.max(at, 0))
      .filter((part) => part !== "")
      .join("/");
  };

  /** Saves one file; one that is there already and differs is kept beside it. Resolves to a line about it. */
  const bringBack = async (drive, versions, path, bytes) => {
    const storage = await drive.storage;
    const isNotebook = path.endsWith(".ipynb");
    let content = bytes;
    if (isNotebook) {
      content = JSON.parse(new TextDecoder().decode(bytes));
      if (!Array.isArray(content.cells)) throw new Error("it is no notebook");
      // One from a course on a machine carries no version: it counts as made of today's.
      if (versions[path] && !versionOf(content))
        content.metadata = { ...content.metadata, unrolled: { version: versions[path] } };
    }
    const there = await storage.getItem(path);
    const text = isNotebook ? JSON.stringify(content) : undefined;
    const same = (model) =>
      isNotebook ? JSON.stringify(contentOf(model)) === text : String(bytesOf(model)) === String(bytes);
    if (there && same(there)) return `${path}: nothing new`;
    const kept = there && (await beside(storage, path, "yours"));
    if (kept) await drive.save(kept, { type: there.type, format: there.format, content: there.content });
    const binary = () => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    await drive.save(
      path,
      isNotebook
        ? { type: "notebook", format: "json", content }
        : { type: "file", format: "base64", content: binary() },
    );
    return kept ? `${path}; what was there: ${kept}` : path;
  };

  /** "04", "04.2" or nothing, in the notebook `own`: which notebook to judge, and which of its exercises. */
  const whichOf = (which, own, verb, paths) => {
    const match = /^(\d{1,2})(?:\.(\d+))?$/.exec(which ?? /^exercises\/(\d\d)-/.exec(own ?? "")?.[1] ?? "");
    const number = match?.[1].padStart(2, "0");
    const path = paths.find((each) => each.startsWith(`exercises/${number}-`));
    if (!path)
      throw new Error(
        `${verb}: which lesson? Say its number, as in ${verb}("${verb === "hint" ? "04.2" : "04"}")`,
      );
    const file = which === undefined ? own : path;
    const name = path.replace(/^exercises\/|\.ipynb$/g, "");
    return { file, name, exercise: match[2] && `${number}.${Number(match[2])}` };
  };

  /** What check() or hint() says: a worker of its own judges the saved notebook. */
  const board = async ({ app, drive, documents, site }, { kernel, verb, which }) => {
    const own = [...app.serviceManager.sessions.running()].find((session) => session.kernel?.id === kernel);
    const versions = await (await fetch(new URL("unrolled-versions.json", site))).json();
    const asked = whichOf(which, own?.path.replace(/^[^:/]*:/, ""), verb, Object.keys(versions));
    const open = documents.findWidget(asked.file);
    const context = open && documents.contextForWidget(open);
    if (context?.model.dirty) await context.save();
    const { content } = await drive.get(asked.file, { content: true });
    const examination = await fetch(new URL(`examinations/${asked.name}.ipynb`, site));
    if (!examination.ok) throw new Error(`${verb}: the tests of ${asked.name} could not be loaded`);
    const tests = await examination.text();
    const worker = new Worker(scriptUrl("judge.js"));
    const verdict = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
      worker.onerror = ({ message }) => reject(new Error(`${verb}: ${message}`));
      worker.postMessage({
        ...asked,
        verb,
        examination: tests,
        notebook: JSON.stringify(content),
        seen: recorded("hints"),
        worker: scriptUrl("worker.js"),
        base: new URL("files/", site).href,
      });
    }).finally(() => worker.terminate());
    record("hints", verdict.seen);
    record("passes", verdict.passes);
    const done = Object.values(recorded("passes")).filter(Boolean).length;
    return verb === "check" ? `${verdict.text}\n${done} done in all lessons, in this browser` : verdict.text;
  };

  const choose = () =>
    new Promise((done) => {
      const input = Object.assign(document.createElement("input"), { type: "file", accept: ".zip" });
      input.onchange = () => done(input.files[0]);
      input.oncancel = () => done(undefined);
      input.click();
    });

  const offer = (bytes, name) => {
    const href = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
    Object.assign(document.createElement("a"), { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  };

  const extension = async () => {
    const { IDefaultDrive } = await load("@jupyterlab/services");
    const { IDocumentManager } = await load("@jupyterlab/docmanager");
    const { ICommandPalette, Notification, showDialog, Dialog } = await load("@jupyterlab/apputils");
    const { IMainMenu } = await load("@jupyterlab/mainmenu");
    const { PageConfig } = await load("@jupyterlab/coreutils");
    const site = new URL(PageConfig.getBaseUrl(), location.href);
    const say = (title, body) => showDialog({ title, body, buttons: [Dialog.okButton()] });

    const saveOpen = async (app, documents) => {
      for (const widget of app.shell.widgets("main")) {
        const context = documents.contextForWidget(widget);
        if (context?.model.dirty) await context.save();
      }
    };

    const download = async (app, drive, documents) => {
      await saveOpen(app, documents);
      const files = await workIn(drive, site);
      const count = Object.keys(files).length;
      if (count === 0) return void Notification.info("You have not changed anything yet: there is no work.");
      const { zipSync } = await import(ZIP);
      offer(zipSync(files), `unrolled-work-${new Date().toISOString().slice(0, 10)}.zip`);
      Notification.success(`${count} ${count === 1 ? "file" : "files"} in the zip`);
    };

    const upload = async (app, drive, documents) => {
      const file = await choose();
      if (!file) return;
      await saveOpen(app, documents);
      const { unzipSync } = await import(ZIP);
      let files;
      try {
        files = unzipSync(new Uint8Array(await file.arrayBuffer()));
      } catch (error) {
        return void say(`${file.name} is no zip that can be read`, String(error.message));
      }
      const versions = await (await fetch(new URL("unrolled-versions.json", site))).json();
      const lines = [];
      for (const [name, bytes] of Object.entries(files)) {
        const path = name.endsWith("/") ? undefined : placeOf(name);
        if (!path) continue;
        try {
          lines.push(await bringBack(drive, versions, path, bytes));
          const open = documents.findWidget(path);
          if (open) await documents.contextForWidget(open).revert();
        } catch (error) {
          lines.push(`${path} was left out: ${error.message}`);
        }
      }
      await say("Uploaded", lines.join("\n") || "The zip holds no files.");
    };

    /** Opening a notebook by its address brings the list of files back, once, some seconds later. */
    const hideFiles = (shell) => {
      const hide = () => {
        if (!shell.leftCollapsed) shell.collapseLeft();
      };
      hide();
      shell.layoutModified.connect(hide);
      setTimeout(() => shell.layoutModified.disconnect(hide), 10_000);
    };

    const plugin = {
      id: "unrolled-work:plugin",
      autoStart: true,
      requires: [IDefaultDrive, IDocumentManager],
      optional: [ICommandPalette, IMainMenu],
      // The application starts when this has resolved: before any notebook opens.
      activate: async (app, drive, documents, palette, menu) => {
        self[Symbol.for("unrolled.board")] = (asked) => board({ app, drive, documents, site }, asked);
        const commands = {
          "unrolled-work:download": ["Download My Work", () => download(app, drive, documents)],
          "unrolled-work:upload": ["Upload My Work…", () => upload(app, drive, documents)],
        };
        for (const [command, [label, run]] of Object.entries(commands)) {
          const execute = () => run().catch((error) => say(label, String(error.message ?? error)));
          app.commands.addCommand(command, { label, execute });
          palette?.addItem({ command, category: "Unrolled" });
        }
        menu?.fileMenu.addGroup(
          Object.keys(commands).map((command) => ({ command })),
          6,
        );
        // On a phone the list of files would leave the notebook a finger's width.
        if (innerWidth < 700) void app.restored.then(() => hideFiles(app.shell));
        // The browser may clear what it was not asked to keep.
        const persist = () => void navigator.storage?.persist?.();
        drive.fileChanged.connect((_drive, { type }) => type === "save" && persist());
        try {
          const lines = await bringNew(drive, site);
          if (lines.length > 0)
            void app.restored.then(() => say("The course has changed; your work is kept", lines.join("\n")));
        } catch (error) {
          console.warn("unrolled-work: no look for new lessons:", error); // without network, for one
        }
      },
    };
    return { __esModule: true, default: plugin };
  };

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["unrolled-work"] = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const module = await extension();
      return () => module;
    },
  };
})();
