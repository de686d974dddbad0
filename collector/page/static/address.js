// The address of what is shown: `#run=NAME` is a run, `&at=SECONDS` a moment of it, `&versus=NAME` another one beside it.

import { $ } from "./dom.js";

/** What the address asks for: {run, at_s, versus}; null or undefined where it says nothing of it. */
export function readAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const at_s = asked.has("at") ? Number(asked.get("at")) : NaN;
  return { run: asked.get("run"), versus: asked.get("versus"), at_s: Number.isFinite(at_s) ? at_s : undefined };
}

/** The address of a run, and of the one beside it; without a run that of the page. */
export function writeAddress(run, versus) {
  const beside = versus ? `&versus=${encodeURIComponent(versus)}` : "";
  history.replaceState(null, "", run ? `#run=${encodeURIComponent(run)}${beside}` : location.pathname);
}

/** A way to a part of the page that leaves the address as it is. */
export function go(part) {
  $(part).scrollIntoView({ block: "start" });
  $(part).focus({ preventScroll: true });
}

/** Links to parts of the page say nothing of a run: they go there, and the address stays. */
export function keepAddress() {
  for (const part of ["shop", "runs"]) {
    document.querySelector(`a[href="#${part}"]`).addEventListener("click", (event) => {
      event.preventDefault();
      go(part);
    });
  }
}
