// The customers: the line as a curve over time, and the three counts with a figure for each.

import { $, say, svg } from "./dom.js";
import { BAR_KINDS } from "./kinds.js";
import { counts } from "./measures.js";
import { edgeOf, fillOf } from "./patterns.js";
import { ink } from "./theme.js";
import { plural, story } from "./words.js";

const MOST_FIGURES = 60;
const MOST_SQUARES = 96;
const ROUND = [2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000];

/** How many stood in line, over time, on the lanes' own axis. */
export function drawLine(canvas, { model, h }, y) {
  const { context, scene, dpr } = canvas;
  const { axis, layout, now_s: clock } = scene;
  const { rem, narrow } = layout;
  const base = y + h;
  const most = Math.max(1, model.planned);
  if (!narrow) canvas.text(story(model.meta.work).line.replace(/^./, (c) => c.toUpperCase()), 0, y + h / 2, { serif: true, size: 1.0625, color: "--ink" });
  const until = Math.min(clock(model), axis.to_s);
  if (scene.isBegun && until > axis.from_s) curve(context, waiting(model, axis, until, dpr), (count) => Math.round((base - (count * (h - 2)) / most) * dpr) / dpr, base);
  context.fillStyle = ink("--rule-2");
  context.fillRect(axis.x0, base, axis.x1 - axis.x0, 1);
  const number = { align: "right", color: "--ink-3", size: 0.6875 };
  canvas.text(most.toLocaleString("en"), axis.x0 - rem * 0.6, y + rem * 0.35, number);
  canvas.text("0", axis.x0 - rem * 0.6, base - rem * 0.2, number);
}

/** Points [x, count] where the count changes, one a pixel at the most. */
function waiting(model, axis, until_s, dpr) {
  const points = [];
  const step = 1 / dpr;
  let last = -1;
  const end = axis.x(until_s);
  for (let x = axis.x0; x <= end; x += step) {
    const { line } = counts(model, axis.time_s(x));
    if (line !== last) points.push([x, line]);
    last = line;
  }
  points.push([end, last]);
  return points;
}

function curve(context, points, level, base) {
  context.beginPath();
  context.moveTo(points[0][0], base);
  trace(context, points, level);
  context.lineTo(points.at(-1)[0], base);
  context.fillStyle = ink("--quiet");
  context.fill();
  context.beginPath();
  context.moveTo(points[0][0], level(points[0][1]));
  trace(context, points, level);
  context.strokeStyle = ink("--ink-2");
  context.lineWidth = 1.25;
  context.stroke();
}

function trace(context, points, level) {
  points.forEach(([x, count], i) => {
    if (i) context.lineTo(x, level(points[i - 1][1]));
    context.lineTo(x, level(count));
  });
}

let shown = "";

/** Fill the tally. Before a run all of them stand in line. */
export function tally(model, time_s, isBegun) {
  const { line, air, done } = isBegun ? counts(model, time_s) : { line: model.planned, air: 0, done: 0 };
  const doing = model.lanes.length <= MOST_SQUARES * 4 ? model.lanes.map((lane) => (isBegun ? kindAt(model, lane, time_s) : null)) : [];
  const key = JSON.stringify([model.run, line, air, done, doing, model.planned]);
  if (key === shown) return;
  shown = key;
  say($("n-line"), line.toLocaleString("en"));
  say($("n-air"), air.toLocaleString("en"));
  say($("n-done"), done.toLocaleString("en"));
  const each = figureStandsFor(model.planned);
  $("w-line").replaceChildren(people(Math.ceil(line / each), false));
  $("w-done").replaceChildren(people(Math.floor(done / each), true));
  $("w-air").replaceChildren(squares(model, doing));
  $("crowd").replaceChildren(crowd(Math.ceil(line / each), doing, Math.floor(done / each)));
  const words = story(model.meta.work);
  say($("t-line"), each === 1 ? words.line : `${words.line}; one figure is ${plural(each, words.figure)}`);
}

/** Above sixty jobs a figure stands for a round number of them. */
export const figureStandsFor = (jobs) => (jobs <= MOST_FIGURES ? 1 : (ROUND.find((each) => jobs / each <= MOST_FIGURES) ?? Math.ceil(jobs / MOST_FIGURES)));

function kindAt(model, lane, time_s) {
  const index = lane.at(model.spans, time_s);
  return index < 0 ? null : BAR_KINDS[model.spans.kind.data[index]];
}

const PERSON = "M5 .7a2.9 2.9 0 1 1 0 5.8a2.9 2.9 0 0 1 0-5.8zM.6 15.4c0-5.2 1.7-7.4 4.4-7.4s4.4 2.2 4.4 7.4z";

function person(x, isServed, scale = 1) {
  return svg("path", { d: PERSON, transform: `translate(${x} ${scale < 1 ? 3 : 0}) scale(${scale})`, fill: isServed ? "var(--ink)" : "none", stroke: isServed ? "none" : "var(--ink-2)", "stroke-width": 1.1 });
}

const strip = (width, marks) => svg("svg", { viewBox: `0 0 ${Math.max(1, width)} 16`, width: `${width / 16}rem`, height: "1rem", class: "marks", preserveAspectRatio: "xMinYMid meet", "aria-hidden": "true" }, marks);
const people = (count, isServed) => strip(count * 10.2, Array.from({ length: count }, (_, i) => person(i * 10.2, isServed)));

/** A small square for each slot, with the pattern of what it is doing. */
function squares(model, doing) {
  if (model.lanes.length > MOST_SQUARES) return strip(0, []);
  let x = 0;
  let worker = 0;
  const marks = model.lanes.map((lane, i) => {
    if (lane.worker !== worker) x += 10;
    worker = lane.worker;
    const mark = svg("rect", { x: x + 0.5, y: 1.5, width: 10.5, height: 13, fill: doing[i] ? fillOf(doing[i]) : "none", stroke: doing[i] ? edgeOf(doing[i]) : "var(--rule-2)" });
    x += 13.5;
    return mark;
  });
  return strip(x, marks);
}

/** On a phone: one strip of all jobs. */
function crowd(line, doing, done) {
  const busy = doing.filter(Boolean);
  const cell = (kind, i) => svg("rect", { x: i * 9 + 0.4, y: 4, width: 7, height: 11, fill: fillOf(kind), stroke: edgeOf(kind), "stroke-width": 0.8 });
  const total = line + busy.length + done;
  const marks = Array.from({ length: total }, (_, i) => (i < line ? person(i * 9, false, 0.78) : i < line + busy.length ? cell(busy[i - line], i) : person(i * 9, true, 0.78)));
  return svg("svg", { viewBox: `0 0 ${Math.max(360, total * 9)} 17`, width: "100%", "aria-hidden": "true" }, marks);
}
