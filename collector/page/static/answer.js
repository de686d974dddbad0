// The answer: what it took beside what was said, what could have been, and why. Face down until somebody predicted.

import { getFigure } from "./api.js";
import { $, el, say, svg } from "./dom.js";
import { kindOf, KINDS, nameOf } from "./kinds.js";
import { counts } from "./measures.js";
import { fillOf } from "./patterns.js";
import { theme } from "./theme.js";
import { known, percent, seconds, story, times } from "./words.js";

const WELL_JUDGED = 0.05;
// Figures are asked for in whole steps of width.
const STEP_PX = 20;
const AGAIN_MS = 2000;
const FACE_DOWN = "The answer is turned up when the last one is done.";
const faceDown = ({ one, air }) => `The answer lies face down until you have predicted and the first ${one} is ${air}.`;

/** The three or four times, as data: [{name, s, note, isMain}]. */
export function timesOf(model, now_s, said_s) {
  const { summary, bound_s, ideal_s, work, predicted_s } = model.meta;
  const took_s = summary?.completion_s;
  const words = story(work);
  const guess_s = said_s ?? predicted_s;
  const list = [];
  if (known(guess_s)) list.push({ name: "You said", s: guess_s, note: known(took_s) ? judged(guess_s, took_s) : "kept beside the result" });
  if (known(took_s)) list.push({ name: "It took", s: took_s, note: known(summary.ratio) ? `${times(summary.ratio)} × the ideal` : "no ideal is known", isMain: true });
  else list.push({ name: "So far", s: Math.max(0, now_s), note: `${counts(model, now_s).done.toLocaleString("en")} of ${model.planned.toLocaleString("en")} ${words.done}`, isMain: true });
  if (known(ideal_s)) list.push({ name: "The ideal", s: ideal_s, note: "no overhead at all" });
  if (known(bound_s)) list.push({ name: "The bound", s: bound_s, note: "no run can beat it" });
  return list;
}

function judged(said_s, took_s) {
  const off_s = took_s - said_s;
  return Math.abs(off_s) <= WELL_JUDGED * took_s ? "within 5%, well judged" : `${seconds(Math.abs(off_s))} too ${off_s > 0 ? "short" : "long"}`;
}

/** The result of the exercise that a run belongs to, if it is the latest of it. */
export function resultOf(lab, { run: name, meta }) {
  const result = lab?.exercises.find((each) => each.name === meta.exercise)?.result;
  return result && (!result.runs || result.runs.includes(name)) ? result : null;
}

/** What an exercise came to, beside what was said, in its own unit. */
function timesOfExercise({ predicted, answer, unit }) {
  const sign = unit === "s" || unit === "×" ? unit : "";
  const note = sign ? "" : unit;
  const off = known(answer) && known(predicted) ? Math.abs(answer - predicted) : NaN;
  return [{ name: "You said", s: predicted, unit: sign, note }, { name: "It was", s: answer, unit: sign, note: off <= WELL_JUDGED * Math.abs(answer) ? "within 5%, well judged" : note, isMain: true }].filter(({ s }) => known(s));
}

/**
 * Fill the answer for a moment. `isUp` tells whether it may be seen at all; `result` is that of the exercise, when it is over.
 * Returns whether it was turned just now.
 */
export function drawAnswer(model, { now_s, said_s, isUp, isBegun, result }) {
  const { summary, headline, why, simulated } = model.meta;
  const isOver = Boolean(summary);
  const before = $("answer").className;
  $("answer").classList.toggle("waiting", !isUp);
  $("answer").classList.toggle("open", isUp && !isOver);
  say($("facedown"), isBegun ? FACE_DOWN : faceDown(story(model.meta.work)));
  if (!isUp) return false;
  say($("sentence"), isOver ? result?.sentence || verdictWords(summary) || headline : model.isOpen ? "Under way." : "It was never concluded.");
  say($("because"), isOver ? `${result?.explain ?? why ?? ""}${simulated ? " This run was simulated: nobody worked." : ""}` : model.isOpen ? FACE_DOWN : "");
  showTimes(isOver && result && result.unit !== "s" ? timesOfExercise(result) : timesOf(model, now_s, said_s));
  showClaims(isOver ? (result?.claims ?? []) : []);
  return $("answer").className !== before;
}

