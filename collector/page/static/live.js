// What happens, as it happens: server-sent events. The browser reconnects by itself and says the last id that it had.

const AGAIN_MS = 2000;
const REST_AFTER_MS = 30000;

/** Listens to the lab and to one run. `on` has a function for each event; `lost` hears when the server is away, `found` when it is back. */
export class Live {
  constructor(on) {
    this.on = on;
    document.addEventListener("visibilitychange", () => this.#rest());
  }

  /** A browser keeps six connections to one lab: a page that nobody looks at gives its own back. */
  #rest() {
    clearTimeout(this.sleep);
    if (document.hidden) this.sleep = setTimeout(() => this.source?.close(), REST_AFTER_MS);
    else if (this.source?.readyState === EventSource.CLOSED) {
      this.on.lost();
      this.follow(this.run, this.after);
    }
  }

  follow(run, after) {
    this.source?.close();
    Object.assign(this, { run, after });
    const query = new URLSearchParams(run ? { run, ...(after ? { after } : {}) } : {});
    this.source = new EventSource(`/live?${query}`);
    for (const name of ["delta", "opened", "closed", "lab", "pulse"]) {
      this.source.addEventListener(name, (event) => {
        this.after = event.lastEventId || this.after;
        this.on[name](JSON.parse(event.data));
      });
    }
    this.source.onerror = () => {
      this.on.lost();
      // The browser tries again by itself, but not after an answer that was none.
      if (this.source.readyState === EventSource.CLOSED) setTimeout(() => this.follow(this.run, this.after), AGAIN_MS);
    };
    this.source.onopen = () => this.on.found();
  }
}

/** The run's clock between two pulses. It follows the earliest news it has, stands still while frozen, and never goes back. */
export class LiveClock {
  constructor() {
    this.offset_s = -Infinity;
    this.frozen = false;
    this.last_s = 0;
  }

  /** News that at `here_s` (of this page's own clock) it was `now_s` in the run. */
  hear(now_s, here_s) {
    if (!Number.isFinite(now_s)) return;
    const offset_s = now_s - here_s;
    // What was slow on the way tells of an earlier moment than it is; creep down, so that a clock that drifts is followed.
    this.offset_s = offset_s > this.offset_s ? offset_s : this.offset_s + (offset_s - this.offset_s) * 0.02;
  }

  at(here_s) {
    if (!this.frozen && Number.isFinite(this.offset_s)) this.last_s = Math.max(this.last_s, here_s + this.offset_s);
    return this.last_s;
  }
}
