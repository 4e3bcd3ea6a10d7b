// Stands before JupyterLite's own service worker: the site works without network once it was visited, and its pages may
// share memory with their workers (that is how a busy cell is stopped) on hosts that send no headers for it.
const KEPT = "unrolled";
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** JupyterLite's: files and questions that a kernel asks the page for. */
const isAsked = ({ pathname }) => /\/api\/(drive|stdin|service-worker-heartbeat)/.test(pathname);

async function answer(request) {
  const kept = await caches.open(KEPT);
  let response;
  try {
    response = await fetch(request);
    if (response.ok) await kept.put(request, response.clone());
  } catch (error) {
    response = await kept.match(request, { ignoreSearch: request.mode === "navigate" });
    if (!response) throw error;
  }
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATED)) headers.set(name, value);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || isAsked(url)) return;
  event.stopImmediatePropagation();
  event.respondWith(answer(request));
});