const HELD_BACK = { machine: "The espresso machine held this run back.", hands: "The hands held this run back.", cores: "The cores held this run back.", slots: "The slots held this run back.", "longest order": "The longest job set the time.", arrivals: "Those who came set the pace." };
const VERDICTS = { fail: "Not all of it was done.", unknown: "Nobody can say: evidence is missing." };
const verdictWords = (summary) => VERDICTS[summary.verdict] ?? HELD_BACK[summary.held_back_by];

let shownTimes = "";

function showTimes(list) {
  const key = JSON.stringify(list.map(({ name, s, note }) => [name, s.toFixed(2), note]));
  if (key === shownTimes) return;
  shownTimes = key;
  $("trio").replaceChildren(...list.map(({ name, s, unit = "s", note, isMain }) => el("div", { class: isMain ? "main" : null }, el("dt", null, name), el("dd", null, s.toFixed(digits(s, unit)), el("small", null, unit)), el("dd", { class: "note" }, note))));
}

const digits = (value, unit) => (unit === "×" ? 2 : unit === "s" && value < 1000 ? 1 : 0);

let shownClaims = "";

/** What must be seen on any machine, and whether it was: in words, not in a colour alone. */
function showClaims(claims) {
  const key = JSON.stringify(claims);
  if (key === shownClaims) return;
  shownClaims = key;
  $("claims").hidden = !claims.length;
  const marks = { true: "seen", false: "not seen" };
  $("claims").replaceChildren(...claims.map(({ says, holds }) => el("li", null, el("b", null, marks[holds] ?? "not tested here"), says)));
}

/** Where the slot-seconds went, as data: each kind that is there, and its part of all of them. */
export function wentOf(summary) {
  const parts = Object.entries(summary.where_time_went_s ?? {}).map(([name, s]) => [kindOf(name), s]).filter(([kind]) => kind in KINDS);
  const total_s = parts.reduce((sum, [, s]) => sum + s, 0);
  return parts.filter(([, s]) => s > total_s / 1000).map(([kind, s]) => ({ kind, part: s / total_s }));
}

/** One bar, cut by what the time went into; also beside each run in the list. Widths are its parts, so it fits anywhere. */
export function wentStrip(summary, height) {
  const shown = wentOf(summary);
  let from = 0;
  const cuts = shown.map(({ kind, part }) => {
    const cut = svg("rect", { x: `${(100 * from).toFixed(3)}%`, width: `${(100 * part).toFixed(3)}%`, height: "100%", fill: fillOf(kind), stroke: "var(--paper)", "stroke-width": 1 });
    from += part;
    return cut;
  });
  const words = shown.map(({ kind, part }) => `${nameOf(kind, summary.work)} ${percent(part)}`).join(", ");
  return svg("svg", { class: "went-bar", width: "100%", height, role: "img", "aria-label": words }, cuts);
}

/** The server's figures of a stored run, in the theme and the width of the moment; those that it does not have stay away. */
export async function showFigures(model, isUp) {
  const have = isUp && model.meta.summary ? (model.meta.figures ?? []) : [];
  await Promise.all([...document.querySelectorAll("[data-figure]")].map((box) => fill(box, have.includes(box.dataset.figure) ? model.run : null)));
}

async function fill(box, run) {
  // What another run had is not this one's, not even until its own is there.
  if (box.dataset.run !== (run ?? "")) {
    box.replaceChildren();
    Object.assign(box.dataset, { run: run ?? "", shown: "" });
  }
  box.hidden = !run;
  const width = Math.round(box.clientWidth / STEP_PX) * STEP_PX;
  const wanted = `${run} ${theme()} ${width}`;
  if (!run || !width) return;
  if (box.dataset.shown === wanted) return void (box.hidden = !box.firstChild);
  box.dataset.shown = wanted;
  const figure = await getFigure(run, box.dataset.figure, theme(), width).catch(() => undefined);
  if (box.dataset.shown !== wanted || box.dataset.run !== run) return;
  if (figure === undefined) {
    // It was lost on its way: asked for again, if it is still wanted then.
    box.dataset.shown = "";
    return void setTimeout(() => box.dataset.run === run && fill(box, run), AGAIN_MS);
  }
  box.hidden = !figure;
  box.replaceChildren(...(figure ? [figure] : []));
}
