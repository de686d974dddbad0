// The lanes as a table: every order with what it spent its time on, for whoever does not see the picture.

import { fileOf } from "./api.js";
import { $, el } from "./dom.js";
import { BAR_KINDS, HANDS, HANDS_WAIT, nameOf } from "./kinds.js";
import { jobPlaces } from "./measures.js";
import { story } from "./words.js";

const MOST_ROWS = 2000;

/** Rows of the table: [id, name, worker, slot, waited, seconds by kind..., ended]; undefined where it is not known. */
export function tableRows(model, most = MOST_ROWS) {
  const spans = executions(model);
  return model.jobIds.slice(0, most).map((id, job) => ({ id, name: model.names[job], ...told(model, job, spans.get(job)), ended: model.jobs.ended[job], outcome: model.jobs.outcome[job] }));
}

/** A span of each job that began: of the execution that counts, or of the last one where none does yet. */
function executions(model) {
  const found = new Map();
  const { job, lane, start } = model.spans;
  for (let i = 0; i < job.length; i++) {
    const { lane: counts, ended } = model.jobs;
    if (lane.data[i] === counts[job.data[i]] && !(start.data[i] > ended[job.data[i]])) found.set(job.data[i], i);
  }
  return found;
}

/** Who worked at a job, how long it waited before, and what that took. Of one that never began nothing is known. */
function told(model, job, index) {
  if (index === undefined) return { spent: BAR_KINDS.map(() => 0) };
  const number = model.spans.lane.data[index];
  const { worker, slot } = model.lanes[number];
  const begun = model.spans.start.data[model.lanes[number].list.data[jobPlaces(model, index)[0]]];
  const sent = model.jobs.sent[job];
  return { worker: model.workers[worker].name, slot: slot + 1, waited: sent === undefined ? undefined : Math.max(0, begun - sent), spent: spent(model, index) };
}

function spent(model, index) {
  const { spans } = model;
  const { list } = model.lanes[spans.lane.data[index]];
  const [from, to] = jobPlaces(model, index);
  const by = BAR_KINDS.map(() => 0);
  for (let place = from; place < to; place++) {
    const span = list.data[place];
    const took = spans.end.data[span] - spans.start.data[span];
    if (Number.isNaN(took)) continue;
    const filled = spans.kind.data[span] === HANDS ? spans.filled.data[span] || 0 : 1;
    by[spans.kind.data[span]] += took * filled;
    by[HANDS_WAIT] += took * (1 - filled);
  }
  return by;
}

export function drawTable(model) {
  const rows = tableRows(model);
  const words = story(model.meta.work);
  const kinds = BAR_KINDS.map((_, kind) => kind).filter((kind) => rows.some((row) => row.spent[kind] > 0));
  const head = [words.job, words.table, words.who.replace(/^./, (c) => c.toUpperCase()), "Slot"].map((text) => el("th", { scope: "col" }, text));
  const figures = [capital(words.line), ...kinds.map((kind) => capital(nameOf(BAR_KINDS[kind], model.meta.work))), `${capital(words.done)} at`].map((text) => el("th", { scope: "col", class: "num" }, `${text}, s`));
  const number = (value) => el("td", { class: "num" }, value === undefined ? "–" : value.toFixed(2));
  const body = rows.map((row) =>
    el("tr", null, el("th", { scope: "row" }, row.id), el("td", null, row.name), el("td", null, row.worker ?? "–"), el("td", null, row.slot ?? "–"), number(row.waited), kinds.map((kind) => number(row.spent[kind])), row.outcome === "failed" ? el("td", { class: "num" }, "failed") : number(row.ended)),
  );
  const more = model.planned > rows.length && rows.length === MOST_ROWS ? el("caption", null, `The first ${MOST_ROWS}; all of them are in `, el("a", { href: fileOf(model.run, "tasks.csv") }, "tasks.csv")) : el("caption", { class: "sr" }, model.meta.title ?? "The lanes");
  $("table").replaceChildren(more, el("thead", null, el("tr", null, head, figures)), el("tbody", null, body));
}

const capital = (text) => text.replace(/^./, (c) => c.toUpperCase());
