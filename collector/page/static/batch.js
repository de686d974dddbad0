// A batch as data: what can be asked for, in which limits, and how it reads as a question. No DOM.

import { list, story } from "./words.js";

export const POOLS = ["solo", "threads", "gevent", "prefork"];

const FALLBACK = { orders: 40, papers: 60, pool: "threads", workers: 2, slots: 8, machines: 2, speed: 60, grader: "python", seed: 1, rate: null, simulate: false };

/** The lab's own defaults over ours. */
export const defaultsOf = (lab) => ({ ...FALLBACK, ...(lab?.defaults ?? {}) });

/** What an exercise or an own batch begins with. */
export function begin(lab, exercise, work) {
  const settings = Object.fromEntries(Object.entries(exercise?.settings ?? {}).filter(([name, value]) => name in FALLBACK && typeof value !== "object"));
  return { ...defaultsOf(lab), ...settings, work: exercise?.settings?.work ?? work ?? "coffee" };
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
  // Who is present has slots already.
  const size = { workers, ...(pool === "solo" || presentFor(lab, pool) ? {} : { slots: asked.slots }) };
  const about = work === "papers" ? { papers: asked.papers, grader: asked.grader } : { orders: asked.orders, machines: asked.machines, speed: asked.speed, ...(asked.rate ? { rate: asked.rate } : {}) };
  return { work, pool, ...size, ...about, seed, ...(simulate ? { simulate: true } : {}) };
}

const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const TENS = { 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 80: "eighty", 100: "a hundred", 1000: "a thousand" };
const number = (count) => SMALL[count] ?? TENS[count] ?? count.toLocaleString("en");
const some = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** What an exercise runs, in words: the setting that is asked about, then all its runs. */
export function exerciseWords({ settings, variants = [] }) {
  const { who } = story(settings.work);
  const many = (count, one, more) => `${count} ${count === 1 ? one : (more ?? `${one}s`)}`;
  const picks = Array.isArray(settings.orders) ? list(settings.orders.map((pick) => `${many(pick.count, pick.drink)}${pick.extras?.length ? ` with ${list([pick.extras].flat())}` : ""}`)) : null;
  const what = { papers: () => many(settings.papers, "paper"), till: () => many(settings.sales, "sale") }[settings.work]?.() ?? picks ?? many(settings.orders, "order");
  const air = settings.pool === "solo" || !settings.slots ? "" : `, ${settings.slots} in the air each`;
  const about = settings.work === "coffee" ? `, ${many(settings.machines ?? 1, "group head")}, at ${settings.speed} coffee-seconds a second` : settings.grader && settings.work === "papers" ? `, ${settings.grader} grader` : "";
  const runs = variants.length > 1 ? ` ${capital(number(variants.length))} runs: ${variants.join("; ")}.` : "";
  return `${capital(what)} for ${many(settings.workers ?? 1, who)} of the ${settings.pool} pool${air}${about}.${runs}`;
}

/** A stored run as a batch of one's own, so that one number of it can be changed. */
export function batchOf(lab, snapshot) {
  const { work, pool, seed, machines, workers, jobs } = snapshot;
  const asked = { ...defaultsOf(lab), work: work === "papers" ? "papers" : "coffee", workers: workers.length || 1, slots: workers[0]?.slots ?? 1, machines: machines ?? 1, [work === "papers" ? "papers" : "orders"]: jobs };
  if (POOLS.includes(pool)) asked.pool = pool;
  if (seed !== null && seed !== undefined) asked.seed = seed;
  if (snapshot.speed) asked.speed = snapshot.speed;
  return asked;
}

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
