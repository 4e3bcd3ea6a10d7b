// A prebuilt JupyterLab extension by hand: the module-federation container that a bundler would make.
// It draws plotly figures with the plotly.min.js that the bootstrap copies beside this file.
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

  const makeRenderer = (Widget) =>
    class PlotlyFigure extends Widget {
      constructor(mimeType) {
        super();
        this.mimeType = mimeType;
        this.plot = document.createElement("div");
        this.node.append(this.plot);
        this.sizes = new ResizeObserver(() => this.fit());
        this.sizes.observe(this.node);
      }

      /** Called once for a new output and again for each update_display_data. */
      async renderModel(model) {
        const plain = model.data["text/plain"];
        let alt = (Array.isArray(plain) ? plain.join("") : plain) ?? "A figure";
        try {
          // A copy: plotly writes into what it draws, and the model is what JupyterLab saves.
          const { data, layout = {}, frames, config } = structuredClone(model.data[this.mimeType]) ?? {};
          alt = layout.meta?.alt ?? alt;
          if (!Array.isArray(data)) throw new Error('it has no list "data"');
          await this.draw(data, layout, frames, config);
        } catch (error) {
          this.clear();
          this.plot.style.cssText = "white-space:pre-wrap;padding:8px";
          this.plot.textContent = `${alt}\n\nThis figure could not be drawn: ${error.message}`;
        }
        this.node.setAttribute("role", "figure");
        this.node.setAttribute("aria-label", alt);
      }

      async draw(data, { width, height = 420, ...layout }, frames, config) {
        // White paper in dark themes too: the colors then read as they were chosen, and as in the static picture.
        this.plot.style.cssText = `background:#fff;min-height:${height}px;${width ? `max-width:${width}px` : ""}`;
        const Plotly = await loadPlotly();
        if (this.isDisposed) return;
        if (!this.drawn) this.plot.textContent = "";
        await Plotly.react(this.plot, {
          data,
          // One uirevision: zoom and hidden traces stay when the figure is updated.
          layout: { uirevision: "kept", ...layout, height, autosize: true },
          frames,
          config: { displaylogo: false, showSendToCloud: false, ...config },
        });
        this.drawn = true;
        this.fit();
      }

      fit() {
        if (this.drawn && this.plot.clientWidth > 0 && this.plot.clientWidth !== this.fitted) {
          this.fitted = this.plot.clientWidth;
          window.Plotly.Plots.resize(this.plot);
        }
      }

      clear() {
        window.Plotly?.purge(this.plot);
        this.drawn = false;
      }

      dispose() {
        if (this.isDisposed) return;
        this.sizes.disconnect();
        this.clear();
        super.dispose();
      }
    };

  const mimeExtension = async () => {
    const [lumino] = Object.values(shared["@lumino/widgets"]);
    const { Widget } = (await lumino.get())();
    const PlotlyFigure = makeRenderer(Widget);
    const mimeTypes = ["application/vnd.plotly.v1+json"];
    return {
      __esModule: true,
      default: {
        id: "unrolled-plotly:figure",
        dataType: "json",
        // Before every picture and text in the same bundle, and (safe) in untrusted notebooks too.
        rank: 0,
        rendererFactory: {
          safe: true,
          mimeTypes,
          createRenderer: ({ mimeType }) => new PlotlyFigure(mimeType),
        },
      },
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
