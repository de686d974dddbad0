// Reading a bar: by pointer, by touch, by arrow keys. The whole order is read, not one step of it.

import { aboveOf } from "./columns.js";
import { $, el } from "./dom.js";
import { BAR_KINDS, HANDS, nameOf } from "./kinds.js";
import { jobPlaces, placesIn, trackOf } from "./measures.js";
import { swatch } from "./patterns.js";
import { rowAt } from "./view.js";
import { seconds, story } from "./words.js";

const FULL = 0.97;

/** Steps of a shop that is fast-forwarded are milliseconds. */
const fine = (s) => seconds(s, s < 0.1 ? 3 : 2);

/** The span under a point of the canvas, or null. */
export function spanAt(scene, x, y) {
  const { layout, axis } = scene;
  if (!scene.isBegun || x < axis.x0 || x > axis.x1) return null;
  const isFixed = y < layout.head_px;
  const row = rowAt(isFixed ? layout.fixed : layout.rows, isFixed ? y : y + scene.scroll_px);
  if (row?.type !== "slot" && row?.type !== "head") return null;
  const time_s = axis.time_s(x);
  if (time_s > scene.now_s(row.model)) return null;
  const index = trackOf(row).at(row.model.spans, time_s);
  return index < 0 ? null : { model: row.model, index, head: row.head };
}

/** What can be said of an order at a moment: {title, about, steps: [{kind, s, isNow}]}. */
export function tell({ model, index }, now_s) {
  const { spans, jobs, jobIds, names, meta } = model;
  const words = story(meta.work);
  const job = spans.job.data[index];
  const { worker, slot } = model.lanes[spans.lane.data[index]];
  const { list } = model.lanes[spans.lane.data[index]];
  const [from, to] = jobPlaces(model, index);
  const steps = [];
  for (let place = from; place < to; place++) addStep(steps, spans, list.data[place], now_s);
  const begun = spans.start.data[list.data[from]];
  const last = spans.end.data[list.data[to - 1]];
  // A job that was done twice is told of as what each execution was.
  const counts = jobs.lane[job] === model.spans.lane.data[index] && !(begun > jobs.ended[job]);
  const end = Number.isNaN(last) || jobs.ended[job] === undefined ? Infinity : counts ? jobs.ended[job] : last;
  const name = names[job] && names[job] !== jobIds[job] ? `, ${names[job]}` : "";
  const waited = jobs.sent[job] === undefined ? "" : `${seconds(Math.max(0, begun - jobs.sent[job]))} ${words.line}, `;
  const failed = !counts ? " Another time that it was done counts." : jobs.outcome[job] === "failed" ? " It failed." : "";
  return {
    title: `${words.job} ${jobIds[job]}${name}`,
    about: `${model.workers[worker].name}, slot ${slot + 1}. ${waited}${seconds(Math.min(end, now_s) - begun)} ${words.air}${end <= now_s ? `, ${words.done} at ${seconds(end)}` : ""}.${failed}`,
    work: model.meta.work,
    steps,
    begun,
    end: Math.min(end, now_s),
  };
}

/** Hands and waiting for hands add up to the step's wall time. */
function addStep(steps, spans, index, now_s) {
  const start = spans.start.data[index];
  if (start >= now_s) return;
  const end = spans.end.data[index];
  const isNow = !(end <= now_s);
  const took_s = (isNow ? now_s : end) - start;
  const kind = spans.kind.data[index];
  const filled = kind === HANDS ? spans.filled.data[index] : 1;
  if (Number.isNaN(filled)) steps.push({ kind: "hands", s: took_s, isNow, note: "at work or waiting" });
  else {
    steps.push({ kind: BAR_KINDS[kind], s: took_s * filled, isNow });
    if (filled < FULL) steps.push({ kind: "hands_wait", s: took_s * (1 - filled), isNow });
  }
}

export class Reading {
  /** `shop` gives `scene()`, `redraw()`, `reveal(row, time_s)`, `zoom(factor)` and `toggle()`. */
  constructor(canvas, shop) {
    Object.assign(this, { canvas, shop, picked: null, hovered: null });
  }

  get focus() {
    return this.hovered ?? this.picked;
  }

  /** The moment of what is picked, or undefined. */
  get moment_s() {
    return this.picked?.model.spans.start.data[this.picked.index];
  }

  forget() {
    this.picked = this.hovered = null;
    $("tip").hidden = true;
  }

