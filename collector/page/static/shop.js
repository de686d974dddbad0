// The shop: what is shown of which runs, at which moment. Puts model, view and player together into one scene, and draws it.

import { $, el, say } from "./dom.js";
import { flagsOf } from "./flags.js";
import { BAR_KINDS, nameOf } from "./kinds.js";
import { LaneCanvas } from "./lanes.js";
import { tally } from "./line.js";
import { nextChange } from "./measures.js";
import { swatch } from "./patterns.js";
import { Player } from "./player.js";
import { ink } from "./theme.js";
import { axisEnd, following, layout, moved, TimeAxis, zoomed } from "./view.js";
import { seconds, story } from "./words.js";

const WHEEL_ZOOM = 1.2;
const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Escape", " ", "+", "=", "-", "0"]);

export class Shop {
  /** `onTime` hears of each moment that is shown, `onResize` of another width; `liveNow_s` tells the moment of the run under way. */
  constructor({ onTime, onResize, liveNow_s }) {
    Object.assign(this, { onTime, onResize, main: null, versus: null, said_s: null, isUp: false, kind: -1, window: null, request: 0, drawn: null, saying: "" });
    this.lanes = new LaneCanvas($("lanes"));
    this.player = new Player({ onTime: () => this.#follow(), liveNow_s, change: (time_s, direction) => this.#change(time_s, direction) });
    this.reading = null;
    for (const type of ["pointermove", "pointerleave", "click", "blur", "keydown"]) $("lanes").addEventListener(type, (event) => this.#hear(event));
    $("scroller").addEventListener("scroll", () => this.redraw());
    $("closer").addEventListener("click", () => this.zoom(0.5));
    $("whole").addEventListener("click", () => this.zoom(Infinity));
    $("lanes").addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    new ResizeObserver(() => this.#resized()).observe($("stage"));
  }

  #resized() {
    this.arrange();
    this.onResize();
  }

  get models() {
    return this.versus ? [this.main, this.versus] : [this.main];
  }

  get isBegun() {
    return this.player.mode !== "before";
  }

  /** Show a model: before it began, live, or from the store. */
  show(model, { mode, said_s = null, isUp, at_s, playing, keepPlace = false }) {
    const before = { time_s: this.player.time_s, wasFollowing: this.player.isFollowing };
    Object.assign(this, { main: model, said_s, isUp });
    if (!keepPlace) Object.assign(this, { window: null, versus: null });
    this.reading?.forget();
    this.#legend();
    this.arrange();
    if (mode === "before") this.player.before();
    else if (mode === "live") this.player.live();
    else this.player.replay(this.end_s, { at_s: keepPlace && !before.wasFollowing ? before.time_s : at_s, playing });
  }

  /** Another run beside it, on one axis; at the moment that is shown, or at the end of both. */
  compare(model) {
    const { time_s, end_s } = this.player;
    this.versus = model;
    this.window = null;
    this.reading?.forget();
    this.arrange();
    this.player.replay(this.end_s, { at_s: time_s < end_s ? time_s : this.end_s });
  }

  /** Say something in place of the moment, until there is another shop. */
  tell(words) {
    this.saying = words;
    this.redraw();
  }

  get end_s() {
    return Math.max(...this.models.map((model) => model.end_s));
  }

  #change(time_s, direction) {
    const found = this.models.map((model) => nextChange(model, time_s, direction)).filter((each) => each !== null && each <= this.player.limit_s);
    return found.length ? (direction > 0 ? Math.min(...found) : Math.max(...found)) : null;
  }

  /** The code that reads bars comes when somebody reads one. */
  async #hear(event) {
    if (event.type === "keydown") {
      if (!KEYS.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
    }
    if (!this.reading) {
      const { Reading } = await import("./reading.js").catch(() => ({})); // lost on its way: with the next key or move
      if (!Reading) return;
      this.reading ??= new Reading($("lanes"), this);
    }
    this.reading.hear(event);
  }

  toggle() {
    this.player.toggle();
  }

  /** Rows are laid out anew: other models, another size. */
  arrange() {
    if (!this.main) return;
    const css = getComputedStyle(document.documentElement);
    const rem = parseFloat(css.fontSize);
    const size = (name) => parseFloat(css.getPropertyValue(name));
    const width = $("stage").clientWidth;
    this.rows = layout(this.models, { rem, pitch: size("--lane"), narrow: width < 600, most_px: Math.max(30 * rem, 0.86 * innerHeight) });
    const x0 = size("--gutter-l") * rem;
    // A window that is narrower than the gutters has a plot all the same.
    this.frame = { width, x0, x1: Math.max(x0 + 1, width - size("--gutter-r") * rem) };
    $("tall").style.height = `${this.rows.all_px}px`;
    $("scroller").style.height = this.rows.scrolls ? `${this.rows.view_px}px` : "auto";
    $("scroller").classList.toggle("scrolls", this.rows.scrolls);
    this.lanes.forget();
    this.current = null;
    this.redraw();
  }

  scene() {
    return this.current ?? this.#scene();
  }

  #scene() {
    const { main, player, rows, frame } = this;
    const longest_s = axisEnd({ isLive: player.mode === "live", now_s: player.limit_s, ends_s: this.isBegun ? this.models.map((model) => model.end_s) : [], said_s: this.said_s, least_s: this.isUp ? Math.max(main.meta.bound_s ?? 0, main.meta.ideal_s ?? 0) : 0 });
    this.axisEnd_s = longest_s;
    const [from_s, to_s] = this.window ?? [0, longest_s];
    const axis = new TimeAxis(frame.x0, frame.x1, from_s, to_s);
    this.current = {
      layout: rows,
      axis,
      ticks: axis.ticks(rows.rem * (rows.narrow ? 3 : 4.2)),
      width: frame.width,
      scroll_px: rows.scrolls ? $("scroller").scrollTop : 0,
      now_s: (model) => (model.isOpen ? player.time_s : Math.min(player.time_s, model.end_s)),
      flags: (model, index) => flagsOf(model, { now_s: player.time_s, said_s: index ? null : this.said_s, isOpenToSee: this.isUp && this.isBegun, narrow: rows.narrow }),
      focus: this.reading?.focus ?? null,
      kind: this.kind,
      isBegun: this.isBegun,
      ink,
      limitOf: (model) => (this.isUp ? model.meta.summary?.held_back_by : null),
    };
    return this.current;
  }

  /** The playhead moved: where a part is shown, it goes along. */
  #follow() {
    this.window = following(this.window, this.axisEnd_s, this.player.time_s);
    this.redraw();
  }

