// The figure of the first page, drawn over its picture; without plotly the picture stays.
(() => {
  const place = document.getElementById("figure");
  const { data, layout, frames, config } = JSON.parse(document.getElementById("figure-data").textContent);
  if (window.Plotly === undefined) return;
  const narrow = place.clientWidth < 500;
  const margin = { ...layout.margin, l: 56, r: 12 };
  const colors = getComputedStyle(document.documentElement); // of the page, light or dark
  const [ink, line] = ["--ink", "--line"].map((name) => colors.getPropertyValue(name).trim());
  const clear = "rgba(0, 0, 0, 0)";
  const themed = {
    ...layout,
    paper_bgcolor: clear,
    plot_bgcolor: clear,
    font: { ...layout.font, color: ink },
  };
  for (const axis of Object.keys(layout).filter((key) => /^[xy]axis/.test(key)))
    themed[axis] = { ...layout[axis], gridcolor: line, zerolinecolor: line, linecolor: ink };
  const plot = document.createElement("div");
  place.replaceChildren(plot);
  place.removeAttribute("role"); // from here on it can be used, not only looked at
  window.Plotly.newPlot(plot, data, narrow ? { ...themed, margin, title: undefined } : themed, {
    ...config,
    responsive: true,
    displayModeBar: false,
  }).then(() => window.Plotly.addFrames(plot, frames));
})();
