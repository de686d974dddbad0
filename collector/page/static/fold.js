// The fold: a snapshot and the deltas after it in, a model of the run out. No DOM, no clock, no I/O.
//
// A span is a row of `spans` (equal columns); a lane or a head is the list of its spans in order of time. Times are seconds
// after the run's zero. NaN stands for what is not known yet: the end of a span under way, the filled part of its height.

import { aboveOf, Column, Moments } from "./columns.js";
import { BAR_KINDS, MACHINE } from "./kinds.js";

// Keys come rounded to a hundredth of a millisecond.
const SAME_S = 1.5e-5;
const OTHER_KIND = BAR_KINDS.length - 1;

export class Model {
  constructor(snapshot) {
    this.meta = snapshot;
    this.run = snapshot.run;
    this.workers = snapshot.workers;
    this.lanes = snapshot.lanes.map(([worker, slot]) => new Track({ worker, slot }));
    this.heads = Array.from({ length: snapshot.work === "coffee" ? snapshot.machines : 0 }, (_, head) => new Track({ head }));
    this.kindCodes = snapshot.kinds.map((name) => (BAR_KINDS.indexOf(name) + 1 || OTHER_KIND + 1) - 1);
    this.jobIds = [...snapshot.job_ids];
    this.names = [...snapshot.names];
    this.sent = new Moments();
    this.begun = new Moments();
    this.ended = new Moments();
    this.jobs = { sent: [], begun: [], ended: [], lane: [], outcome: [] };
    this.latest_s = snapshot.now_s ?? 0;
    this.version = 0;
    this.#makeSpans(snapshot.spans.lane.length);
    this.#read(snapshot);
  }

  get isOpen() {
    return this.meta.state === "open";
  }

  /** Completion time; of a run under way, or of one that never ended, as far as it is known. */
  get end_s() {
    return this.meta.summary?.completion_s ?? (this.isOpen ? this.latest_s : Math.max(this.lastEnd_s, 0));
  }

  get lastEnd_s() {
    return this.ended.length ? this.ended.data[this.ended.length - 1] : this.latest_s;
  }

  /** Jobs there are in all: planned, or found on the way. */
  get planned() {
    return Math.max(this.meta.jobs ?? 0, this.jobIds.length);
  }

  apply(delta) {
    this.latest_s = Math.max(this.latest_s, delta.now_s ?? 0);
    for (const [id, name] of delta.jobs ?? []) {
      this.jobIds.push(id);
      this.names.push(name);
    }
    for (const [lane, job, kind, start, end, filled, head] of delta.spans ?? []) this.#addSpan(lane, job, kind, start, end, filled, head);
    for (const end of delta.ends ?? []) this.#addEnd(...end);
    while (this.sent.length < (delta.sent ?? 0)) this.sent.push(delta.now_s);
    this.version++;
  }

