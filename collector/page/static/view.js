// The view as data: which moments and which rows are where. Lengths in rem unless a name says px. No DOM.

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400];
const LEAST_ZOOM_S = 0.05;
// More lanes and heads than this scroll under the axis.
export const MOST_LANES_AT_ONCE = 40;

/** The end of the axis. Live it grows in steps, from the larger of prediction and bound; never every frame. */
export function axisEnd({ isLive, now_s, ends_s, said_s, least_s }) {
  const longest_s = Math.max(0, ...ends_s);
  if (!isLive) {
    const guess_s = Math.min(said_s ?? 0, 2 * longest_s || Infinity);
    return niceUp(Math.max(longest_s, guess_s) * 1.06 || 10);
  }
  let end_s = niceUp(Math.max(Math.min(said_s ?? 0, 3 * (least_s || Infinity)), least_s || 0, 2) * 1.15);
  while (now_s > 0.96 * end_s) end_s = niceUp(end_s * 1.25);
  return end_s;
}

const niceUp = (s) => {
  const step = STEPS.find((each) => s / each <= 20) ?? STEPS.at(-1);
  return Math.ceil(s / step - 1e-9) * step;
};

/** Where moments are: seconds `from_s` to `to_s` between the pixels x0 and x1. */
export class TimeAxis {
  constructor(x0, x1, from_s, to_s) {
    Object.assign(this, { x0, x1, from_s, to_s, perSecond: (x1 - x0) / (to_s - from_s || 1) });
  }

  x(time_s) {
    return this.x0 + (time_s - this.from_s) * this.perSecond;
  }

  time_s(x) {
    return this.from_s + (x - this.x0) / this.perSecond;
  }

  /** Moments to label, at least `room_px` apart, with the digits that they need. */
  ticks(room_px) {
    const step_s = STEPS.find((each) => each * this.perSecond >= room_px) ?? STEPS.at(-1);
    const first = Math.ceil(this.from_s / step_s - 1e-9);
    const last = Math.floor(this.to_s / step_s + 1e-9);
    const digits = step_s >= 1 ? 0 : step_s >= 0.1 ? 1 : 2;
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({ time_s: (first + i) * step_s, text: ((first + i) * step_s).toFixed(digits) }));
  }
}

/** A window on [0, end_s] that is `factor` times as wide and keeps `at_s` in its place; null for the whole. */
export function zoomed(window, end_s, at_s, factor) {
  const [from, to] = window ?? [0, end_s];
  const width = Math.max(LEAST_ZOOM_S, (to - from) * factor);
  if (width >= end_s * 0.999) return null;
  return placed(at_s - ((at_s - from) / (to - from)) * width, width, end_s);
}

/** The window moved by `by_s`. */
export const moved = (window, end_s, by_s) => window && placed(window[0] + by_s, window[1] - window[0], end_s);

/** The window moved just so far that `at_s` is in it. */
export function following(window, end_s, at_s) {
  if (!window || (at_s >= window[0] && at_s <= window[1])) return window;
  const width = window[1] - window[0];
  return placed(at_s > window[1] ? at_s - 0.1 * width : at_s - 0.9 * width, width, end_s);
}

function placed(from, width, end_s) {
  const start = Math.max(0, Math.min(end_s - width, from));
  return [start, start + width];
}

/**
 * The rows of some runs, from top to bottom, in pixels: `fixed` ones stay under the axis, `rows` scroll if there are many,
 * in a height of `most_px`.
 * `groups` are the workers' rows together, for their names. Heights: `head_px` of what is fixed, `all_px`, `view_px` in view.
 */
