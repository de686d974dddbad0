// The lanes: one canvas that shows, at one moment, a model through a view. It reads what it is given and keeps only what makes
// the next frame cheap. Bars are drawn in device pixels; words in CSS pixels.

import { drawTrack, EDGE, handsLevels, INK, Rectangles } from "./bars.js";
import { aboveOf } from "./columns.js";
import { handsBusy_s, held_s, jobPlaces } from "./fold.js";
import { BAR_KINDS, HANDS, MACHINE } from "./kinds.js";
import { drawLine } from "./line.js";
import { canvasFills } from "./patterns.js";
import { ink } from "./theme.js";
import { inView, placeFlags } from "./view.js";
import { percent } from "./words.js";

const FADE = 0.32;
const FADE_KIND = 0.22;

export class LaneCanvas {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.rectangles = new Rectangles();
    this.levels = new WeakMap();
    this.fills = null;
  }

  /** Colours or the size of type have changed. */
  forget() {
    this.fills = null;
    this.levels = new WeakMap();
  }

  /**
   * Draw one frame. `scene` has the layout, the axis, the width in pixels, the scroll in pixels, the clock of each model
   * (`now_s`), flags, the focus {model, index} or null, the kind shown alone or -1, and whether a run has begun.
   */
  draw(scene) {
    this.scene = scene;
    this.#size(scene);
    const { context, dpr } = this;
    const { layout, width } = scene;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = ink("--paper");
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.after = [];
    if (layout.scrolls) this.#clip(layout.head_px, layout.view_px, () => this.#rows(layout.rows, scene.scroll_px));
    else this.#rows(layout.rows, 0);
    if (layout.scrolls) this.#clip(0, layout.head_px, () => this.#rows(layout.fixed, 0));
    context.setTransform(dpr, 0, 0, dpr, 0, 0);
    this.#axis();
    for (const group of layout.groups) if (group.type === "span") this.#flags(group);
    for (const later of this.after) later();
    this.after = [];
    return this.bars;
  }

  #size({ layout, width }) {
    const dpr = devicePixelRatio || 1;
    const [w, h] = [Math.round(width * dpr), Math.round(layout.view_px * dpr)];
    if (this.canvas.width !== w || this.canvas.height !== h || this.dpr !== dpr) {
      Object.assign(this.canvas, { width: w, height: h });
      this.canvas.style.height = `${layout.view_px}px`;
      this.dpr = dpr;
      this.fills = null;
    }
    this.hair = Math.max(1, Math.round(dpr));
    if (!this.fills) {
      this.fills = canvasFills(this.context, ink, (dpr * layout.rem) / 16);
      this.styles = BAR_KINDS.map((name) => this.fills[name]);
      this.styles[INK] = ink("--ink");
      this.styles[EDGE] = ink("--milk-edge");
    }
  }

  #clip(from, to, draw) {
    const { context, dpr } = this;
    context.save();
    context.setTransform(dpr, 0, 0, dpr, 0, 0);
    context.beginPath();
    context.rect(0, from, this.scene.width, to - from);
    context.clip();
    draw();
    context.restore();
  }

  #rows(rows, scroll_px) {
    const { scene, context, dpr } = this;
    const { layout } = scene;
    const top = layout.scrolls && rows === layout.rows ? layout.head_px : 0;
    const [from, to] = inView(rows, scroll_px + top, scroll_px + layout.view_px);
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.#tracks(rows, from, to, scroll_px);
    for (let at = from; at < to; at++) this.#bars(rows[at], rows[at].y - scroll_px);
    const fade = scene.focus ? FADE : FADE_KIND;
    this.bars = this.rectangles.flush(context, this.styles, fade);
    context.setTransform(dpr, 0, 0, dpr, 0, 0);
    for (let at = from; at < to; at++) this.#words(rows[at], rows[at].y - scroll_px);
    if (rows !== layout.fixed) for (const group of layout.groups) if (group.type === "who") this.#who(group, scroll_px, top);
  }

  /** Time that passed is a track, time to come a faint line. */
  #tracks(rows, from, to, scroll_px) {
    const { context, dpr, scene } = this;
    const { axis } = scene;
    context.fillStyle = ink("--rule");
    for (const tick of scene.ticks) context.fillRect(Math.round(axis.x(tick.time_s) * dpr), Math.round(1 * scene.layout.rem * dpr), this.hair, this.canvas.height);
    context.fillStyle = ink("--track");
    for (let at = from; at < to; at++) {
      const row = rows[at];
      if (row.type !== "slot" && row.type !== "head" && row.type !== "hands") continue;
      const [y, height] = this.#barPlace(row, row.y - scroll_px);
      const until = Math.max(axis.from_s, Math.min(scene.now_s(row.model), axis.to_s));
      const [x0, x1, x2] = [axis.x0, axis.x(until), axis.x1].map((x) => Math.round(x * dpr));
      if (row.type !== "hands") context.fillRect(x0, y + height, x2 - x0, this.hair);
      if (scene.isBegun && x1 > x0) context.fillRect(x0, y, x1 - x0, height);
    }
  }

  #barPlace(row, y) {
    const { rem, isTwo } = this.scene.layout;
    const gap = (isTwo ? 0.125 : 0.1875) * rem;
    const top = Math.round(y * this.dpr);
    return [top, Math.max(2, Math.round((y + row.h - gap) * this.dpr) - top)];
  }

  #frame(model) {
    const { scene, dpr, hair } = this;
    const { axis } = scene;
    const kind = scene.kind;
    return { now_s: scene.now_s(model), from_s: axis.from_s, until_s: axis.to_s, x0: axis.x0 * dpr, perSecond: axis.perSecond * dpr, hair, gap: 2 * hair, kind, milkEdge: !scene.layout.isTwo };
  }

  #bars(row, y) {
    if (!this.scene.isBegun) return;
    if (row.type === "slot") this.#slot(row, y);
    else if (row.type === "head") this.#head(row, y);
    else if (row.type === "hands") this.#hands(row, y);
  }

  #slot(row, y) {
    const { model } = row;
    const track = model.lanes[row.lane];
    const [top, height] = this.#barPlace(row, y);
    const frame = this.#frame(model);
    drawTrack(this.rectangles, model, track, top, height, frame, this.#focusJob(model));
    const under = track.at(model.spans, frame.now_s);
    if (under >= 0 && frame.now_s <= frame.until_s) {
      const x = Math.round(frame.x0 + (frame.now_s - frame.from_s) * frame.perSecond);
      if (frame.now_s < model.end_s || model.isOpen) this.rectangles.plain[INK].add(x - 2 * this.hair, top, 2 * this.hair, height);
    }
    const { focus } = this.scene;
    if (focus?.model === model && model.spans.lane.data[focus.index] === row.lane) this.after.push(() => this.#outline(focus, y, row.h));
  }

  #focusJob(model) {
    const { focus } = this.scene;
    if (!focus) return -1;
    return focus.model === model ? model.spans.job.data[focus.index] : -2;
  }

  #outline({ model, index }, y, h) {
    const { context, scene } = this;
    const { axis, layout } = scene;
    const { list } = model.lanes[model.spans.lane.data[index]];
    const [from, to] = jobPlaces(model, index);
    const now_s = scene.now_s(model);
    const end = model.spans.end.data[list.data[to - 1]];
    const x0 = Math.max(axis.x0, axis.x(model.spans.start.data[list.data[from]]));
    const x1 = Math.min(axis.x1, axis.x(Number.isNaN(end) ? now_s : Math.min(end, now_s)));
    if (y < (layout.scrolls ? layout.head_px : 0) - h || x1 < x0) return;
    context.strokeStyle = ink("--ink");
    context.lineWidth = 1.5;
    context.strokeRect(x0 - 0.75, y - 0.75, Math.max(1, x1 - x0) + 1, h - (layout.isTwo ? 0.125 : 0.1875) * layout.rem + 1.5);
  }

  #head(row, y) {
    const [top, height] = this.#barPlace(row, y);
    drawTrack(this.rectangles, row.model, row.model.heads[row.head], top, height, { ...this.#frame(row.model), gap: this.hair }, this.#focusJob(row.model));
  }

  /** The hands strip is the GIL as a lane: how many hands were at work. More than one pair cannot be, but for rounding. */
  #hands(row, y) {
    const { scene } = this;
    const { axis } = scene;
    const [top, height] = this.#barPlace(row, y);
    const frame = this.#frame(row.model);
    const levels = this.#levelsOf(row, frame);
    const x0 = Math.round(axis.x0 * this.dpr);
    const until = Math.min(levels.length, Math.ceil((frame.now_s - frame.from_s) * frame.perSecond));
    const bucket = (scene.focus || (scene.kind !== -1 && scene.kind !== HANDS) ? this.rectangles.faded : this.rectangles.plain)[HANDS];
    for (let from = 0; from < until; ) {
      const tall = Math.round(height * Math.min(1, levels[from]));
      let to = from + 1;
      while (to < until && Math.round(height * Math.min(1, levels[to])) === tall) to++;
      if (tall > 0) bucket.add(x0 + from, top + height - tall, to - from, tall);
      from = to;
    }
  }

  #levelsOf(row, frame) {
    const key = `${row.model.version} ${frame.from_s} ${frame.perSecond}`;
    let known = this.levels.get(row);
    if (known?.key !== key) {
      const columns = known?.columns.length === this.#columns() ? known.columns : new Float32Array(this.#columns());
      handsLevels(columns, row.model, row.lanes, frame);
      this.levels.set(row, (known = { key, columns }));
    }
    return known.columns;
  }

  #columns() {
    return Math.max(1, Math.round((this.scene.axis.x1 - this.scene.axis.x0) * this.dpr));
  }

  // ------------------------------------------------------------------ words

  text(words, x, y, { align = "left", size = 0.75, color = "--ink-2", weight = 400, serif = false, most = Infinity } = {}) {
    const { context, scene } = this;
    context.font = `${weight} ${size * scene.layout.rem}px ${ink(serif ? "--serif" : "--sans")}`;
    context.fillStyle = ink(color);
    context.textAlign = align;
    context.textBaseline = "middle";
    const shown = most === Infinity ? words : this.#fitted(words, most);
    context.fillText(shown, x, y);
    return context.measureText(shown).width;
  }

  #fitted(words, most) {
    const { context } = this;
    if (context.measureText(words).width <= most) return words;
    let cut = words;
    while (cut.length > 1 && context.measureText(`${cut}…`).width > most) cut = cut.slice(0, -1);
    return `${cut}…`;
  }

  #words(row, y) {
    const { rem, narrow, isTwo } = this.scene.layout;
    const middle = y + (row.h - (isTwo ? 0.125 : 0.1875) * rem) / 2;
    const gutter = this.scene.axis.x0 - rem * 0.6;
    const number = { align: "right", color: "--ink-3", size: 0.6875 };
    if (row.type === "title") this.#title(row, y);
    else if (row.type === "label") this.after.push(() => this.#label(row, y));
    else if (row.type === "line") drawLine(this, row, y);
    else if (row.type === "head") this.#headWords(row, y, middle, gutter);
    else if (row.type === "hands" && !narrow && !isTwo) this.text("hands", gutter, middle, number);
    else if (row.type === "slot" && !isTwo) this.text(String(row.model.lanes[row.lane].slot + 1), gutter, middle, number);
  }

  #title(row, y) {
    const { meta } = row.model;
    const about = `${meta.pool} ${meta.size ?? ""}${meta.simulated ? ", simulated" : ""}`;
    this.text(about, 0, y + row.h * 0.4, { serif: true, size: 1.125, color: "--ink" });
  }

  #headWords(row, y, middle, gutter) {
    const { rem, narrow, isTwo } = this.scene.layout;
    const serif = { serif: true, size: isTwo ? 0.9375 : 1.0625, color: "--ink" };
    if (row.head === 0 && !narrow) {
      this.text(isTwo ? "Machine" : "Espresso", 0, middle, serif);
      if (!isTwo) this.text("machine", 0, middle + rem * 1.2, serif);
      this.#figure(row.model, "machine", this.machineBusy(row.model), "heads busy", middle);
    }
    if (!isTwo) this.text(narrow ? String(row.head + 1) : `head ${row.head + 1}`, gutter, middle, { align: "right", color: "--ink-3", size: narrow ? 0.6875 : 0.75 });
    if (!isTwo && this.scene.isBegun && !this.scene.focus && this.scene.kind === -1) this.#pullNumbers(row, y);
  }

  /** Which order each pull is for, where there is room to say so. */
  #pullNumbers(row, y) {
    const { context, scene, dpr } = this;
    const { rem } = scene.layout;
    const { axis } = scene;
    const { spans, heads, jobIds } = row.model;
    const { list } = heads[row.head];
    const now_s = scene.now_s(row.model);
    if (axis.perSecond * (axis.to_s - axis.from_s) < list.length * 4) return;
    const [top, tall] = this.#barPlace(row, y).map((v) => v / dpr);
    const to = aboveOf(list, spans.start.data, Math.min(now_s, axis.to_s));
    for (let place = Math.max(0, aboveOf(list, spans.start.data, axis.from_s) - 1); place < to; place++) {
      const index = list.data[place];
      const end = spans.end.data[index];
      const x0 = Math.max(axis.x0, axis.x(spans.start.data[index]));
      const x1 = Math.min(axis.x1, axis.x(end <= now_s ? end : now_s));
      const words = jobIds[spans.job.data[index]];
      if (x1 - x0 < rem * (0.7 + 0.45 * words.length)) continue;
      const width = rem * (0.3 + 0.43 * words.length);
      context.fillStyle = ink("--machine");
      context.fillRect((x0 + x1 - width) / 2, top + tall * 0.12, width, tall * 0.76);
      this.text(words, (x0 + x1) / 2, top + tall / 2 + 0.5, { align: "center", color: "--on-machine", size: 0.6875, weight: 500 });
    }
  }

  #figure(model, key, part, unit, y) {
    const { scene } = this;
    if (!scene.isBegun) return;
    const { rem, isTwo } = scene.layout;
    this.text(percent(part), scene.width, y, { align: "right", size: isTwo ? 0.875 : 1.0625, color: "--ink", weight: scene.limitOf(model) === key ? 600 : 400 });
    if (!isTwo) this.text(unit, scene.width, y + rem * 1.15, { align: "right" });
  }

  machineBusy(model) {
    const now_s = Math.min(this.scene.now_s(model), model.end_s);
    return model.heads.reduce((sum, _, head) => sum + held_s(model, head, now_s), 0) / (model.heads.length * now_s || 1);
  }

  handsBusy(model, worker) {
    const now_s = Math.min(this.scene.now_s(model), model.end_s);
    const { shares_hands: shares, slots } = model.workers[worker];
    return handsBusy_s(model, worker, now_s) / ((shares ? 1 : slots) * now_s || 1);
  }

  #label(row, y) {
    const { context, scene } = this;
    const { rem } = scene.layout;
    const at = (words, align, options) => {
      context.font = `${options.weight ?? 400} ${(options.size ?? 0.75) * rem}px ${ink(options.serif ? "--serif" : "--sans")}`;
      const width = context.measureText(words).width;
      const x = align === "right" ? scene.axis.x1 : 0;
      context.fillStyle = ink("--paper");
      context.fillRect((align === "right" ? x - width : x) - 3, y + 1, width + 6, row.h - 3);
      this.text(words, x, y + row.h * 0.5, { align, ...options });
    };
    const [name, busy, key] = row.head ? ["Espresso machine", `${percent(this.machineBusy(row.model))} busy`, "machine"] : this.#workerLabel(row);
    at(name, "left", { serif: true, size: 0.9375, color: "--ink" });
    if (scene.isBegun) at(busy, "right", { weight: scene.limitOf(row.model) === key ? 600 : 400 });
  }

  #workerLabel({ model, worker }) {
    const { name, host, pool } = model.workers[worker];
    return [`${name}, ${host}, ${pool}`, `${percent(this.handsBusy(model, worker))} hands busy`, "hands"];
  }

  /** A worker's name, as many lines of it as there is room for; it stays in view while its lanes are. */
  #who(group, scroll_px, head_px) {
    const { scene } = this;
    const { rem, narrow, isTwo, view_px } = scene.layout;
    const y = Math.max(group.y - scroll_px, head_px);
    const bottom = group.y + group.h - scroll_px;
    if (narrow || bottom < head_px || y > view_px) return;
    const worker = group.model.workers[group.worker];
    const first = y + (isTwo ? 0.55 : 0.6 + (worker.shares_hands && y > head_px ? 0.55 : 0)) * rem;
    const most = scene.axis.x0 - rem * 3.1;
    const lines = [worker.name, worker.host, `${worker.pool} × ${worker.slots}`].slice(0, isTwo ? 2 : 3);
    lines.forEach((words, i) => {
      const at = first + rem * (isTwo ? 1 : 1.12) * i;
      if (at + rem * 0.3 <= bottom || i === 0) this.text(words, 0, at, i ? { most } : { serif: true, size: isTwo ? 0.9375 : 1.0625, color: "--ink", most });
    });
    this.#figure(group.model, "hands", this.handsBusy(group.model, group.worker), worker.shares_hands ? "hands busy" : "of all hands", first);
  }

  // ------------------------------------------------------------- the axis

  #axis() {
    const { context, scene } = this;
    const { axis, layout, ticks } = scene;
    const { rem, narrow } = layout;
    context.fillStyle = ink("--paper");
    if (layout.scrolls) context.fillRect(axis.x0 - 2 * rem, 0, axis.x1 - axis.x0 + 4 * rem, rem);
    ticks.forEach((tick, i) => this.text(i === 0 && !narrow ? `${tick.text} s` : tick.text, axis.x(tick.time_s), rem * 0.5, { align: "center", color: "--ink-3" }));
  }

  #line(x, from, to, dash, width) {
    const { context } = this;
    const at = Math.round(x * this.dpr) / this.dpr;
    context.strokeStyle = ink("--ink");
    context.lineWidth = width;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(at, from);
    context.lineTo(at, to);
    context.stroke();
    context.setLineDash([]);
  }

  /** You said, bound, ideal, served: on the axis, with a line through the lanes. */
  #flags(group) {
    const { context, scene } = this;
    const { axis, layout } = scene;
    const { rem, isTwo } = layout;
    const shown = scene.flags(group.model, group.index).filter(({ time_s }) => time_s >= axis.from_s && time_s <= axis.to_s);
    const measured = shown.map((flag) => {
      context.font = `${flag.bold ? 600 : 400} ${0.75 * rem}px ${ink("--sans")}`;
      return { ...flag, x: axis.x(flag.time_s), width: context.measureText(flag.text).width };
    });
    const top = isTwo ? group.y - scene.scroll_px + rem * 0.6 : rem * 1.5;
    const bottom = Math.min(layout.view_px, isTwo ? group.y + group.h - scene.scroll_px : layout.view_px);
    const now_s = scene.now_s(group.model);
    if (scene.isBegun && now_s >= axis.from_s && now_s <= axis.to_s && (scene.isMoving || now_s < group.model.end_s - 1e-6)) {
      this.#line(axis.x(now_s), isTwo ? group.y - scene.scroll_px : 0, bottom, [], 1.5);
    }
    for (const flag of placeFlags(measured, scene.width)) this.#flag(flag, top + flag.row * rem * 1.15, bottom);
  }

  #flag({ x, side, span, text, dash, bold, width }, y, bottom) {
    const { context, scene } = this;
    const { rem } = scene.layout;
    this.#line(x, y - rem * 0.5, bottom, dash, 1.25);
    this.after.push(() => {
      context.fillStyle = ink("--paper");
      context.fillRect(span[0] + (side > 0 ? 3 : -1), y - rem * 0.5, width + 4, rem);
      this.text(text, x + side * 5, y, { align: side > 0 ? "left" : "right", color: "--ink", weight: bold ? 600 : 400 });
    });
  }
}
