// The figure of the first page, drawn over its picture; without plotly the picture stays.
(() => {
  const place = document.getElementById("figure");
  const { data, layout, frames, config } = JSON.parse(document.getElementById("figure-data").textContent);
  if (window.Plotly === undefined) return;
  const narrow = place.clientWidth < 500;
  const margin = { ...layout.margin, l: 56, r: 12 };
  const plot = document.createElement("div");
  place.replaceChildren(plot);
  place.removeAttribute("role"); // from here on it can be used, not only looked at
  window.Plotly.newPlot(plot, data, narrow ? { ...layout, margin, title: undefined } : layout, {
    ...config,
    responsive: true,
    displayModeBar: false,
  }).then(() => window.Plotly.addFrames(plot, frames));
})();
