// The playhead: it follows a live run, or plays a stored one, at the pace that was asked for.

import { $ } from "./dom.js";
import { isCalm } from "./theme.js";

const PLAY = "M5 3l8 5-8 5z";
const PAUSE = "M4 3h3v10H4zM9 3h3v10H9z";
const CALM_MS = 250;

export class Player {
  /** `onTime` draws; `liveNow_s` tells the live run's moment; `change` finds the next change from a moment, by direction. */
  constructor({ onTime, liveNow_s, change }) {
    Object.assign(this, { onTime, liveNow_s, change });
    Object.assign(this, { time_s: 0, end_s: 0, mode: "before", playing: false, pace: 1 });
    $("play").addEventListener("click", () => this.toggle());
    $("back").addEventListener("click", () => this.step(-1));
    $("next").addEventListener("click", () => this.step(1));
    $("follow").addEventListener("click", () => this.live());
    $("pace").addEventListener("change", (event) => (this.pace = Number(event.target.value)));
    $("scrub").addEventListener("input", (event) => this.seek(Number(event.target.value)));
  }

  get isFollowing() {
    return this.mode === "live" && this.playing && this.follows;
  }

  get limit_s() {
    return this.mode === "live" ? this.liveNow_s() : this.end_s;
  }

  before() {
    Object.assign(this, { mode: "before", playing: false, time_s: 0, end_s: 0 });
    this.#changed();
  }

  /** Follow a run that is under way. */
  live() {
    Object.assign(this, { mode: "live", follows: true });
    this.#start();
  }

  /** A stored run: at its end, or from its beginning and playing. */
  replay(end_s, { at_s = end_s, playing = false } = {}) {
    Object.assign(this, { mode: "replay", end_s, time_s: Math.max(0, Math.min(at_s, end_s)), playing: false });
    if (playing) this.#start();
    else this.#changed();
  }

  toggle() {
    if (this.mode === "before") return;
    if (this.playing) this.pause();
    else this.play();
  }

  pause() {
    Object.assign(this, { playing: false, follows: false });
    this.#changed();
  }

  play() {
    if (this.mode === "replay" && this.time_s >= this.end_s) this.time_s = 0;
    this.follows = false;
    this.#start();
  }

  seek(time_s) {
    if (this.mode === "before") return;
    Object.assign(this, { playing: false, follows: false, time_s: Math.max(0, Math.min(this.limit_s, time_s)) });
    this.#changed();
  }

  step(direction) {
    if (this.mode === "before") return;
    this.seek(this.change(this.time_s, direction) ?? (direction > 0 ? this.limit_s : 0));
  }

  #start() {
    this.playing = true;
    this.last_ms = performance.now();
    this.#changed();
    if (!this.request) this.request = requestAnimationFrame((now_ms) => this.#tick(now_ms));
  }

  #tick(now_ms) {
    this.request = 0;
    if (!this.playing) return;
    if (!isCalm() || now_ms - this.last_ms >= CALM_MS) this.#advance(now_ms);
    if (this.playing) this.request = requestAnimationFrame((next_ms) => this.#tick(next_ms));
  }

  #advance(now_ms) {
    if (this.isFollowing) this.time_s = Math.max(0, this.limit_s);
    else this.time_s = Math.min(this.limit_s, this.time_s + (Math.max(0, now_ms - this.last_ms) / 1000) * this.pace);
    this.last_ms = now_ms;
    if (this.mode === "live" && this.time_s >= this.limit_s) this.follows = true;
    if (this.mode === "replay" && this.time_s >= this.end_s) this.playing = false;
    this.#changed();
  }

  #changed() {
    this.onTime();
  }

  /** The buttons and the slider as they should look now; the slider is the time axis. */
  paint(from_s, to_s) {
    const { mode, playing } = this;
    const scrub = $("scrub");
    Object.assign(scrub, { min: from_s, max: to_s, value: this.time_s });
    scrub.style.setProperty("--at", Math.max(0, Math.min(1, (this.time_s - from_s) / (to_s - from_s || 1))));
    scrub.setAttribute("aria-valuetext", `${this.time_s.toFixed(1)} seconds`);
    $("playicon").setAttribute("d", playing ? PAUSE : PLAY);
    $("play").setAttribute("aria-label", playing ? "Pause" : "Play");
    for (const id of ["back", "play", "next", "scrub", "pace"]) $(id).disabled = mode === "before";
    $("follow").hidden = mode !== "live" || this.isFollowing;
  }
}
