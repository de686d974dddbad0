// What the page asks the server, and what it may tell it to do.

const token = document.querySelector('meta[name="token"]').content;

const PATIENCE_MS = 15000;
// A run of a hundred thousand jobs takes a while.
const LONG_MS = 120000;
const PAUSES_MS = [300, 1000, 2000];
const UNHEARD = { what: "The lab does not answer", cure: "If a run begins it is shown here; if none does, ask again" };

/** An answer that says what is wrong, where, and what to do. */
export class Refused extends Error {
  constructor(status, { what = "", where = "", cure = "" } = {}) {
    super([where, what].filter(Boolean).join(": ") || `the server answered ${status}`);
    Object.assign(this, { status, cure });
  }
}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, body.error ?? {});
  return body;
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** What `path` answers. A request that fails on its way, or hangs, is made again; who gets no answer then hears of it. */
async function get(path, patience_ms = PATIENCE_MS) {
  for (const pause_ms of PAUSES_MS) {
    try {
      return await answer(await fetch(path, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(patience_ms) }));
    } catch (error) {
      if (error instanceof Refused) throw error;
      await wait(pause_ms);
    }
  }
  throw new Refused(0, UNHEARD);
}

/** What is posted may have arrived though its answer did not: it is not posted again. */
async function post(path, body) {
  const about = { method: "POST", headers: { "Content-Type": "application/json", "X-Manyhands-Token": token }, body: JSON.stringify(body) };
  return answer(await fetch(path, about).catch(() => Promise.reject(new Refused(0, UNHEARD))));
}


export const getLab = () => get("/api/lab");
export const getRuns = async () => (await get("/api/runs")).runs;
export const getRun = (run) => get(`/api/runs/${encodeURIComponent(run)}`, LONG_MS);
export const startRun = (asked) => post("/api/runs", asked);
export const stopRun = () => post("/api/runs/stop", {});
export const fileOf = (run, file) => `/runs/${encodeURIComponent(run)}/${file}`;

/** A figure as an SVG node; null where there is none. */
export async function getFigure(run, figure, theme, width) {
  const response = await fetch(`/api/runs/${encodeURIComponent(run)}/figures/${figure}.svg?theme=${theme}&width=${width}`, { signal: AbortSignal.timeout(LONG_MS) });
  if (!response.ok) return null;
  const { documentElement: root } = new DOMParser().parseFromString(await response.text(), "image/svg+xml");
  return root.localName === "svg" ? document.importNode(root, true) : null;
}