  redraw() {
    if (!this.main) return;
    this.current = null;
    if (!this.request) this.request = requestAnimationFrame(() => this.#frame());
  }

  #frame() {
    this.request = 0;
    this.draw();
    this.onTime(this.player.time_s);
  }

  /** Draw now. */
  draw() {
    const { player } = this;
    this.current = null;
    const scene = this.scene();
    this.lanes.draw(scene);
    player.paint(scene.axis.from_s, scene.axis.to_s);
    tally(this.main, scene.now_s(this.main), this.isBegun);
    this.reading?.card();
    this.#words();
  }

  #words() {
    const { player, main } = this;
    const { simulated } = main.meta;
    const time = seconds(player.time_s);
    const modes = { before: "Ready. The lanes fill when you run.", live: player.isFollowing ? `Live, ${time}` : `Under way; you look at ${time}`, replay: `Replay, ${time}` };
    const sim = simulated ? ". Simulated: nobody worked." : "";
    const part = main.meta.exercise && main.meta.title ? `. ${main.meta.title}` : sim;
    say($("mode"), this.saying || modes[player.mode] + part);
    $("whole").hidden = !this.window;
  }

  /** Closer (below 1) or farther, around what is read or the playhead; Infinity shows the whole run. */
  zoom(factor, at_s = this.reading?.moment_s ?? this.player.time_s) {
    this.window = factor === Infinity ? null : zoomed(this.window, this.axisEnd_s, at_s, factor);
    this.redraw();
  }

  #wheel(event) {
    const { axis } = this.scene();
    if (event.ctrlKey) this.zoom(event.deltaY > 0 ? WHEEL_ZOOM : 1 / WHEEL_ZOOM, axis.time_s(event.offsetX));
    else if (this.window && Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.window = moved(this.window, this.axisEnd_s, event.deltaX / axis.perSecond);
    else return;
    event.preventDefault();
    this.redraw();
  }

  /** Bring a row and a moment into view. */
  reveal(row, time_s) {
    this.window = following(this.window, this.axisEnd_s, time_s);
    const { scrolls, head_px, view_px, fixed } = this.rows;
    const scroller = $("scroller");
    if (!scrolls || fixed.includes(row)) return;
    if (row.y - scroller.scrollTop < head_px) scroller.scrollTop = row.y - head_px;
    else if (row.y + row.h - scroller.scrollTop > view_px) scroller.scrollTop = row.y + row.h - view_px;
  }

  #legend() {
    const { work } = this.main.meta;
    const seen = new Set(BAR_KINDS.filter((_, kind) => this.main.spans.kind.data.subarray(0, this.main.spans.kind.length).includes(kind)));
    const usual = { coffee: ["hands", "hands_wait", "machine", "machine_wait", "milk"], papers: ["hands", "hands_wait"] }[work] ?? ["work"];
    const names = BAR_KINDS.filter((name) => seen.has(name) || usual.includes(name));
    const words = story(work);
    say($("place"), words.place);
    say($("t-air"), words.air);
    say($("t-done"), words.done);
    const shown = names.map((name) => nameOf(name, work)).join();
    if ($("legend").dataset.names === shown) return;
    $("legend").dataset.names = shown;
    this.kind = -1;
    $("legend").replaceChildren(...names.map((name) => el("li", null, el("button", { type: "button", "aria-pressed": "false", on: { click: (event) => this.#isolate(event.currentTarget, name) } }, swatch(name), nameOf(name, work)))));
  }

  #isolate(button, name) {
    const kind = BAR_KINDS.indexOf(name);
    this.kind = this.kind === kind ? -1 : kind;
    for (const each of $("legend").querySelectorAll("button")) each.setAttribute("aria-pressed", String(each === button && this.kind === kind));
    this.redraw();
  }
}
