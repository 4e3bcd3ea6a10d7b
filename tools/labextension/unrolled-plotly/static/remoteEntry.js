// A prebuilt JupyterLab extension by hand: the module-federation container that a bundler would make.
// It draws plotly figures with the plotly.min.js that the bootstrap copies beside this file, and SVG drawings; both
// follow JupyterLab's theme. And it keeps the lines of prose short enough to read.
(() => {
  const plotlyUrl = new URL("plotly.min.js", document.currentScript.src).href;
  let shared;
  let plotly;

  // Loaded with the first figure; another figure tries again when loading failed.
  const loadPlotly = () => {
    plotly ??= new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: plotlyUrl });
      script.onload = () =>
        window.Plotly ? resolve(window.Plotly) : reject(new Error("plotly.min.js is damaged"));
      script.onerror = () => reject(new Error("plotly.min.js could not be loaded; run npm start again"));
      document.head.append(script);
    }).catch((error) => {
      plotly = undefined;
      throw error;
    });
    return plotly;
  };

  // About 75 characters a line, as in a book; tables, code and figures may be wider.
  const style = document.createElement("style");
  style.textContent = `
    .jp-RenderedMarkdown > :is(p, ul, ol, blockquote, details) { max-width: 38em; }
    .unrolled-drawing img { max-width: 100%; height: auto; }`;
  document.head.append(style);

  const isDark = () => document.body.dataset.jpThemeLight === "false";
  const shown = new Set(); // the widgets to draw again when the theme changes
  new MutationObserver(() => {
    for (const widget of shown) widget.retheme();
  }).observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });

  // Colors of lib/plot on dark paper: the same hues, lighter; gray and black turned round.
  const DARK = {
    "#222222": "#E4E4E4",
    "#000000": "#FFFFFF",
    "#FEFEFE": "#161616", // the low end of a scale that begins at the paper
    "#666666": "#9A9A9A",
    "#888888": "#A0A0A0",
    "#BBBBBB": "#5A5A5A",
    "#E6E6E6": "#333333",
    "#0072B2": "#4FA8E0",
    "#D55E00": "#F0803C",
    "#009E73": "#2DBE93",
  };
  const PAPER = { light: "#FFFFFF", dark: "#111111" };

  /** A copy of any part of a figure in the colors of the dark theme. */
  const darkened = (value) => {
    if (typeof value === "string") return DARK[value.toUpperCase()] ?? value;
    if (Array.isArray(value)) return value.map(darkened);
    if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, darkened(part)]));
  };

  /** The figure with the paper, the text and the grid of the present theme. */
  const themed = ({ data, layout, frames }) => {
    const paper = isDark() ? PAPER.dark : PAPER.light;
    const papers = { paper_bgcolor: paper, plot_bgcolor: paper };
    if (!isDark()) return { data, layout: { ...papers, ...layout }, frames };
    const own = darkened(layout);
    const axes = ["xaxis", "yaxis", "zaxis"];
    const scene = own.scene && {
      scene: { ...own.scene, ...Object.fromEntries(axes.map((axis) => [axis, spaceAxis(own.scene[axis])])) },
    };
    return {
      data: darkened(data),
      layout: { ...papers, ...own, ...scene, font: { color: DARK["#222222"], ...own.font } },
      frames: darkened(frames),
    };
  };
  const spaceAxis = (axis) => ({ gridcolor: "#444444", zerolinecolor: "#777777", ...axis });

  // Plotly writes the powers of ten of a log axis a quarter larger than all other labels.
  const logLabels = (layout) =>
    Object.fromEntries(
      Object.entries(layout).map(([key, part]) =>
        /^[xy]axis/.test(key) && part?.exponentformat === "power"
          ? [key, { tickfont: { size: (layout.font?.size ?? 12) / 1.25 }, ...part }]
          : [key, part],
      ),
    );

  /** A text in lines of at most so many pixels. */
  const wrapped = (text, width, size) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${size}px system-ui, sans-serif`;
    const lines = [];
    for (const word of text.split(" ")) {
      const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
      const fits = pen.measureText(longer.replace(/<[^>]*>/g, "")).width <= width;
      if (lines.length > 0 && fits) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  };

  const textOf = (model) => {
    const plain = model.data["text/plain"];
    return (Array.isArray(plain) ? plain.join("") : plain) ?? "A figure";
  };

  // As an image an SVG can run nothing, so it is safe in untrusted notebooks too. An image asks the browser for its
  // color scheme, not JupyterLab, so the answer is written into it.
  const makeDrawing = (Widget) =>
    class SvgDrawing extends Widget {
      constructor(mimeType) {
        super();
        this.mimeType = mimeType;
        this.addClass("unrolled-drawing");
        this.image = document.createElement("img");
        this.node.append(this.image);
        shown.add(this);
      }

      async renderModel(model) {
        const source = model.data[this.mimeType];
        this.source = Array.isArray(source) ? source.join("") : String(source);
        this.image.alt = textOf(model);
        this.retheme();
      }

      retheme() {
        const scheme = isDark() ? "all" : "not all";
        const svg = (this.source ?? "").replaceAll("(prefers-color-scheme: dark)", scheme);
        const named = svg.includes("xmlns=")
          ? svg
          : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
        this.image.src = `data:image/svg+xml,${encodeURIComponent(named)}`;
      }

      dispose() {
        shown.delete(this);
        super.dispose();
      }
    };

  const makeRenderer = (Widget) =>
    class PlotlyFigure extends Widget {
      constructor(mimeType) {
        super();
        shown.add(this);
        this.mimeType = mimeType;
        this.plot = document.createElement("div");
        this.node.append(this.plot);
        this.sizes = new ResizeObserver(() => this.fit());
        this.sizes.observe(this.node);
      }

      /** Called once for a new output and again for each update_display_data. */
      async renderModel(model) {
        this.model = model;
        const alt = textOf(model);
        try {
          // A copy: plotly writes into what it draws, and the model is what JupyterLab saves.
          const { data, layout = {}, frames, config } = structuredClone(model.data[this.mimeType]) ?? {};
          if (!Array.isArray(data)) throw new Error('it has no list "data"');
          const {
            data: own,
            layout: look,
            frames: steps,
          } = themed({ data, layout: logLabels(layout), frames });
          await this.draw(own, look, steps, config);
        } catch (error) {
          this.clear();
          this.plot.style.cssText = "white-space:pre-wrap;padding:8px";
          this.plot.textContent = `${alt}\n\nThis figure could not be drawn: ${error.message}`;
        }
        this.node.setAttribute("role", "figure");
        this.node.setAttribute("aria-label", alt);
      }

      async draw(data, { width, height = 420, ...layout }, frames, config) {
        this.look = { ...layout, height };
        this.plot.style.cssText = `background:${layout.paper_bgcolor};min-height:${height}px;${width ? `max-width:${width}px` : ""}`;
        const Plotly = await loadPlotly();
        if (this.isDisposed) return;
        const first = !this.drawn;
        if (first) this.plot.textContent = "";
        await Plotly.react(this.plot, {
          data,
          // One uirevision: zoom and hidden traces stay when the figure is updated.
          layout: { uirevision: "kept", ...layout, height, autosize: true },
          frames,
          config: { displaylogo: false, showSendToCloud: false, ...config },
        });
        this.drawn = true;
        if (first && layout.meta?.follow) this.follow();
        this.fitted = undefined;
        await this.fit();
      }

      /** A point whose customdata names a frame shows that frame when it is pointed at or tapped. */
      follow() {
        let present;
        const go = ({ points: [point] }) => {
          const frame = point?.customdata;
          if (typeof frame !== "string" || frame === present) return;
          present = frame;
          const at = { frame: { duration: 0, redraw: true }, transition: { duration: 0 } };
          window.Plotly.animate(this.plot, [frame], { mode: "immediate", ...at }).catch(() => {});
        };
        this.plot.on("plotly_hover", go);
        this.plot.on("plotly_click", go);
      }

      retheme() {
        if (this.drawn) void this.renderModel(this.model);
      }

      /** A long title on several lines, and as much room above the curves as title and legend take at this width. */
      async makeRoom() {
        const { title, margin, height } = this.look;
        if (title?.yref !== "container" || margin?.t === undefined) return; // not a figure of lib/plot
        const room = this.plot.clientWidth - margin.l - margin.r;
        const lines = wrapped(title.text, room, title.font?.size ?? 17);
        const legend = this.plot.querySelector(".infolayer > .legend")?.getBBox().height ?? 0;
        const top = 30 + 22 * lines.length + (legend > 0 ? legend + 6 : 0);
        await window.Plotly.relayout(this.plot, {
          "title.text": lines.join("<br>"),
          "margin.t": top,
          height: height + top - margin.t,
        });
      }

      async fit() {
        if (this.drawn && this.plot.clientWidth > 0 && this.plot.clientWidth !== this.fitted) {
          this.fitted = this.plot.clientWidth;
          await window.Plotly.Plots.resize(this.plot);
          if (!this.isDisposed) await this.makeRoom();
        }
      }

      clear() {
        window.Plotly?.purge(this.plot);
        this.drawn = false;
      }

      dispose() {
        if (this.isDisposed) return;
        this.sizes.disconnect();
        shown.delete(this);
        this.clear();
        super.dispose();
      }
    };

  const mimeExtension = async () => {
    const [lumino] = Object.values(shared["@lumino/widgets"]);
    const { Widget } = (await lumino.get())();
    const [PlotlyFigure, SvgDrawing] = [makeRenderer(Widget), makeDrawing(Widget)];
    // Before every picture and text in the same bundle, and (safe) in untrusted notebooks too.
    const extension = (id, dataType, mime, Renderer) => ({
      id: `unrolled-plotly:${id}`,
      dataType,
      rank: 0,
      rendererFactory: {
        safe: true,
        mimeTypes: [mime],
        createRenderer: ({ mimeType }) => new Renderer(mimeType),
      },
    });
    return {
      __esModule: true,
      default: [
        extension("figure", "json", "application/vnd.plotly.v1+json", PlotlyFigure),
        extension("drawing", "string", "image/svg+xml", SvgDrawing),
      ],
    };
  };

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["unrolled-plotly"] = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const module = await mimeExtension();
      return () => module;
    },
  };
})();
