// Notices: what is wrong, what it means for the result, what to do. Each leaves by itself when it is over.

import { $, el, prose, say } from "./dom.js";
import { plural, seconds } from "./words.js";

const BEHIND_FROM_S = 1;
const BEHIND_UNTIL_S = 0.5;
const STEP_S = 5;

let isBehind = false;

/** The notices of a moment: [{what, means}], `means` with code in backticks. `needed` is a batch that nobody is there for, or null. */
export function noticesOf({ lab, isLost, pulse, needed, run }) {
  const notices = [];
  const isGone = lab && (pulse?.broker ?? lab.broker.state) === "gone";
  if (isLost) notices.push({ what: "The page has lost the lab.", means: "It goes on by itself when the lab answers. If it stays away, look at the terminal where `manyhands serve` runs: where that has ended, so has a run that was started here; any other goes on." });
  else if (isGone) notices.push(brokerGone(lab.broker));
  if (behind(pulse?.behind_s ?? 0) && !isLost) notices.push({ what: `The page is ${some(pulse.behind_s)} behind.`, means: "The run itself is not slowed. Times stay exact; the page is catching up.", isCalm: true });
  if (needed && !isGone) notices.push(nobody(lab, needed));
  for (const { what, means, cure } of run?.notices ?? []) notices.push({ what, means: [means, cure].filter(Boolean).join(" ") });
  return notices;
}

function brokerGone(broker) {
  const lost = broker.persistent ? "Nothing is lost: what was sent waits where it is, and the page goes on by itself when it is back." : "The page goes on by itself when it is back.";
  const again = broker.retry_s ? ` Trying again in ${seconds(broker.retry_s, 0)}.` : "";
  return { what: "The broker does not answer.", means: `${lost}${again} If it stays away, run \`manyhands doctor\`.` };
}

function nobody(lab, { pool, workers }) {
  const others = Object.keys(lab.pools);
  const start = workers === 1 ? "tart one" : "tart them";
  const choose = others.length ? `Choose a pool that has somebody (${others.join(", ")}), or s${start}: ` : `S${start}: `;
  return { what: `Nobody works the ${pool} queue.`, means: `${choose}\`${lab.join.replaceAll("{pool}", pool).replace("{count}", workers)}\`` };
}

/** In steps, so that it is not spoken anew each second. */
const some = (s) => (s < 2 * STEP_S ? "a few seconds" : `more than ${seconds(STEP_S * Math.floor(s / STEP_S), 0)}`);

/** From one second behind; gone below half a second. */
function behind(behind_s) {
  isBehind = behind_s >= (isBehind ? BEHIND_UNTIL_S : BEHIND_FROM_S);
  return isBehind;
}

let shown = "";

export function showNotices(notices) {
  const key = JSON.stringify(notices);
  if (key === shown) return;
  shown = key;
  $("notices").replaceChildren(...notices.map(({ what, means, isCalm }) => el("div", { class: isCalm ? "notice calm" : "notice" }, el("b", null, what), " ", prose(means))));
}

/** What the page says of the lab, and the ways to Flower where there is one. */
export function showLab(lab, who) {
  say($("lab"), labWords(lab, who));
  for (const id of ["flower", "flower-foot"]) {
    $(id).hidden = !lab.flower_port;
    if (lab.flower_port) $(id).href = `http://${location.hostname}:${lab.flower_port}`;
  }
}

/** "Open. 2 baristas on 2 machines, clocks within 0.3 ms" */
function labWords(lab, who) {
  const { workers, broker } = lab;
  if (broker.state === "gone") return "Waiting for the broker";
  if (!workers.length) return lab.present_only ? `Open. Nobody is here yet` : `Open. Each run brings its own ${who}s`;
  const machines = new Set(workers.map((worker) => worker.computer ?? worker.host)).size;
  const within_s = Math.max(...workers.map((worker) => (worker.clock_round_trip_s ?? 0) / 2));
  const clocks = machines > 1 && within_s > 0 ? `, clocks within ${(within_s * 1000).toFixed(1)}\u00a0ms` : "";
  return `Open. ${plural(workers.length, who)} on ${plural(machines, "machine")}${clocks}`;
}
