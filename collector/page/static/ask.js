// The question, the batch, the prediction, and Run, which stays locked until a number is given.

import { batchOf, begin, exerciseWords, isUnstaffed, POOLS, presentFor, question, request } from "./batch.js";
import { $, el, say } from "./dom.js";
import { plural, readGuess, story, within } from "./words.js";

const HINTS = {
  locked: "First a number, then Run. A wrong guess is fine.",
  ready: "Ready when you are.",
  going: "Committed. It stays beside the result.",
  after: "Change one number, then predict again.",
  nobody: "Nobody is there to do it yet.",
  changed: "A new shop asks for a new guess.",
};

// Nothing takes no time; but no sale may be missing.
const LEAST_S = 0.001;

export class Ask {
  /** `onChange` hears that another shop is asked for, `onRun` that it should run, `onStop` that it should not. */
  constructor({ onChange, onRun, onStop }) {
    Object.assign(this, { onChange, onRun, onStop, lab: null, exercise: null, going: false, hasRun: false, refused: null, own: {} });
    this.asked = begin(null, null, "coffee");
    $("exercise").addEventListener("change", (event) => this.choose(event.target.value));
    $("guess").addEventListener("input", () => this.paint());
    $("form").addEventListener("submit", (event) => this.#submit(event));
  }

  get guess() {
    return readGuess($("guess").value, this.isInSeconds ? LEAST_S : 0);
  }

  /** Whether seconds are asked for. */
  get isInSeconds() {
    return !this.exercise || this.exercise.unit === "s";
  }

  /** Whether nobody is there who could do what is asked for. */
  get isUnstaffed() {
    return isUnstaffed(this.lab, this.exercise, this.asked);
  }

  /** What to send to the server, but for the prediction. */
  request() {
    return request(this.lab, this.exercise, this.asked);
  }

  /** The lab as it is now: who is present, which exercises there are. */
  hear(lab) {
    const isFirst = !this.lab;
    this.lab = lab;
    if (isFirst) this.choose(lab.exercises[0]?.name ?? "work:coffee");
    else if (!this.#isBusyTyping()) this.#sentence();
    this.paint();
  }

  /** An exercise by name, or `work:coffee`, a batch of one's own. */
  choose(name) {
    const { lab } = this;
    this.exercise = lab.exercises.find((each) => each.name === name) ?? null;
    const work = name.slice(5);
    // A batch of one's own is as it was left, whatever exercises came between.
    this.asked = this.exercise ? begin(lab, this.exercise) : (this.own[work] ?? begin(lab, null, work));
    this.#clamp();
    this.#options();
    this.#changed();
  }

  /** As another run was: so that one number can be changed. */
  adopt(snapshot) {
    const { exercise: name, work, question: asked, predicted_s } = snapshot;
    const exercise = this.lab.exercises.find((each) => each.name === name) ?? null;
    const guess = predicted_s ?? exercise?.result?.predicted;
    // What cannot be asked for here, such as a task of one's own, leaves the form as it is.
    if (exercise || this.lab.works.includes(work)) this.#fill(exercise, exercise ? { ...begin(this.lab, exercise), simulate: Boolean(snapshot.simulated) } : batchOf(this.lab, snapshot), guess);
    if (!exercise && asked) say($("question"), asked);
  }

  /** The exercise that somebody is at: it stays, with what was said, through all its runs. */
  keep({ exercise: name, predicted }) {
    const exercise = this.lab.exercises.find((each) => each.name === name);
    if (exercise && (exercise !== this.exercise || this.guess === null)) this.#fill(exercise, begin(this.lab, exercise), predicted);
  }

  #fill(exercise, asked, guess) {
    Object.assign(this, { exercise, asked, refused: null });
    if (!exercise) this.own[asked.work] = asked;
    this.#options();
    this.#sentence();
    $("guess").value = guess === null || guess === undefined ? "" : String(guess);
    this.paint();
  }

  #clamp() {
    const present = presentFor(this.lab, this.asked);
    if (present && !this.exercise) this.asked.workers = Math.min(this.asked.workers, present.workers);
  }

