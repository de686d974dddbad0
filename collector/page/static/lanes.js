// The lanes: one canvas that shows, at one moment, some models through a view. It reads the scene that it is given, and keeps
// only what makes the next frame cheap. Bars are in device pixels on a raster of the plot; words are in CSS pixels, on top.

import { drawTrack, EDGE, handsLevels, INK, PAPER, RULE, TRACK } from "./bars.js";
import { drawFlags } from "./flags.js";
import { drawWords, drawWho } from "./gutter.js";
import { BAR_KINDS, HANDS } from "./kinds.js";
import { trackOf } from "./measures.js";
import { drawOutline } from "./outline.js";
import { colourTile, kindTile } from "./patterns.js";
import { paintOf, Raster } from "./raster.js";
import { ink } from "./theme.js";
import { inView } from "./view.js";

const FADE = 0.32;
const FADE_KIND = 0.22;

export class LaneCanvas {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.levels = new WeakMap();
    this.raster = null;
  }

  /** Colours or the size of type have changed. */
  forget() {
    this.raster = null;
    this.levels = new WeakMap();
  }

  /**
   * Draw one frame. `scene` has the layout, the axis and its ticks, the width and the scroll in pixels, the clock of each
   * model (`now_s`), its flags, the focus {model, index} or null, the kind shown alone or -1, and whether a run has begun.
   */
  draw(scene) {
    this.scene = scene;
    this.#size(scene);
    this.later = [];
    this.#clear();
    const { layout } = scene;
    const main = this.#part(layout.rows, scene.scroll_px, layout.scrolls ? layout.head_px : 0);
    const fixed = this.#part(layout.fixed, 0, 0);
    for (const part of [main, fixed]) this.#plot(part);
    this.raster.putOn(this.context, this.left);
    this.context.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
    this.#words(main, fixed);
    for (const group of layout.groups) if (group.type === "span") drawFlags(this, group);
    for (const draw of this.later) draw();
  }

  /** The rows of a list that are in view, each with its height on the canvas. */
  #part(rows, scroll_px, top) {
    const [from, to] = inView(rows, scroll_px + top, scroll_px + this.scene.layout.view_px);
    return { rows: rows.slice(from, to).map((row) => [row, row.y - scroll_px]), top };
  }

  #size({ layout, width, axis }) {
    const dpr = devicePixelRatio || 1;
    const [w, h] = [Math.round(width * dpr), Math.round(layout.view_px * dpr)];
    if (this.canvas.width !== w || this.canvas.height !== h || this.dpr !== dpr) {
      Object.assign(this.canvas, { width: w, height: h });
      this.canvas.style.height = `${layout.view_px}px`;
      this.dpr = dpr;
      this.forget();
    }
    this.hair = Math.max(1, Math.round(dpr));
    this.left = Math.round(axis.x0 * dpr);
    const wide = Math.round(axis.x1 * dpr) + this.hair - this.left;
    if (this.raster?.width !== wide) this.#paints(new Raster(this.context, wide, h), (dpr * layout.rem) / 16);
  }

  #paints(raster, scale) {
    this.raster = raster;
    const tiles = BAR_KINDS.map((name) => kindTile(name, ink, scale));
    for (const [paint, token] of [[INK, "--ink"], [EDGE, "--milk-edge"], [PAPER, "--paper"], [TRACK, "--track"], [RULE, "--rule"]]) tiles[paint] = colourTile(ink(token));
    const track = paintOf(tiles[TRACK], raster.width);
    const faint = (alpha) => tiles.map((tile) => paintOf(tile, raster.width, track, alpha));
    this.plain = tiles.map((tile) => paintOf(tile, raster.width));
    this.faded = { focus: faint(FADE), kind: faint(FADE_KIND) };
  }

  #clear() {
    const { context, canvas, raster, plain, scene, dpr, hair } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = ink("--paper");
    context.fillRect(0, 0, canvas.width, canvas.height);
    raster.top = 0;
    raster.fill(plain[PAPER]);
    const top = Math.round(scene.layout.rem * dpr);
    for (const tick of scene.ticks) raster.rect(plain[RULE], Math.round(scene.axis.x(tick.time_s) * dpr) - this.left, top, hair, canvas.height);
  }

  #plot({ rows, top }) {
    this.raster.top = Math.round(top * this.dpr);
    for (const [row, y] of rows) {
      if (row.type !== "slot" && row.type !== "head" && row.type !== "hands") continue;
      const [at, height] = this.barPlace(row, y);
      const frame = this.#frame(row.model);
      this.#track(row, at, height, frame);
      if (this.scene.isBegun) this.#bars(row, at, height, frame, y);
    }
    this.raster.top = 0;
  }

  /** Top and height of a row's bars, in device pixels. */
  barPlace(row, y) {
    const { rem, isTwo } = this.scene.layout;
    const gap = (isTwo ? 0.125 : 0.1875) * rem;
    const top = Math.round(y * this.dpr);
    return [top, Math.max(2, Math.round((y + row.h - gap) * this.dpr) - top)];
  }

  #frame(model) {
    const { scene, dpr, hair, raster, plain } = this;
    const { axis, focus, kind } = scene;
    return { raster, plain, faded: focus ? this.faded.focus : this.faded.kind, now_s: scene.now_s(model), from_s: axis.from_s, until_s: axis.to_s, perSecond: axis.perSecond * dpr, hair, gap: 2 * hair, kind };
  }

  /** Time that passed is a track, time to come a faint line. */
  #track(row, y, height, frame) {
    const { raster, plain, hair } = this;
    const passed = Math.round((Math.min(frame.now_s, frame.until_s) - frame.from_s) * frame.perSecond);
    if (row.type !== "hands") raster.rect(plain[TRACK], 0, y + height, raster.width, hair);
    if (this.scene.isBegun) raster.rect(plain[TRACK], 0, y, passed, height);
  }

  #bars(row, at, height, frame, y) {
    const { model } = row;
    if (row.type === "hands") return this.#hands(row, at, height, frame);
    const track = trackOf(row);
    if (row.type === "head") frame.gap = this.hair;
    drawTrack(model, track, at, height, frame, this.#focusJob(model));
    if (row.type === "slot") this.#growing(row, track, at, height, frame);
    const { focus } = this.scene;
    const isRead = focus?.model === model && (row.type === "head" ? focus.head === row.head : model.spans.lane.data[focus.index] === row.lane);
    if (isRead) this.later.push(() => drawOutline(this, focus, row, y));
  }

  #focusJob(model) {
    const { focus } = this.scene;
    if (!focus) return -1;
    return focus.model === model ? model.spans.job.data[focus.index] : -2;
  }

  /** A bar that grows has an edge of ink. */
  #growing({ model }, track, at, height, frame) {
    const isGrowing = model.isOpen || frame.now_s < model.end_s;
    if (isGrowing && frame.now_s <= frame.until_s && track.at(model.spans, frame.now_s) >= 0) {
      const x = Math.round((frame.now_s - frame.from_s) * frame.perSecond);
      this.raster.rect(this.plain[INK], x - 2 * this.hair, at, 2 * this.hair, height);
    }
  }

  /** The hands strip is the GIL as a lane: how many hands were at work. More than one pair cannot be, but for rounding. */
  #hands(row, top, height, frame) {
    const { scene, raster } = this;
    const levels = this.#levelsOf(row, frame);
    const until = Math.min(levels.length, Math.ceil((frame.now_s - frame.from_s) * frame.perSecond));
    const paint = (scene.focus || (scene.kind !== -1 && scene.kind !== HANDS) ? frame.faded : frame.plain)[HANDS];
    for (let from = 0; from < until; ) {
      const tall = Math.round(height * Math.min(1, levels[from]));
      let to = from + 1;
      while (to < until && Math.round(height * Math.min(1, levels[to])) === tall) to++;
      raster.rect(paint, from, top + height - tall, to - from, tall);
      from = to;
    }
  }

  #levelsOf(row, frame) {
    const { model, lanes } = row;
    const key = `${frame.from_s} ${frame.perSecond}`;
    const known = this.levels.get(row);
    if (known?.key === key && known.version === model.version) return known.columns;
    const isAnew = known?.key !== key || lanes.some((number) => model.lanes[number].isRedrawn);
    const columns = known?.columns ?? new Float32Array(this.raster.width - this.hair);
    handsLevels(columns, model, lanes, frame, isAnew);
    this.levels.set(row, { key, columns, version: model.version });
    return columns;
  }

  #words(main, fixed) {
    const { context, scene } = this;
    const { layout } = scene;
    context.save();
    context.beginPath();
    context.rect(0, main.top, scene.width, layout.view_px - main.top);
    context.clip();
    for (const [row, y] of main.rows) drawWords(this, row, y);
    for (const group of layout.groups) if (group.type === "who") drawWho(this, group, scene.scroll_px, main.top);
    context.restore();
    for (const [row, y] of fixed.rows) drawWords(this, row, y);
    const { rem, narrow } = layout;
    scene.ticks.forEach((tick, i) => this.text(i === 0 && !narrow ? `${tick.text} s` : tick.text, scene.axis.x(tick.time_s), rem * 0.5, { align: "center", color: "--ink-3" }));
  }

  font({ size = 0.75, weight = 400, serif = false } = {}) {
    this.context.font = `${weight} ${size * this.scene.layout.rem}px ${ink(serif ? "--serif" : "--sans")}`;
  }

  /** Write words with their middle at `y`; `most` pixels of them, then an ellipsis. */
  text(words, x, y, { align = "left", color = "--ink-2", most = Infinity, ...type } = {}) {
    const { context } = this;
    this.font(type);
    context.fillStyle = ink(color);
    context.textAlign = align;
    context.textBaseline = "middle";
    context.fillText(most === Infinity ? words : this.#fitted(words, most), x, y);
  }

  #fitted(words, most) {
    const { context } = this;
    if (context.measureText(words).width <= most) return words;
    let cut = words;
    while (cut.length > 1 && context.measureText(`${cut}…`).width > most) cut = cut.slice(0, -1);
    return `${cut}…`;
  }

  /** Words on a piece of paper, so that no bar or line runs through them. */
  label(words, x, y, height, options) {
    const { context } = this;
    this.font(options);
    const width = context.measureText(words).width;
    context.fillStyle = ink("--paper");
    context.fillRect((options.align === "right" ? x - width : x) - 3, y - height / 2, width + 6, height);
    this.text(words, x, y, options);
  }

  /** A vertical line of ink. */
  line(x, from, to, dash, width) {
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
}
