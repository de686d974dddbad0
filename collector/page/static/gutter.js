// What stands beside the lanes: who works there on the left, how busy they were on the right, and whose pull it is.

import { aboveOf } from "./columns.js";
import { drawLine } from "./line.js";
import { handsBusy_s, held_s } from "./measures.js";
import { clockTime, percent } from "./words.js";

const NUMBER = { align: "right", color: "--ink-3", size: 0.6875 };

/** The words of a row, at `y` of the canvas. */
export function drawWords(canvas, row, y) {
  const { layout, axis } = canvas.scene;
  const { rem, narrow, isTwo } = layout;
  const middle = y + (row.h - (isTwo ? 0.125 : 0.1875) * rem) / 2;
  const gutter = axis.x0 - rem * 0.6;
  if (row.type === "title") title(canvas, row, y);
  else if (row.type === "label") canvas.later.push(() => label(canvas, row, y));
  else if (row.type === "line") drawLine(canvas, row, y);
  else if (row.type === "head") head(canvas, row, y, middle, gutter);
  else if (row.type === "hands" && !narrow && !isTwo) canvas.text("hands", gutter, middle, NUMBER);
  else if (row.type === "slot" && !isTwo) canvas.text(String(row.model.lanes[row.lane].slot + 1), gutter, middle, NUMBER);
}

/** How busy the machine was, and a worker's hands (of all its processes), up to the moment that is shown. */
function machineBusy({ scene }, model) {
  const now_s = Math.min(scene.now_s(model), model.end_s);
  return model.heads.reduce((sum, _, number) => sum + held_s(model, number, now_s), 0) / (model.heads.length * now_s || 1);
}

function handsBusy({ scene }, model, worker) {
  const now_s = Math.min(scene.now_s(model), model.end_s);
  const { shares_hands: shares, slots } = model.workers[worker];
  return handsBusy_s(model, worker, now_s) / ((shares ? 1 : slots) * now_s || 1);
}

const weight = ({ scene }, model, limit) => (scene.limitOf(model) === limit ? 600 : 400);

function figure(canvas, model, limit, part, unit, y) {
  const { scene } = canvas;
  if (!scene.isBegun) return;
  const { rem, isTwo } = scene.layout;
  canvas.text(percent(part), scene.width, y, { align: "right", size: isTwo ? 0.875 : 1.0625, color: "--ink", weight: weight(canvas, model, limit) });
  if (!isTwo) canvas.text(unit, scene.width, y + rem * 1.15, { align: "right" });
}

function title(canvas, { model }, y) {
  const { pool, size, simulated, started } = model.meta;
  const name = `${pool} ${size ?? ""}${simulated ? ", simulated" : ""}`;
  const { rem } = canvas.scene.layout;
  canvas.text(name, 0, y + rem * 0.7, { serif: true, size: 1.125, color: "--ink" });
  // Two of the same settings differ by when they were, and by name.
  const from = canvas.context.measureText(name).width + rem * 0.75;
  canvas.text([clockTime(started), model.run].filter(Boolean).join(", "), from, y + rem * 0.75, { most: canvas.scene.width - from });
}

function head(canvas, { model, head: number, h }, y, middle, gutter) {
  const { scene } = canvas;
  const { rem, narrow, isTwo } = scene.layout;
  if (number === 0 && !narrow) {
    const serif = { serif: true, size: isTwo ? 0.9375 : 1.0625, color: "--ink" };
    canvas.text(isTwo ? "Machine" : "Espresso", 0, middle, serif);
    if (!isTwo) canvas.text("machine", 0, middle + rem * 1.2, serif);
    figure(canvas, model, "machine", machineBusy(canvas, model), "heads busy", middle);
  }
  if (isTwo) return;
  canvas.text(narrow ? String(number + 1) : `head ${number + 1}`, gutter, middle, { ...NUMBER, size: narrow ? 0.6875 : 0.75 });
  if (scene.isBegun && !scene.focus && scene.kind === -1) pullNumbers(canvas, model, number, canvas.barPlace({ h }, y).map((v) => v / canvas.dpr));
}