  #changed() {
    $("guess").value = "";
    this.refused = null;
    this.#sentence();
    this.paint();
    this.onChange();
  }

  #set(name, value) {
    this.asked = { ...this.asked, [name]: value };
    this.#clamp();
    if (!this.exercise) this.own[this.asked.work] = this.asked;
    this.#changed();
  }

  #options() {
    const { exercises = [], works = ["coffee", "papers"] } = this.lab;
    const chosen = this.exercise?.name ?? `work:${this.asked.work}`;
    const option = (value, text) => el("option", { value, selected: value === chosen }, text);
    const own = el("optgroup", { label: "A batch of your own" }, works.map((work) => option(`work:${work}`, work === "coffee" ? "Coffee" : "Papers")));
    const set = exercises.length ? [el("optgroup", { label: "Exercises" }, exercises.map((each) => option(each.name, `${each.number}. ${each.title}${each.answered ? " ✓" : ""}`)))] : [];
    $("exercise").replaceChildren(...set, own);
    $("exercise").value = chosen;
    say($("number"), this.exercise ? `Exercise ${this.exercise.number} of ${exercises.length}:` : "A batch of your own:");
  }

  #isBusyTyping() {
    return document.activeElement?.dataset?.name !== undefined;
  }

  #sentence() {
    const { asked, exercise } = this;
    const focused = document.activeElement?.dataset?.name;
    say($("question"), exercise?.question ?? question(asked));
    $("unit").textContent = this.isInSeconds ? "seconds" : exercise.unit === "×" ? "times" : exercise.unit;
    $("batch").replaceChildren(...(exercise ? [exerciseWords(exercise)] : [...this.#own(), "."]));
    $("ways").replaceChildren("Seed ", this.#number("seed", "Seed"), this.#select("simulate", "For real or simulated", [["", "for real"], ["yes", "simulated"]]));
    if (focused) $("form").querySelector(`[data-name="${focused}"]`)?.focus();
  }

  #own() {
    const { asked } = this;
    const { who, jobs } = story(asked.work);
    const isCoffee = asked.work === "coffee";
    const about = isCoffee
      ? [", ", this.#number("machines", "Group heads"), ` group head${asked.machines === 1 ? "" : "s"}, at `, this.#number("speed", "Coffee-seconds in a second"), " coffee-seconds a second"]
      : [", ", this.#select("grader", "Grader", ["python", "native"]), " grader"];
    const rare = [
      ...(asked.rate ? [", coming at ", this.#number("rate", `${jobs} a second`), ` ${jobs} a second`] : []),
      ...(asked.prefetch ? [", ", this.#number("prefetch", "Prefetch multiplier"), " times as many fetched ahead as there are in the air"] : []),
    ];
    return [this.#number(isCoffee ? "orders" : "papers", `How many ${jobs}`), ` ${jobs} for the `, this.#select("pool", "Pool", POOLS), " pool, ", ...this.#size(who), ...about, ...rare];
  }

  #size(who) {
    const { asked } = this;
    const present = presentFor(this.lab, asked);
    const air = (slots) => (asked.pool === "solo" ? [", one order at a time"] : [", each with ", slots, " in the air"]);
    if (!present) return [this.#number("workers", `${who}s`), ` ${who}${asked.workers === 1 ? "" : "s"}`, ...air(this.#number("slots", "In the air"))];
    const count = el("b", null, String(asked.workers));
    const slider = present.workers > 1 ? [el("input", { type: "range", class: "few", "data-name": "workers", min: 1, max: present.workers, value: asked.workers, "aria-label": `${who}s taking part`, on: { input: (event) => (count.textContent = event.target.value), change: (event) => this.#set("workers", Number(event.target.value)) } }), " "] : [];
    return [...slider, count, ` of ${plural(present.workers, who)}`, ...air(el("b", null, String(present.slots)))];
  }

  #number(name, label) {
    const change = (event) => this.#set(name, within(this.lab.limits[name] ?? [1, Infinity], event.target.value, this.asked[name]));
    return el("input", { class: "pick count", inputmode: "numeric", "data-name": name, "aria-label": label, value: this.asked[name] ?? 1, size: Math.max(1, String(this.asked[name] ?? 1).length), on: { change } });
  }

  #select(name, label, choices) {
    const value = name === "simulate" ? (this.asked.simulate ? "yes" : "") : this.asked[name];
    const options = choices.map((each) => (Array.isArray(each) ? each : [each, each])).map(([key, text]) => el("option", { value: key, selected: key === value }, text));
    return el("select", { class: "pick", "data-name": name, "aria-label": label, on: { change: (event) => this.#set(name, name === "simulate" ? event.target.value === "yes" : event.target.value) } }, options);
  }

  #submit(event) {
    event.preventDefault();
    if (this.guess === null || this.going || this.isUnstaffed) return;
    $("guess").value = String(this.guess);
    this.refused = null;
    // It is locked now, and would drop the focus: what it set going is the next to be read.
    if (document.activeElement === $("run")) $("shop").focus({ preventScroll: true });
    this.onRun(this.guess);
  }

  /** The server would not: why, and what to do. */
  refuse({ message, where, what, cure }) {
    this.refused = [message ?? [where, what].filter(Boolean).join(": "), cure].filter(Boolean).join(". ").replace(/([^.?!])$/, "$1.");
    this.paint();
  }

  paint() {
    const isReady = this.guess !== null;
    const run = $("run");
    run.disabled = !isReady || this.going || this.isUnstaffed;
    run.classList.toggle("going", this.going);
    say(run, this.going ? "Running" : this.hasRun ? "Run again" : "Run");
    $("guess").readOnly = this.going;
    for (const control of $("form").querySelectorAll(".pick, .few")) control.disabled = this.going;
    this.#hint(this.going ? HINTS.going : this.isUnstaffed ? HINTS.nobody : isReady ? (this.hasRun ? HINTS.after : HINTS.ready) : this.hasRun ? HINTS.changed : HINTS.locked);
  }

  #hint(words) {
    const text = this.refused ?? words;
    const hint = $("hint");
    hint.classList.toggle("refused", this.refused !== null);
    if (hint.dataset.said === `${text}${this.going}`) return;
    hint.dataset.said = `${text}${this.going}`;
    hint.replaceChildren(text, ...(this.going ? [" ", el("button", { class: "plain", type: "button", id: "stop", on: { click: () => this.onStop() } }, "Stop")] : []));
  }
}