export function layout(models, { rem, pitch, narrow, most_px }) {
  const isTwo = models.length > 1;
  const place = { fixed: [], rows: [], groups: [], y: rem * (narrow ? 4.6 : 2.35) };
  const many = models.reduce((sum, model) => sum + model.lanes.length + model.heads.length, 0) > MOST_LANES_AT_ONCE * models.length;
  const size = isTwo ? { pitch: 0.625 * rem, head: 0.8125 * rem, hands: 0.5 * rem, gap: 0.4 * rem } : { pitch: pitch * rem, head: (pitch + 0.125) * rem, hands: 0.6875 * rem, gap: 0.75 * rem };
  if (isTwo) place.y = rem * 1.5;
  let head_px = place.y;
  models.forEach((model, index) => {
    const top = place.y;
    shopRows(place, model, index, { rem, narrow, isTwo, size });
    if (!isTwo && many) head_px = keep(place, most_px);
    workerRows(place, model, { rem, narrow, isTwo, size });
    place.groups.push({ type: "span", model, index, y: isTwo ? top : 0, h: place.y - (isTwo ? top : 0) - size.gap });
    if (isTwo) place.y += rem * 0.5;
  });
  const all_px = Math.ceil(place.y - 0.4 * rem);
  const view_px = many ? Math.min(all_px, most_px) : all_px;
  return { ...place, head_px, all_px, view_px, isTwo, narrow, rem, scrolls: view_px < all_px };
}

/** Line and heads stay under the axis while the lanes scroll; heads that would fill the window scroll too. Returns where they end. */
function keep(place, most_px) {
  place.fixed = place.rows.splice(0, place.y > most_px / 2 ? 1 : Infinity);
  return place.rows[0]?.y ?? place.y;
}

function add(place, type, h, about) {
  place.rows.push({ type, y: place.y, h, ...about });
  place.y += h;
}

function shopRows(place, model, index, { rem, narrow, isTwo, size }) {
  if (isTwo) add(place, "title", rem * 2.75, { model, index });
  else {
    add(place, "line", rem * (narrow ? 2.25 : 2), { model });
    place.y += rem * 0.6;
  }
  if (!model.heads.length) return;
  if (narrow) add(place, "label", rem * 1.4, { model, head: true });
  model.heads.forEach((_, head) => add(place, "head", size.head, { model, head }));
  place.y += size.gap;
}

function workerRows(place, model, { rem, narrow, isTwo, size }) {
  const lanesOf = model.workers.map(() => []);
  model.lanes.forEach((lane, number) => lanesOf[lane.worker].push(number));
  const roomy = !isTwo && !narrow && model.workers.length <= 12 ? 3.4 * rem : 0;
  model.workers.forEach((worker, number) => {
    const top = place.y;
    if (narrow) add(place, "label", rem * 1.4, { model, worker: number });
    if (worker.shares_hands) add(place, "hands", size.hands, { model, worker: number, lanes: lanesOf[number] });
    for (const lane of lanesOf[number]) add(place, "slot", size.pitch, { model, lane });
    place.y = Math.max(place.y, top + roomy);
    place.groups.push({ type: "who", model, worker: number, y: top, h: place.y - top });
    place.y += size.gap;
  });
}

/** The rows that show between y0 and y1, as places [from, to). */
export function inView(rows, y0, y1) {
  let from = firstBelow(rows, y0);
  let to = from;
  while (to < rows.length && rows[to].y < y1) to++;
  return [from, to];
}

/** The row at a height, or null. */
export function rowAt(rows, y) {
  const row = rows[firstBelow(rows, y)];
  return row && y >= row.y && y < row.y + row.h ? row : null;
}

function firstBelow(rows, y) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].y + rows[middle].h <= y) low = middle + 1;
    else high = middle;
  }
  return low;
}

function spanOf({ x, width }, side) {
  const from = side > 0 ? x : x - width - 5;
  return [from, from + width + 5];
}

/**
 * Flags on the axis: each gets a row and a side so that they do not lie on each other.
 * `flags` are {x, width, before}; returns them with `row`, `side` (1 right of its line, -1 left) and the span of its text.
 */
export function placeFlags(flags, right, rows = 2) {
  const taken = Array.from({ length: rows }, () => []);
  return flags.map((flag) => {
    const first = flag.before || flag.x + flag.width + 8 > right ? -1 : 1;
    const places = [first, -first].flatMap((side) => taken.map((_, row) => ({ side, row, span: spanOf(flag, side) })));
    const isInside = ({ span: [from, to] }) => from >= 0 && to <= right;
    const isFree = ({ row, span }) => taken[row].every(([a, b]) => b < span[0] - 6 || a > span[1] + 6);
    const place = places.find((each) => isFree(each) && isInside(each)) ?? places[1];
    taken[place.row].push(place.span);
    return { ...flag, ...place };
  });
}
