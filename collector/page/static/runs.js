// The runs so far, and the same batch on other pools.

import { wentStrip } from "./answer.js";
import { fileOf } from "./api.js";
import { $, el, say, svg } from "./dom.js";
import { clockTime, known, seconds, times } from "./words.js";

const MOST = 12;

export class Runs {
  /** `onReplay(run)` shows one; `isHidden(run)` tells that its answer is not to be seen yet. */
  constructor({ onReplay, isHidden }) {
    Object.assign(this, { onReplay, isHidden, runs: [], all: false, current: null });
    $("older").addEventListener("click", () => this.#older());
  }

  hear(runs) {
    this.runs = runs;
    this.paint();
  }

  #older() {
    this.all = true;
    this.paint();
  }

  paint() {
    const seen = this.runs.filter((run) => !this.isHidden(run));
    const shown = this.all ? seen : seen.slice(0, MOST);
    $("noruns").hidden = seen.length > 0;
    $("older").hidden = shown.length === seen.length;
    $("runlist").replaceChildren(...(seen.length ? [head(), el("tbody", null, shown.map((run) => this.#row(run)))] : []));
    const latest = seen.find((run) => run.report);
    $("latest").hidden = !latest;
    if (latest) $("latest-report").href = fileOf(latest.run, "report.html");
    const here = seen.find((run) => run.run === this.current);
    $("together").hidden = !here?.together;
    if (here?.together) $("together").href = fileOf(here.together, "report.html");
    this.#pools(seen, here);
  }

  #row(run) {
    const replay = el("a", { href: `#run=${encodeURIComponent(run.run)}`, on: { click: (event) => this.#replay(event, run) } }, "replay");
    const verdict = run.verdict === "pass" ? "pass" : el("b", null, run.verdict ?? "not complete");
    const note = [run.simulated ? "simulated" : "", run.note].filter(Boolean).join("; ");
    return el(
      "tr",
      { class: run.run === this.current ? "here" : null },
      cell("muted wide", clockTime(run.started)),
      cell("wide", run.exercise ?? run.work),
      el("td", { class: "a-name" }, el("span", { class: "phone muted" }, `${clockTime(run.started)} ${run.work}, `), el("b", null, run.pool), " ", el("span", { class: "muted" }, run.size)),
      cell("num muted wide", known(run.predicted_s) ? seconds(run.predicted_s) : ""),
      el("td", { class: "num a-time" }, el("b", null, seconds(run.completion_s))),
      cell("num wide muted", times(run.ratio)),
      el("td", { class: "a-bar strip" }, run.where_time_went_s ? wentStrip(run, 12) : null),
      cell("muted a-why", run.held_back_by ?? "–"),
      el("td", { class: "a-verdict" }, verdict, note ? el("span", { class: "muted" }, `: ${note}`) : null),
      el("td", { class: "a-acts" }, el("div", { class: "acts" }, replay, run.report ? el("a", { href: fileOf(run.run, "report.html") }, "report") : null, run.together ? el("a", { href: fileOf(run.together, "report.html") }, "of all") : null)),
    );
  }

  #replay(event, run) {
    event.preventDefault();
    this.onReplay(run.run);
  }

  /** The same batch in other ways: the latest of each pool and size, with as many jobs and the same seed. */
  #pools(seen, here) {
    const same = here ? sameBatch(seen, here) : [];
    $("pools").hidden = same.length < 2;
    if (same.length < 2) return;
    const most_s = Math.max(...same.map((run) => run.completion_s));
    say($("pools-title"), `The same ${here.jobs.toLocaleString("en")} ${here.work === "papers" ? "papers" : "orders"}, ${same.length} ways`);
    const head = el("thead", null, el("tr", null, ["Pool", "Completion"].map((text) => el("th", { scope: "col" }, text)), el("th", { class: "num", scope: "col" }, "Time"), el("th", { class: "num wide", scope: "col" }, "× ideal"), el("th", { class: "wide", scope: "col" }, "Held back by")));
    $("pools-table").replaceChildren(head, el("tbody", null, same.map((run) => poolRow(run, run.run === this.current, most_s))));
  }
}

// What makes it the same batch; only who does it, and how, may differ.
const SAME = ["work", "jobs", "seed", "speed", "machines", "grader", "rate"];

export function sameBatch(runs, here) {
  const ways = new Map();
  const isSame = (run) => SAME.every((name) => (run[name] ?? null) === (here[name] ?? null)) && known(run.completion_s) && !run.simulated === !here.simulated;
  for (const run of [here, ...runs]) {
    const way = `${run.pool} ${run.size}`;
    if (isSame(run) && !ways.has(way)) ways.set(way, run);
  }
  return [...ways.values()].sort((a, b) => b.completion_s - a.completion_s).slice(0, 10);
}

const cell = (name, text) => el("td", { class: name }, text);

function head() {
  const names = [["wide", "Started"], ["wide", "Work"], ["", "Pool"], ["num wide", "You said"], ["num", "It took"], ["num wide", "× ideal"], ["strip", "Where the time went"], ["", "Held back by"], ["", "Verdict"]];
  return el("thead", null, el("tr", null, names.map(([name, text]) => el("th", { class: name, scope: "col" }, text)), el("th", null, el("span", { class: "sr" }, "What to do"))));
}

function poolRow(run, isHere, most_s) {
  const wide = (s) => `${((100 * s) / most_s).toFixed(2)}%`;
  const bar = svg("svg", { class: "pool-bar", width: "100%", height: 18, "aria-hidden": "true" }, svg("rect", { y: 3, height: 12, width: wide(run.completion_s), fill: `var(${isHere ? "--ink" : "--ink-3"})` }), known(run.ideal_s) ? svg("rect", { x: wide(run.ideal_s), width: 2, height: 18, fill: "var(--ink)", stroke: "var(--paper)" }) : null);
  return el("tr", { class: isHere ? "here" : null }, el("td", { class: "a-name" }, el("b", null, run.pool), " ", el("span", { class: "muted" }, run.size)), el("td", { class: "a-bar" }, bar), el("td", { class: "num a-time" }, el("b", null, seconds(run.completion_s))), el("td", { class: "num wide muted" }, times(run.ratio)), el("td", { class: "muted a-why" }, run.held_back_by ?? "–"));
}
