// The hot part of a frame: spans of a lane in, rectangles of a raster out, in device pixels from the plot's left edge. Nothing
// is allocated per bar.

import { aboveOf } from "./columns.js";
import { BAR_KINDS, HANDS, HANDS_WAIT, MILK } from "./kinds.js";

// Paints of their own beside the kinds.
export const INK = BAR_KINDS.length;
export const EDGE = INK + 1;
export const PAPER = INK + 2;
export const TRACK = INK + 3;
export const RULE = INK + 4;
const FULL = 0.97;

/**
 * Draw the bars of one lane.
 *
 * `frame` has the raster, its paints (`plain`, `faded`), the moment of the playhead (`now_s`), the axis (`from_s`, `until_s`,
 * `perSecond`), the width of a hair and of the gap after a job, the kind shown alone or -1, and whether milk has an edge.
 * `focusJob` is the job that is read, or -1. Where several bars share a pixel, the one at its middle stands for them.
 */
export function drawTrack(model, track, y, height, frame, focusJob) {
  const { spans } = model;
  const starts = spans.start.data;
  const ends = spans.end.data;
  const indices = track.list.data;
  const { from_s, perSecond } = frame;
  const until_s = Math.min(frame.now_s, frame.until_s);
  const count = aboveOf(track.list, starts, until_s);
  let place = Math.max(0, aboveOf(track.list, starts, from_s) - 1);
  while (place < count) {
    const index = indices[place];
    const left = Math.round((Math.max(starts[index], from_s) - from_s) * perSecond);
    const right = Math.round(((ends[index] <= until_s ? ends[index] : until_s) - from_s) * perSecond);
    if (right > left) {
      const isLast = place + 1 >= track.list.length || spans.job.data[indices[place + 1]] !== spans.job.data[index];
      const gap = isLast && right - left > 4 * frame.hair && ends[index] <= until_s ? frame.gap : 0;
      drawSpan(spans, index, left, y, right - left - gap, height, frame, focusJob);
      place++;
    } else place = drawCrowded(spans, track, place, count, left, y, height, frame, focusJob);
  }
}

/** Spans that end within one pixel: one of them is drawn, a pixel wide; returns the place after them. */
function drawCrowded(spans, track, place, count, left, y, height, frame, focusJob) {
  const edge_s = frame.from_s + (left + 0.5) / frame.perSecond;
  const next = Math.min(count, Math.max(place + 1, aboveOf(track.list, spans.start.data, edge_s, place)));
  const middle = Math.max(place, aboveOf(track.list, spans.start.data, edge_s - 0.5 / frame.perSecond, place) - 1);
  const index = track.list.data[Math.min(middle, next - 1)];
  if (left >= 0) drawSpan(spans, index, left, y, 1, height, frame, focusJob);
  // The last one may reach into the next pixel, and is drawn there.
  const last = track.list.data[next - 1];
  return next - 1 > place && spans.end.data[last] > edge_s ? next - 1 : next;
}

function drawSpan(spans, index, x, y, width, height, frame, focusJob) {
  const { raster, kind: alone } = frame;
  const kind = spans.kind.data[index];
  const isFaded = focusJob !== -1 && spans.job.data[index] !== focusJob;
  const paints = isFaded || (alone !== -1 && alone !== kind) ? frame.faded : frame.plain;
  if (kind !== HANDS) {
    raster.rect(paints[kind], x, y, width, height);
    if (kind === MILK) {
      raster.rect(paints[EDGE], x, y, width, frame.hair);
      raster.rect(paints[EDGE], x, y + height - frame.hair, width, frame.hair);
    }
    return;
  }
  const filled = spans.filled.data[index];
  if (Number.isNaN(filled)) return outline(raster, paints[HANDS], x, y, width, height, frame.hair);
  const solid = filled < FULL ? Math.max(2 * frame.hair, Math.round(height * filled)) : height;
  const waits = isFaded || (alone !== -1 && alone !== HANDS_WAIT) ? frame.faded : frame.plain;
  raster.rect(waits[HANDS_WAIT], x, y, width, height - solid);
  raster.rect(paints[HANDS], x, y + height - solid, width, solid);
}

/** How much of it is work is not known yet. */
function outline(raster, paint, x, y, width, height, hair) {
  raster.rect(paint, x, y, width, hair);
  raster.rect(paint, x, y + height - hair, width, hair);
  raster.rect(paint, x, y, Math.min(width, hair), height);
}

/**
 * How many hands were at work, for each pixel column of `columns`: the CPU seconds of some lanes in it, over its seconds.
 * It goes on from where it was the last time, or, `isAnew`, from the beginning.
 */
export function handsLevels(columns, model, lanes, frame, isAnew) {
  if (isAnew) columns.fill(0);
  const { spans } = model;
  for (const number of lanes) {
    const track = model.lanes[number];
    const { list } = track;
    const to = aboveOf(list, spans.start.data, frame.until_s);
    let place = isAnew ? Math.max(0, aboveOf(list, spans.start.data, frame.from_s) - 1) : track.drawn;
    for (; place < to && isSettled(spans, list, place); place++) {
      const index = list.data[place];
      if (spans.kind.data[index] === HANDS && spans.filled.data[index] > 0) {
        cover(columns, (spans.start.data[index] - frame.from_s) * frame.perSecond, (spans.end.data[index] - frame.from_s) * frame.perSecond, spans.filled.data[index]);
      }
    }
    Object.assign(track, { drawn: place, isRedrawn: false });
  }
}

/** Whether how much of a bar is work is known; of a job that another one followed nothing more is awaited. */
function isSettled({ filled, job }, list, place) {
  const index = list.data[place];
  return !Number.isNaN(filled.data[index]) || (place + 1 < list.length && job.data[list.data[place + 1]] !== job.data[index]);
}

function cover(columns, from, to, level) {
  const start = Math.max(0, from);
  const end = Math.min(columns.length, to);
  if (!(end > start)) return;
  const first = Math.floor(start);
  const last = Math.min(columns.length - 1, Math.floor(end));
  if (first === last) columns[first] += level * (end - start);
  else {
    columns[first] += level * (first + 1 - start);
    for (let column = first + 1; column < last; column++) columns[column] += level;
    columns[last] += level * (end - last);
  }
}
