// The flags on the axis: you said, bound, ideal, served. And the playhead, which goes by them.

import { placeFlags } from "./view.js";
import { seconds, story } from "./words.js";

/** The flags of a run at a moment, as data: what was said, what the laws and the model allow, when the last was served. */
export function flagsOf(model, { now_s, said_s, isOpenToSee, narrow }) {
  const { bound_s, ideal_s, work } = model.meta;
  const flags = [];
  if (said_s) flags.push({ time_s: said_s, text: `you said ${seconds(said_s)}`, dash: [5, 4] });
  if (!isOpenToSee) return flags;
  if (bound_s) flags.push({ time_s: bound_s, text: `bound ${seconds(bound_s)}`, dash: [1.5, 3.5], before: true });
  if (ideal_s && ideal_s > bound_s * 1.01) flags.push({ time_s: ideal_s, text: `ideal ${seconds(ideal_s)}`, dash: [3, 2, 1, 2], before: true });
  const end_s = model.meta.summary?.completion_s;
  if (end_s && now_s >= end_s - 1e-6) flags.push({ time_s: end_s, text: narrow ? seconds(end_s) : `${story(work).done} ${seconds(end_s)}`, dash: [], bold: true });
  return flags;
}

/** Flags and playhead of one run, with their lines through its lanes. */
export function drawFlags(canvas, group) {
  const { context, scene } = canvas;
  const { axis, layout } = scene;
  const { rem, isTwo, view_px } = layout;
  const inSight = ({ time_s }) => time_s >= axis.from_s && time_s <= axis.to_s;
  const top = isTwo ? group.y - scene.scroll_px : 0;
  const bottom = Math.min(view_px, isTwo ? group.y + group.h - scene.scroll_px : view_px);
  const now_s = scene.now_s(group.model);
  if (scene.isBegun && inSight({ time_s: now_s }) && (group.model.isOpen || now_s < group.model.end_s - 1e-6)) canvas.line(axis.x(now_s), Math.max(top, rem), bottom, [], 1.5);
  const measured = scene.flags(group.model, group.index).filter(inSight).map((flag) => {
    canvas.font({ weight: flag.bold ? 600 : 400 });
    return { ...flag, x: axis.x(flag.time_s), width: context.measureText(flag.text).width };
  });
  const first = isTwo ? top + rem * 2.1 : rem * 1.5; // under the name of the run
  for (const flag of placeFlags(measured, scene.width, layout.narrow && !isTwo ? 3 : 2)) drawFlag(canvas, flag, first + flag.row * rem * 1.15, bottom);
}

function drawFlag(canvas, { x, side, text, dash, bold }, y, bottom) {
  const { rem } = canvas.scene.layout;
  canvas.line(x, y - rem * 0.5, bottom, dash, 1.25);
  canvas.later.push(() => canvas.label(text, x + side * 5, y, rem, { align: side > 0 ? "left" : "right", color: "--ink", weight: bold ? 600 : 400 }));
}