/** Which order each pull is for, where there is room to say so. */
function pullNumbers(canvas, model, number, [top, tall]) {
  const { scene } = canvas;
  const { axis, layout } = scene;
  const { spans, heads, jobIds } = model;
  const { list } = heads[number];
  const now_s = scene.now_s(model);
  const from = Math.max(0, aboveOf(list, spans.start.data, axis.from_s) - 1);
  const to = aboveOf(list, spans.start.data, Math.min(now_s, axis.to_s));
  if ((axis.x1 - axis.x0) / (to - from) < layout.rem) return;
  for (let place = from; place < to; place++) {
    const index = list.data[place];
    const end = spans.end.data[index];
    const x0 = Math.max(axis.x0, axis.x(spans.start.data[index]));
    const x1 = Math.min(axis.x1, axis.x(end <= now_s ? end : now_s));
    const words = jobIds[spans.job.data[index]];
    if (x1 - x0 >= layout.rem * (0.7 + 0.45 * words.length)) pullNumber(canvas, words, (x0 + x1) / 2, top, tall);
  }
}

function pullNumber(canvas, words, x, top, tall) {
  const { context, scene } = canvas;
  const width = scene.layout.rem * (0.3 + 0.43 * words.length);
  context.fillStyle = scene.ink("--machine");
  context.fillRect(x - width / 2, top + tall * 0.12, width, tall * 0.76);
  canvas.text(words, x, top + tall / 2 + 0.5, { align: "center", color: "--on-machine", size: 0.6875, weight: 500 });
}

/** On a phone the name stands above the lanes. */
function label(canvas, row, y) {
  const { scene } = canvas;
  const { rem } = scene.layout;
  const { model } = row;
  const worker = model.workers[row.worker];
  const [name, busy, limit] = row.head
    ? ["Espresso machine", `${percent(machineBusy(canvas, model))} busy`, "machine"]
    : [`${worker.name}, ${worker.host}, ${worker.pool}`, `${percent(handsBusy(canvas, model, row.worker))} hands busy`, "hands"];
  canvas.label(name, 0, y + row.h / 2, row.h - 4, { serif: true, size: 0.9375, color: "--ink", most: scene.width - rem * 8 });
  if (scene.isBegun) canvas.label(busy, scene.axis.x1, y + row.h / 2, row.h - 4, { align: "right", weight: weight(canvas, model, limit) });
}

/** A worker's name, as many lines of it as there is room for; it stays in view while its lanes are. */
export function drawWho(canvas, group, scroll_px, head_px) {
  const { scene } = canvas;
  const { rem, narrow, isTwo, view_px } = scene.layout;
  const y = Math.max(group.y - scroll_px, head_px);
  const bottom = group.y + group.h - scroll_px;
  if (narrow || bottom < head_px + rem || y > view_px) return;
  const worker = group.model.workers[group.worker];
  const first = y + (isTwo ? 0.55 : 0.6 + (worker.shares_hands && y > head_px ? 0.55 : 0)) * rem;
  const most = scene.axis.x0 - rem * 3.1;
  const lines = [worker.name, worker.host, `${worker.pool} × ${worker.slots}`].slice(0, isTwo ? 2 : 3);
  lines.forEach((words, i) => {
    const at = first + rem * (isTwo ? 1 : 1.12) * i;
    if (i === 0) canvas.text(words, 0, at, { serif: true, size: isTwo ? 0.9375 : 1.0625, color: "--ink", most });
    else if (at + rem * 0.3 <= bottom) canvas.text(words, 0, at, { most });
  });
  figure(canvas, group.model, "hands", handsBusy(canvas, group.model, group.worker), worker.shares_hands ? "hands busy" : "of all hands", first);
}
