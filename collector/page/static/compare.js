// Two runs above each other on one time axis: which runs fit beside the one that is shown.

import { $, el } from "./dom.js";
import { clockTime, seconds } from "./words.js";

const MOST = 30;

/** Those to compare with, the likeliest first: the same work and as many jobs, then the same work. */
export function candidates(runs, run) {
  const here = runs.find((each) => each.run === run);
  const others = runs.filter((each) => each.run !== run && each.completion_s);
  if (!here) return others.slice(0, MOST);
  const nearness = (each) => (each.work === here.work ? 0 : 2) + (each.jobs === here.jobs ? 0 : 1);
  return others.map((each, i) => [nearness(each), i, each]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , each]) => each).slice(0, MOST);
}

let shown = "";

export function offer(runs, run, chosen) {
  const list = run ? candidates(runs, run) : [];
  $("versusbox").hidden = !list.length;
  const key = JSON.stringify([list.map((each) => each.run), chosen]);
  if (key !== shown) fill(list, chosen);
  shown = key;
  $("versus").value = chosen;
}

function fill(list, chosen) {
  const option = (each) => el("option", { value: each.run, selected: each.run === chosen }, `${each.pool} ${each.size}, ${each.work}, ${seconds(each.completion_s)}, ${clockTime(each.started)}${each.simulated ? ", simulated" : ""}`);
  $("versus").replaceChildren(el("option", { value: "" }, "nothing"), ...list.map(option));
}
