// A batch as data: what can be asked for, in which limits, and how it reads as a question. No DOM.

import { story } from "./words.js";

export const POOLS = ["solo", "threads", "gevent", "prefork"];

const FALLBACK = { orders: 40, papers: 60, pool: "threads", workers: 2, slots: 8, machines: 2, speed: 60, grader: "python", seed: 1, rate: null, simulate: false };
const LIMITS = { orders: 100_000, papers: 100_000, workers: 64, slots: 1000, machines: 1000, speed: 100_000, seed: 2 ** 31 - 1, rate: 100_000 };

/** The lab's own defaults and limits over ours. */
export const defaultsOf = (lab) => ({ ...FALLBACK, ...(lab?.defaults ?? {}) });
export const limitOf = (lab, name) => lab?.limits?.[name]?.[1] ?? lab?.limits?.[name]?.max ?? (Number(lab?.limits?.[name]) || LIMITS[name]);

/** What an exercise or an own batch begins with. */
export function begin(lab, exercise, work) {
  const settings = exercise?.settings ?? {};
  return { ...defaultsOf(lab), work: settings.work ?? work ?? "coffee", ...settings };
}

/** Those who are present for a pool: {workers, slots} of each, or null where a run brings its own. */
export function presentFor(lab, pool) {
  const workers = (lab?.workers ?? []).filter((worker) => (worker.queues ?? [worker.pool]).includes(pool));
  return workers.length ? { workers: workers.length, slots: Math.max(...workers.map((worker) => worker.slots)), rows: workers } : null;
}

/** What is sent to the server: only what this work and pool know. */
export function request(lab, exercise, asked) {
  if (exercise) return { exercise: exercise.name, seed: asked.seed, ...(asked.simulate ? { simulate: true } : {}) };
  const { work, pool, workers, seed, simulate } = asked;
  const size = { workers, ...(pool === "solo" ? {} : { slots: presentFor(lab, pool)?.slots ?? asked.slots }) };
  const about = work === "papers" ? { papers: asked.papers, grader: asked.grader } : { orders: asked.orders, machines: asked.machines, speed: asked.speed, ...(asked.rate ? { rate: asked.rate } : {}) };
  return { work, pool, ...size, ...about, seed, ...(simulate ? { simulate: true } : {}) };
}

const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const TENS = { 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 80: "eighty", 100: "a hundred", 1000: "a thousand" };
const number = (count) => SMALL[count] ?? TENS[count] ?? count.toLocaleString("en");
const some = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** An own batch as a question. */
export function question(asked) {
  const { who } = story(asked.work);
  if (asked.work === "papers") return `${capital(some(asked.workers, who))}, ${some(asked.papers, "paper")}. How long until the last one is graded?`;
  const machine = `one espresso machine with ${some(asked.machines, "group head")}`;
  return `${capital(some(asked.workers, who))}, ${machine}, ${some(asked.orders, "customer")}. How long until the last one is served?`;
}

/** How a fleet looks before anybody has worked: a snapshot with no spans. */
export function blank(lab, asked) {
  const slots = asked.pool === "solo" ? 1 : asked.slots;
  const present = presentFor(lab, asked.pool)?.rows.slice(0, asked.workers);
  const shares_hands = asked.pool !== "prefork";
  const workers = present
    ? present.map((row) => ({ worker: row.worker, name: capital(row.worker.split("@")[0]), host: row.host, pool: asked.pool, slots: row.slots, shares_hands }))
    : Array.from({ length: Math.min(64, asked.workers) }, (_, i) => ({ worker: NAMES[i] ?? `worker${i + 1}`, name: capital(NAMES[i] ?? `no. ${i + 1}`), host: "here", pool: asked.pool, slots, shares_hands }));
  return {
    run: "", state: "before", work: asked.work, pool: asked.pool, size: `${workers.length} × ${slots}`, machines: asked.machines, jobs: asked.work === "papers" ? asked.papers : asked.orders,
    workers, lanes: workers.flatMap((worker, i) => Array.from({ length: worker.slots }, (_, slot) => [i, slot])), kinds: [],
    spans: { lane: [], job: [], kind: [], start: [], end: [], filled: [], head: [] }, ends: { job: [], lane: [], start: [], end: [], outcome: [] }, job_ids: [], names: [], jobs_sent: [], summary: null, notices: [],
  };
}

const NAMES = ["ana", "ben", "cleo", "dan", "eda", "finn", "gus", "hana"];
