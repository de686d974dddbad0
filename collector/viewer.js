// The lanes of a report, zoomable. Without this script the pictures beneath stay as they are.
(() => {
  "use strict";
  const PITCH = 17, BAR = 13, GAP = 7, AXIS = 36, MOST_HEIGHT = 560;
  const KINDS = JSON.parse(document.getElementById("paints").textContent);
  const HANDS = 0, HANDS_WAIT = 1, MACHINE = "espresso machine";
  const STEPS = [1e-4, 2e-4, 5e-4, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400];

  const decode = told => told.bars.map(row => {
    let end = 0, job = 0;
    const bars = [];
    for (let i = 0; i < row.length; i += 4) {
      const start = end + row[i + 1];
      end = start + row[i + 2];
      job += row[i + 3];
      bars.push({ kind: row[i] >> 7, filled: (row[i] & 127) / 100, start: start * told.unit, end: end * told.unit, job });
    }
    return bars;
  });

  const seconds = s => `${s.toFixed(s < 1 ? 3 : 2)} s`;

  class View {  // the part of the time axis that all runs show
    constructor(longest) { this.longest = longest; this.from = 0; this.to = longest; this.listeners = []; }
    set(from, to) {
      const length = Math.min(this.longest, Math.max(2e-3, to - from));
      this.from = Math.max(0, Math.min(this.longest - length, from));
      this.to = this.from + length;
      for (const draw of this.listeners) draw();
    }
    zoom(factor, at = (this.from + this.to) / 2) { this.set(at - (at - this.from) * factor, at + (this.to - at) * factor); }
    pan(part) { const by = (this.to - this.from) * part; this.set(this.from + by, this.to + by); }
  }

  class Lanes {
    constructor(figure, told, view) {
      this.told = told; this.view = view; this.bars = decode(told); this.top = 0; this.chosen = null;
      this.place();
      this.box = figure.querySelector(".viewer");
      this.canvas = document.createElement("canvas");
      this.canvas.tabIndex = 0;
      this.canvas.setAttribute("role", "application");
      this.canvas.setAttribute("aria-label", `Lanes of ${told.title}. Plus and minus zoom, left and right move, Home shows all, up and down choose a lane, comma and full stop read its bars.`);
      this.said = document.createElement("p");
      this.said.className = "said-bar";
      this.said.setAttribute("aria-live", "polite");
      this.scroller = document.createElement("div");
      this.scroller.className = "scroller";
      this.spacer = document.createElement("div");
      this.scroller.append(this.canvas, this.spacer);
      this.box.append(this.scroller, this.said);
      figure.classList.add("live");
      this.listen();
      view.listeners.push(() => this.later());
      new ResizeObserver(() => this.later()).observe(this.box);
    }

    place() {  // where each lane lies, with a gap between workers
      let y = AXIS;
      this.ys = this.told.lanes.map(([worker], i) => {
        if (i && worker !== this.told.lanes[i - 1][0]) y += GAP;
        const at = y; y += PITCH; return at;
      });
      this.height = y + 4;
    }

    later() { if (!this.waiting) this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.draw(); }); }

    x(s) { return this.gutter + (s - this.view.from) / (this.view.to - this.view.from) * this.plot; }
    s(x) { return this.view.from + (x - this.gutter) / this.plot * (this.view.to - this.view.from); }

    inks() {
      const css = getComputedStyle(document.documentElement);
      const ink = name => css.getPropertyValue(`--${name}`).trim();
      const tile = kind => {
        if (!kind.size) return ink(kind.ground);
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = Math.round(kind.size * this.dpr);
        const c = canvas.getContext("2d"), path = new Path2D(kind.path);
        c.scale(canvas.width / kind.size, canvas.width / kind.size);
        c.fillStyle = ink(kind.ground); c.fillRect(0, 0, kind.size, kind.size);
        c.fillStyle = c.strokeStyle = ink(kind.mark);
        if (kind.stroke) { c.lineWidth = kind.stroke; c.stroke(path); } else c.fill(path);
        const pattern = c.createPattern(canvas, "repeat");
        pattern.setTransform(new DOMMatrix().scale(1 / this.dpr));
        return pattern;
      };
      return { fills: KINDS.map(tile), ink: ink("ink"), quiet: ink("ink-3"), rule: ink("rule"), track: ink("track"), paper: ink("paper") };
    }

    size() {
      this.dpr = devicePixelRatio || 1;
      this.width = this.box.clientWidth;
      const shown = Math.min(this.height, MOST_HEIGHT);
      this.gutter = this.width < 560 ? 64 : 132;
      this.plot = this.width - this.gutter - 12;
      const w = Math.round(this.width * this.dpr), h = Math.round(shown * this.dpr);
      if (this.canvas.width !== w || this.canvas.height !== h) {
        this.canvas.width = w; this.canvas.height = h;
        this.canvas.style.height = `${shown}px`;
        this.scroller.style.height = `${shown}px`;
        this.spacer.style.height = `${this.height - shown}px`;
      }
      return shown;
    }

    draw() {
      const shown = this.size();
      if (!this.width) return;
      const c = this.canvas.getContext("2d"), inks = this.inks();
      c.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
      c.fillStyle = inks.paper; c.fillRect(0, 0, this.width, shown);
      c.save();
      c.beginPath(); c.rect(0, AXIS, this.width, shown - AXIS); c.clip();
      c.translate(0, -this.top);
      this.lanes(c, inks, shown);
      c.restore();
      this.axis(c, inks, shown);
    }

    lanes(c, inks, shown) {
      const end = Math.min(this.x(this.told.end), this.gutter + this.plot), left = Math.max(this.x(0), this.gutter);
      const font = getComputedStyle(document.body).fontFamily;
      for (let i = 0; i < this.ys.length; i++) {
        const y = this.ys[i];
        if (y + PITCH < this.top + AXIS || y > this.top + shown) continue;
        c.fillStyle = inks.track;
        if (end > left) c.fillRect(left, y + 2, end - left, BAR);
        this.lane(c, inks, this.bars[i], y + 2);
        this.label(c, inks, i, y, font);
      }
      if (this.chosen) {
        const { lane, bar } = this.chosen, x = this.x(bar.start), w = Math.max(2, this.x(bar.end) - x);
        c.strokeStyle = inks.ink; c.lineWidth = 2;
        c.strokeRect(Math.max(x, this.gutter), this.ys[lane] + 2, Math.min(w, this.gutter + this.plot - x), BAR);
      }
    }

    label(c, inks, i, y, font) {
      const [worker, number] = this.told.lanes[i], isFirst = !i || this.told.lanes[i - 1][0] !== worker;
      const isNarrow = this.gutter < 100, short = worker.split("@")[0];
      c.textBaseline = "alphabetic"; c.font = `11px ${font}`; c.fillStyle = inks.quiet; c.textAlign = "right";
      c.fillText(isNarrow ? number.replace("head ", "h") : number, this.gutter - 8, y + 12);
      if (!isFirst) return;
      c.textAlign = "left"; c.fillStyle = inks.ink; c.font = `${isNarrow ? 11 : 13}px ${font}`;
      c.fillText(worker === MACHINE ? "machine" : short.slice(0, isNarrow ? 7 : 14), 0, y + 12);
    }

    lane(c, inks, bars, y) {
      const { from, to } = this.view, right = this.gutter + this.plot;
      let low = 0, high = bars.length;
      while (low < high) { const mid = (low + high) >> 1; if (bars[mid].end < from) low = mid + 1; else high = mid; }
      for (let i = low; i < bars.length && bars[i].start < to; i++) {
        const bar = bars[i], x = Math.max(this.gutter, this.x(bar.start)), w = Math.max(.4, Math.min(right, this.x(bar.end)) - x);
        const filled = bar.kind === HANDS ? BAR * bar.filled : BAR;
        c.fillStyle = inks.fills[bar.kind]; c.fillRect(x, y + BAR - filled, w, filled);
        if (filled < BAR) { c.fillStyle = inks.fills[HANDS_WAIT]; c.fillRect(x, y, w, BAR - filled); }
      }
    }

    axis(c, inks, shown) {
      const { from, to } = this.view, step = STEPS.find(s => (to - from) / s <= this.plot / 70) ?? 864000;
      const font = getComputedStyle(document.body).fontFamily;
      c.fillStyle = inks.quiet; c.font = `11px ${font}`; c.textAlign = "center";
      for (let n = Math.ceil(from / step); n * step <= to; n++) {
        const x = this.x(n * step);
        c.fillText(`${+(n * step).toFixed(4)} s`, Math.max(x, this.gutter), 12);
        c.globalAlpha = .5; c.fillRect(x, 16, 1, 4); c.globalAlpha = 1;
      }
      const flags = [...this.told.flags.map(([words, at]) => ({ words, at, dash: [3, 3] })), { words: "served", at: this.told.end, dash: [] }];
      let free = -Infinity;  // where the next label may begin, so that none lies on another
      for (const flag of flags.sort((a, b) => a.at - b.at)) free = this.flag(c, inks, flag, free, shown);
    }

    flag(c, inks, { words, at, dash }, free, shown) {
      const x = this.x(at), right = this.gutter + this.plot;
      if (x < this.gutter - 1 || x > right + 1) return free;
      c.strokeStyle = c.fillStyle = inks.ink; c.lineWidth = 1.25; c.setLineDash(dash);
      c.beginPath(); c.moveTo(x, 20); c.lineTo(x, shown); c.stroke(); c.setLineDash([]);
      const label = `${words} ${at.toFixed(1)} s`, width = c.measureText(label).width, isLeft = x + width + 6 > right + 12;
      const start = isLeft ? x - width - 4 : x + 4;
      if (start < free) return free;
      c.textAlign = "left"; c.fillText(label, start, 31);
      return start + width + 6;
    }

    at(event) {
      const box = this.canvas.getBoundingClientRect(), y = event.clientY - box.top + this.top, s = this.s(event.clientX - box.left);
      const lane = this.ys.findIndex(top => y >= top && y < top + PITCH);
      const bar = lane < 0 ? null : this.bars[lane].find(b => b.start <= s && s < b.end);
      return bar ? { lane, bar } : null;
    }

    choose(chosen) {
      this.chosen = chosen;
      if (!chosen) this.said.textContent = "";
      else {
        const { lane, bar } = chosen, [worker, number] = this.told.lanes[lane], kind = KINDS[bar.kind].words;
        const share = bar.kind === HANDS && bar.filled < .995 ? `, ${Math.round(bar.filled * 100)}% of it with the hands, the rest waiting for them` : "";
        this.said.textContent = `${worker} ${number}: ${this.told.jobs[bar.job]}, ${kind}, ${seconds(bar.end - bar.start)} from ${seconds(bar.start)}${share}`;
      }
      this.later();
    }

    step(lanes, bars) {  // to another bar in the lane, or to the lane above or below at the same moment
      const count = this.bars.length, old = this.chosen;
      let lane = old ? old.lane : 0, bar;
      const moment = old ? old.bar.start : this.view.from;
      if (bars && old) bar = this.bars[lane][this.bars[lane].indexOf(old.bar) + bars];
      else for (let tries = 0; tries < count && !bar; tries++) {
        lane = (lane + (lanes || (tries ? 1 : 0)) + count) % count;
        bar = this.bars[lane].find(b => b.end > moment) ?? this.bars[lane].at(-1);
      }
      if (!bar) return;
      if (bar.start < this.view.from || bar.end > this.view.to) this.view.set(bar.start - (this.view.to - this.view.from) / 2, bar.start + (this.view.to - this.view.from) / 2);
      const y = this.ys[lane];
      if (y < this.top + AXIS || y + PITCH > this.top + this.scroller.clientHeight) this.scroller.scrollTop = y - AXIS - 60;
      this.choose({ lane, bar });
    }

    key(event) {
      const { view } = this;
      const acts = {
        "+": () => view.zoom(.6), "=": () => view.zoom(.6), "-": () => view.zoom(1 / .6), "0": () => view.set(0, view.longest), Home: () => view.set(0, view.longest),
        End: () => view.set(view.longest - (view.to - view.from), view.longest), ArrowLeft: () => view.pan(-.2), ArrowRight: () => view.pan(.2),
        ArrowUp: () => this.step(-1, 0), ArrowDown: () => this.step(1, 0), ",": () => this.step(0, -1), ".": () => this.step(0, 1), Escape: () => this.choose(null),
      };
      if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      acts[event.key]();
    }

    listen() {
      const { canvas, view } = this;
      let drag = null;
      canvas.addEventListener("keydown", event => this.key(event));
      canvas.addEventListener("wheel", event => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        view.zoom(Math.exp(event.deltaY / 300), this.s(event.offsetX));
      }, { passive: false });
      canvas.addEventListener("dblclick", event => view.zoom(.4, this.s(event.offsetX)));
      canvas.addEventListener("pointerdown", event => { drag = { x: event.clientX, from: view.from, to: view.to }; canvas.setPointerCapture(event.pointerId); this.choose(this.at(event)); });
      canvas.addEventListener("pointermove", event => {
        if (!drag) { this.choose(this.at(event)); return; }
        const by = (drag.x - event.clientX) / this.plot * (drag.to - drag.from);
        if (Math.abs(drag.x - event.clientX) > 3) view.set(drag.from + by, drag.to + by);
      });
      for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { drag = null; });
      this.scroller.addEventListener("scroll", () => { this.top = this.scroller.scrollTop; this.later(); });
    }
  }

  const figures = [...document.querySelectorAll("figure.lanes")];
  const told = figures.map(figure => JSON.parse(figure.querySelector("script").textContent));
  const view = new View(Math.max(...told.map(each => each.end), 1e-3));
  const drawn = figures.map((figure, i) => new Lanes(figure, told[i], view));
  const bar = document.getElementById("zoom");
  if (bar) {
    bar.hidden = false;
    const acts = { in: () => view.zoom(.5), out: () => view.zoom(2), left: () => view.pan(-.4), right: () => view.pan(.4), all: () => view.set(0, view.longest) };
    bar.addEventListener("click", event => { const act = acts[event.target.dataset.act]; if (act) act(); });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.forEach(each => each.later()));
})();
