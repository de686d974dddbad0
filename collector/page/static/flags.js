// The flags on the axis, as data.

import { seconds, story } from "./words.js";

/** The flags of a run at a moment: what was said, what the laws and the model allow, when the last was served. */
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
