// Measures: what can be read off a model at a moment. No DOM, no clock, no I/O.

import { aboveOf } from "./columns.js";
import { HANDS } from "./kinds.js";

/** How long a head was held, up to `time_s`. */
export const held_s = (model, head, time_s) => spent_s(model, model.heads[head], time_s, () => 1);

/** CPU seconds with the GIL in the slots of a worker, up to `time_s`. */
export function handsBusy_s(model, worker, time_s) {
  let sum = 0;
  for (const lane of model.lanes) if (lane.worker === worker) sum += spent_s(model, lane, time_s, handsPart);
  return sum;
}

const handsPart = (spans, index) => (spans.kind.data[index] === HANDS ? spans.filled.data[index] || 0 : 0);

function spent_s(model, track, time_s, part) {
  const { spans } = model;
  const place = aboveOf(track.list, spans.start.data, time_s) - 1;
  if (place < 0) return 0;
  const index = track.list.data[place];
  const end = spans.end.data[index];
  const until = Math.min(Number.isNaN(end) ? Infinity : end, time_s);
  return sumsOf(track, spans, part)[place] + (until - spans.start.data[index]) * part(spans, index);
}

/** For each place of a track what was spent before it; only what is new since the last time is added up. */
function sumsOf(track, spans, part) {
  const { list } = track;
  if (track.sums.length < list.length) {
    const grown = new Float64Array(list.data.length);
    grown.set(track.sums);
    track.sums = grown;
  }
  for (; track.summed < list.length; track.summed++) {
    const index = list.data[track.summed - 1];
    const end = spans.end.data[index];
    track.sums[track.summed] = track.sums[track.summed - 1] + (Number.isNaN(end) ? 0 : (end - spans.start.data[index]) * part(spans, index));
  }
  return track.sums;
}

/** The three counts of the shop at a moment; they add up to what was sent (or, with `planned`, to all there will be). */
export function counts(model, time_s) {
  const begun = model.begun.count(time_s);
  const done = model.ended.count(time_s);
  const known = Math.max(model.sent.count(time_s), begun);
  return { line: known - begun, air: begun - done, done, sent: known };
}

/** The moments at which something changes, next to `time_s`: before it (-1) or after (+1); null where there is none. */
export function nextChange(model, time_s, direction) {
  const { start, end, lane } = model.spans;
  let best = direction > 0 ? Infinity : -Infinity;
  const better = direction > 0 ? (v) => v > time_s + 1e-6 && v < best : (v) => v < time_s - 1e-6 && v > best;
  for (let i = 0; i < lane.length; i++) {
    if (better(start.data[i])) best = start.data[i];
    if (better(end.data[i])) best = end.data[i];
  }
  return Number.isFinite(best) ? best : null;
}

/** The spans of the job that `index` belongs to, in its lane, as places [from, to) of the lane's list. */
export function jobPlaces(model, index) {
  const { spans } = model;
  const { list } = model.lanes[spans.lane.data[index]];
  const job = spans.job.data[index];
  let from = aboveOf(list, spans.start.data, spans.start.data[index]) - 1;
  let to = from + 1;
  while (from > 0 && spans.job.data[list.data[from - 1]] === job) from--;
  while (to < list.length && spans.job.data[list.data[to]] === job) to++;
  return [from, to];
}

/** The spans of a row of the lanes: a slot's or a group head's. */
export const trackOf = ({ type, model, lane, head }) => (type === "head" ? model.heads[head] : model.lanes[lane]);

/** What is read of a span in a row, as a list and places [from, to) of it: the whole order in a lane, one pull on a head. */
export function placesIn(row, { model, index }) {
  const { list } = trackOf(row);
  if (row.type !== "head") return [list, ...jobPlaces(model, index)];
  const place = list.data.indexOf(index);
  return [list, place, place + 1];
}
