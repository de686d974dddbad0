// The hot part of a frame: spans of a lane in, rectangles by fill out, in device pixels. Nothing is allocated per bar.

import { aboveOf } from "./columns.js";
import { BAR_KINDS, HANDS, HANDS_WAIT, MILK } from "./kinds.js";

// Fills of their own beside the kinds.
export const INK = BAR_KINDS.length;
export const EDGE = INK + 1;
const FILLS = EDGE + 1;
const FULL = 0.97;

/** Rectangles sorted by fill, plain and faded, kept from frame to frame. */
export class Rectangles {
  constructor() {
    this.plain = Array.from({ length: FILLS }, () => new Bucket());
    this.faded = Array.from({ length: FILLS }, () => new Bucket());
  }

  /** Draw all and forget them. `styles` are fill styles in the order of the fills. Returns how many there were. */
  flush(context, styles, fade) {
    context.globalAlpha = fade;
    let count = drawAll(context, this.faded, styles);
    context.globalAlpha = 1;
    count += drawAll(context, this.plain, styles);
    return count;
  }
}

function drawAll(context, buckets, styles) {
  let count = 0;
  for (let fill = 0; fill < FILLS; fill++) {
    const bucket = buckets[fill];
    if (!bucket.length) continue;
    context.fillStyle = styles[fill];
    const { data } = bucket;
    for (let i = 0; i < bucket.length; i += 4) context.fillRect(data[i], data[i + 1], data[i + 2], data[i + 3]);
    count += bucket.length / 4;
    bucket.length = 0;
  }
  return count;
}

class Bucket {
  constructor() {
    this.data = new Float32Array(1024);
    this.length = 0;
  }

  add(x, y, width, height) {
    if (this.length + 4 > this.data.length) {
      const grown = new Float32Array(this.data.length * 2);
      grown.set(this.data);
      this.data = grown;
    }
    const { data } = this;
    let at = this.length;
    data[at++] = x;
    data[at++] = y;
    data[at++] = width;
    data[at++] = height;
    this.length = at;
  }
}

/**
 * Put the bars of one lane into `out`.
 *
 * `frame` tells the moment of the playhead (`now_s`), the axis in device pixels (`x0`, `perPixel`, `from_s`, `until_s`), the
 * width of a hair, the job in focus (or -1) and the kind shown alone (or -1), and whether milk has an edge.
 * Where several bars share a pixel, the one at its middle stands for them.
 */
export function drawTrack(out, model, track, y, height, frame, focusJob) {
  const { spans } = model;
  const starts = spans.start.data;
  const ends = spans.end.data;
  const indices = track.list.data;
  const count = aboveOf(track.list, starts, Math.min(frame.now_s, frame.until_s));
  let place = Math.max(0, aboveOf(track.list, starts, frame.from_s) - 1);
  while (place < count) {
    const index = indices[place];
    const end = ends[index] <= frame.now_s ? ends[index] : frame.now_s;
    const left = Math.round(frame.x0 + (Math.max(starts[index], frame.from_s) - frame.from_s) * frame.perSecond);
    const right = Math.round(frame.x0 + (Math.min(end, frame.until_s) - frame.from_s) * frame.perSecond);
    if (right > left) {
      const isLast = place + 1 >= track.list.length || spans.job.data[indices[place + 1]] !== spans.job.data[index];
      const gap = isLast && right - left > 4 * frame.hair && ends[index] <= frame.now_s ? frame.gap : 0;
      drawSpan(out, spans, index, left, y, right - left - gap, height, frame, focusJob);
      place++;
    } else place = drawCrowded(out, spans, track, place, count, left, y, height, frame, focusJob);
  }
}

/** Spans that end within one pixel: one of them is drawn, a pixel wide; returns the place after them. */
function drawCrowded(out, spans, track, place, count, left, y, height, frame, focusJob) {
  const edge_s = frame.from_s + (left + 0.5 - frame.x0) / frame.perSecond;
  const next = Math.min(count, Math.max(place + 1, aboveOf(track.list, spans.start.data, edge_s, place)));
  const middle = Math.max(place, aboveOf(track.list, spans.start.data, edge_s - 0.5 / frame.perSecond, place) - 1);
  const index = track.list.data[Math.min(middle, next - 1)];
  if (spans.start.data[index] >= frame.from_s) drawSpan(out, spans, index, left, y, 1, height, frame, focusJob);
  // The last one may reach into the next pixel, and is drawn there.
  const last = track.list.data[next - 1];
  return next - 1 > place && spans.end.data[last] > edge_s ? next - 1 : next;
}

function drawSpan(out, spans, index, x, y, width, height, frame, focusJob) {
  const kind = spans.kind.data[index];
  const isFaded = focusJob !== -1 && spans.job.data[index] !== focusJob;
  const buckets = isFaded || (frame.kind !== -1 && frame.kind !== kind) ? out.faded : out.plain;
  if (kind !== HANDS) {
    buckets[kind].add(x, y, width, height);
    if (kind === MILK && frame.milkEdge) {
      buckets[EDGE].add(x, y, width, frame.hair);
      buckets[EDGE].add(x, y + height - frame.hair, width, frame.hair);
    }
    return;
  }
  const filled = spans.filled.data[index];
  if (Number.isNaN(filled)) outline(buckets[HANDS], x, y, width, height, frame.hair);
  else {
    const solid = Math.max(2 * frame.hair, Math.round(height * Math.min(1, filled)));
    const waiting = isFaded || (frame.kind !== -1 && frame.kind !== HANDS_WAIT) ? out.faded : out.plain;
    if (filled < FULL) waiting[HANDS_WAIT].add(x, y, width, height - solid);
    buckets[HANDS].add(x, y + height - solid, width, solid);
  }
}

/** How much of it is work is not known yet. */
function outline(bucket, x, y, width, height, hair) {
  const thick = 2 * hair;
  bucket.add(x, y, width, hair);
  bucket.add(x, y + height - hair, width, hair);
  if (width > thick) bucket.add(x, y, hair, height);
}

/** How many hands were at work, for each pixel column of `columns`: the CPU seconds of some lanes in it, over its seconds. */
export function handsLevels(columns, model, lanes, frame) {
  columns.fill(0);
  const { spans } = model;
  for (const number of lanes) {
    const { list } = model.lanes[number];
    const to = aboveOf(list, spans.start.data, frame.until_s);
    for (let place = Math.max(0, aboveOf(list, spans.start.data, frame.from_s) - 1); place < to; place++) {
      const index = list.data[place];
      if (spans.kind.data[index] === HANDS && spans.filled.data[index] > 0) {
        cover(columns, (spans.start.data[index] - frame.from_s) * frame.perSecond, (spans.end.data[index] - frame.from_s) * frame.perSecond, spans.filled.data[index]);
      }
    }
  }
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
