// What the page asks the server, and what it may tell it to do.

const token = document.querySelector('meta[name="token"]').content;

/** An answer that says what is wrong, where, and what to do. */
export class Refused extends Error {
  constructor(status, { what = "", where = "", cure = "" } = {}) {
    super([where, what].filter(Boolean).join(" ") || `the server answered ${status}`);
    Object.assign(this, { status, cure });
  }
}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, body.error ?? {});
  return body;
}

const get = async (path) => answer(await fetch(path, { headers: { Accept: "application/json" } }));
const post = async (path, body) =>
  answer(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-Manyhands-Token": token }, body: JSON.stringify(body) }));

export const getLab = () => get("/api/lab");
export const getRuns = async () => (await get("/api/runs")).runs;
export const getRun = (run) => get(`/api/runs/${encodeURIComponent(run)}`);
export const startRun = (asked) => post("/api/runs", asked);
export const stopRun = () => post("/api/runs/stop", {});
export const fileOf = (run, file) => `/runs/${encodeURIComponent(run)}/${file}`;

/** A figure as an SVG node; null where there is none. */
export async function getFigure(run, figure, theme, width) {
  const response = await fetch(`/api/runs/${encodeURIComponent(run)}/figures/${figure}.svg?theme=${theme}&width=${width}`);
  if (!response.ok) return null;
  const { documentElement: root } = new DOMParser().parseFromString(await response.text(), "image/svg+xml");
  return root.localName === "svg" ? document.importNode(root, true) : null;
}