  #point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #set(change) {
    Object.assign(this, change);
    this.shop.redraw();
  }

  /** What happens on the canvas: the pointer moves or leaves, something is pressed, the focus goes. */
  hear(event) {
    const isTouch = event.pointerType === "touch";
    if (event.type === "pointermove" && !isTouch) this.#set({ hovered: spanAt(this.shop.scene(), ...this.#point(event)) });
    else if (event.type === "pointerleave" && !isTouch) this.#set({ hovered: null });
    else if (event.type === "click") this.#tap(event);
    else if (event.type === "blur") this.#set({ picked: null });
    else if (event.type === "keydown") this.#key(event);
  }

  #tap(event) {
    const hit = spanAt(this.shop.scene(), ...this.#point(event));
    const isSame = hit && this.picked && hit.model === this.picked.model && hit.model.spans.job.data[hit.index] === hit.model.spans.job.data[this.picked.index];
    this.#set({ picked: isSame ? null : hit });
  }

  #key(event) {
    const acts = { Escape: () => this.#escape(), " ": () => this.shop.toggle(), "+": () => this.shop.zoom(0.5), "=": () => this.shop.zoom(0.5), "-": () => this.shop.zoom(2), 0: () => this.shop.zoom(Infinity) };
    const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (event.key in acts) acts[event.key]();
    else if (event.key in moves) this.#along(moves[event.key]);
    else this.#across(event.key === "ArrowUp" ? -1 : 1);
  }

  #escape() {
    this.#set({ picked: null, hovered: null });
  }

  /** The spans of a row that have begun: its list, and how many. */
  #begun(row) {
    const { list } = trackOf(row);
    return [list.data, aboveOf(list, row.model.spans.start.data, this.shop.scene().now_s(row.model) - 1e-9)];
  }

  /** The rows of heads and slots, and the place of the picked one among them; else of the first slot that has a bar. */
  #rows() {
    const { fixed, rows: others } = this.shop.scene().layout;
    const rows = [...fixed, ...others].filter((row) => row.type === "head" || row.type === "slot");
    const { picked } = this;
    const isHere = picked ? (row) => row.model === picked.model && (picked.head === undefined ? row.lane === picked.model.spans.lane.data[picked.index] : row.head === picked.head) : (row) => row.type === "slot" && this.#begun(row)[1] > 0;
    return [rows, rows.findIndex(isHere)];
  }

  /** To the job before or after in the lane; to its first or last. */
  #along(by) {
    const [rows, at] = this.#rows();
    if (at < 0) return;
    const [list, count] = this.#begun(rows[at]);
    const [, from, to] = this.picked ? placesIn(rows[at], this.picked) : [null, 0, 0];
    const place = { 1: to, "-1": from - 1, Infinity: count - 1, "-Infinity": 0 }[by];
    this.#pick(rows[at], list[Math.max(0, Math.min(count - 1, place))]);
  }

  /** To the lane above or below, at the same moment. */
  #across(by) {
    const [rows, here] = this.#rows();
    if (!this.picked) return this.#along(1);
    const middle_s = this.#middle_s(rows[here]);
    let at = here + by;
    while (rows[at] && !this.#begun(rows[at])[1]) at += by;
    if (!rows[at]) return undefined;
    const { list } = trackOf(rows[at]);
    return this.#pick(rows[at], list.data[Math.max(0, aboveOf(list, rows[at].model.spans.start.data, middle_s) - 1)]);
  }

  /** The moment that lies in the middle of what is picked. */
  #middle_s(row) {
    const { model } = this.picked;
    const [list, from, to] = placesIn(row, this.picked);
    const end = model.spans.end.data[list.data[to - 1]];
    const now_s = this.shop.scene().now_s(model);
    return (model.spans.start.data[list.data[from]] + (end <= now_s ? end : now_s)) / 2;
  }

  #pick(row, index) {
    if (index === undefined) return;
    this.shop.reveal(row, row.model.spans.start.data[index]);
    this.#set({ picked: { model: row.model, index, head: row.head }, hovered: null });
    const told = tell(this.picked, this.shop.scene().now_s(row.model));
    $("say").textContent = `${row.type === "head" ? `Head ${row.head + 1}. ` : ""}${told.title}. ${told.about} ${told.steps.map((step) => `${nameOf(step.kind, told.work)} ${fine(step.s)}`).join(", ")}`;
  }

  /** The card beside the bar. */
  card() {
    const tip = $("tip");
    const { focus } = this;
    tip.hidden = !focus;
    if (!focus) return;
    const scene = this.shop.scene();
    const told = tell(focus, scene.now_s(focus.model));
    const key = JSON.stringify([told, focus.model.run]);
    if (key !== this.shown) tip.replaceChildren(el("h3", null, told.title), el("div", { class: "muted" }, told.about), el("ol", null, told.steps.map((step) => this.#step(step, told.work))));
    this.shown = key;
    this.#place(tip, scene, told);
  }

  #step({ kind, s, isNow, note }, work) {
    return el("li", { class: isNow ? "now" : null }, swatch(kind), el("span", null, `${nameOf(kind, work)}${note ? `: ${note}` : ""}${isNow ? ", now" : ""}`), el("span", null, fine(s)));
  }

  #place(tip, scene, told) {
    const { focus } = this;
    const { axis, layout, width } = scene;
    const row = layout.rows.find((each) => each.type === "slot" && each.model === focus.model && each.lane === focus.model.spans.lane.data[focus.index]);
    const y = (row?.y ?? 0) - scene.scroll_px;
    const [tall, wide] = [tip.offsetHeight, tip.offsetWidth];
    const end = Math.min(axis.x1, Math.max(axis.x0, axis.x(told.end)));
    const start = Math.min(axis.x1, Math.max(axis.x0, axis.x(told.begun)));
    const beside = end + wide + 14 < width ? end + 12 : Math.max(0, start - wide - 12);
    const left = layout.narrow ? Math.max(0, Math.min(width - wide, start)) : beside;
    const top = layout.narrow || (beside < end && beside + wide > start) ? y + (row?.h ?? 0) + 6 : y - tall * 0.3;
    tip.style.left = `${left}px`;
    tip.style.top = `${Math.max(0, Math.min(layout.view_px - tall, top))}px`;
  }
}