  #makeSpans(count) {
    const room = Math.max(256, count);
    this.spans = {
      lane: new Column(Int32Array, room),
      job: new Column(Int32Array, room),
      kind: new Column(Uint8Array, room),
      start: new Column(Float64Array, room),
      end: new Column(Float64Array, room),
      filled: new Column(Float32Array, room),
      head: new Column(Int16Array, room),
    };
  }

  #read({ spans, ends, jobs_sent: sent }) {
    for (let i = 0; i < spans.lane.length; i++) {
      this.#addSpan(spans.lane[i], spans.job[i], spans.kind[i], spans.start[i], spans.end[i], spans.filled[i], spans.head[i]);
    }
    for (let i = 0; i < ends.job.length; i++) this.#addEnd(ends.job[i], ends.lane[i], ends.start[i], ends.end[i], ends.outcome[i]);
    sent.forEach((time_s, job) => {
      if (time_s === null) return;
      // Of a run under way it is known how many were sent, not which.
      if (!this.isOpen) this.jobs.sent[job] = time_s;
      this.sent.push(time_s);
    });
  }

  #addSpan(lane, job, kindCode, start, end, filled, head) {
    const track = this.lanes[lane];
    if (!track) return;
    const kind = this.kindCodes[kindCode] ?? OTHER_KIND;
    const settled = [end ?? NaN, filled ?? NaN];
    const known = this.#find(track, job, start);
    if (known >= 0) return this.#settle(known, settled, head);
    this.#append(track, [lane, job, kind, start, ...settled, head ?? -1]);
    if (this.jobs.outcome[job] === undefined) this.jobs.lane[job] = lane;
    if (this.jobs.begun[job] === undefined) {
      this.jobs.begun[job] = start;
      this.begun.push(start);
    }
    return undefined;
  }

  #append(track, row) {
    const { spans } = this;
    const index = spans.lane.length;
    Object.values(spans).forEach((column, at) => column.push(row[at]));
    const place = track.add(index, spans.start.data);
    const before = place > 0 ? track.list.data[place - 1] : -1;
    if (before >= 0 && Number.isNaN(spans.end.data[before])) this.#close(before, row[3]);
    if (row[2] === MACHINE) this.#pull(index);
  }

  #settle(index, [end, filled], head) {
    const { spans } = this;
    if (head >= 0 && spans.head.data[index] < 0) {
      spans.head.data[index] = head;
      this.#pull(index);
    }
    // What is told again changes nothing.
    const isEnd = !Number.isNaN(end) && spans.end.data[index] !== end;
    const isFilled = !Number.isNaN(filled) && spans.filled.data[index] !== Math.fround(filled);
    if (!isEnd && !isFilled) return;
    if (isEnd) spans.end.data[index] = end;
    if (isFilled) spans.filled.data[index] = filled;
    this.#changed(index);
  }

  /** A span is another than it was: in its slot, and under its group head. */
  #changed(index) {
    const { spans } = this;
    this.lanes[spans.lane.data[index]].changed(index, spans.start.data);
    this.heads[spans.head.data[index]]?.changed(index, spans.start.data);
  }

  #pull(index) {
    this.heads[this.spans.head.data[index]]?.add(index, this.spans.start.data);
  }

  #find(track, job, start) {
    const { spans } = this;
    for (let at = aboveOf(track.list, spans.start.data, start + SAME_S) - 1; at >= 0; at--) {
      const index = track.list.data[at];
      if (spans.start.data[index] < start - SAME_S) return -1;
      if (spans.job.data[index] === job) return index;
    }
    return -1;
  }

  #addEnd(job, lane, start, end, outcome) {
    this.#closeOpen(lane, job, end);
    if (outcome === "retried") return;
    if (this.jobs.begun[job] === undefined) this.begun.push(start);
    // A job begins a moment before its first step does.
    this.jobs.begun[job] = Math.min(this.jobs.begun[job] ?? start, start);
    const known = this.jobs.outcome[job];
    // The first end of a job stands, but done stands over failed: as in the run's own table.
    if (known === undefined) this.ended.push(end);
    else if (known === "failed" && outcome === "done") this.ended.move(this.jobs.ended[job], end);
    else return;
    this.jobs.ended[job] = end;
    this.jobs.lane[job] = lane;
    this.jobs.outcome[job] = outcome;
  }

  #closeOpen(lane, job, end) {
    const list = this.lanes[lane]?.list;
    if (!list) return;
    for (let at = list.length - 1; at >= 0 && at >= list.length - 64; at--) {
      const index = list.data[at];
      if (this.spans.job.data[index] === job && Number.isNaN(this.spans.end.data[index])) this.#close(index, end);
    }
  }

  #close(index, end) {
    this.spans.end.data[index] = end;
    this.#changed(index);
  }
}

/** A lane of a slot or of a group head: its spans in order of time. */
export class Track {
  constructor(about) {
    Object.assign(this, about);
    this.list = new Column(Int32Array, 16);
    // What is read off it grows with it: sums that count for the first `summed` places, and a strip that has the first `drawn`.
    Object.assign(this, { sums: new Float64Array(16), summed: 1, drawn: 0, isRedrawn: false });
  }

  /** Add a span; returns its place in the lane. */
  add(index, starts) {
    const { list } = this;
    const last = list.length ? list.data[list.length - 1] : -1;
    if (last < 0 || starts[last] <= starts[index]) {
      list.push(index);
      return list.length - 1;
    }
    const place = aboveOf(list, starts, starts[index]);
    list.insert(place, index);
    this.#changedAt(place);
    return place;
  }

  /** A span of it is another than it was. */
  changed(index, starts) {
    this.#changedAt(aboveOf(this.list, starts, starts[index] - SAME_S));
  }

  #changedAt(place) {
    this.summed = Math.min(this.summed, place + 1);
    this.isRedrawn ||= place < this.drawn;
  }

  /** The span under way at `time_s`, or -1. */
  at(spans, time_s) {
    const place = aboveOf(this.list, spans.start.data, time_s) - 1;
    if (place < 0) return -1;
    const index = this.list.data[place];
    const end = spans.end.data[index];
    return Number.isNaN(end) || end > time_s ? index : -1;
  }
}
