// A batch as data: what can be asked for, in which limits, and how it reads as a question. No DOM.

import { known, list, story } from "./words.js";

export const POOLS = ["solo", "threads", "gevent", "prefork"];

const FALLBACK = { orders: 40, papers: 60, pool: "threads", workers: 2, slots: 8, machines: 2, speed: 60, sales: null, grader: "python", seed: 1, rate: null, prefetch: null, simulate: false };

/** The lab's own defaults over ours. */
export const defaultsOf = (lab) => ({ ...FALLBACK, ...(lab?.defaults ?? {}) });

/** What an exercise or an own batch begins with. */
export function begin(lab, exercise, work) {
  const settings = Object.fromEntries(Object.entries(exercise?.settings ?? {}).filter(([name, value]) => name in FALLBACK && typeof value !== "object"));
  const picked = exercise?.settings?.orders;
  if (Array.isArray(picked)) settings.orders = picked.reduce((sum, pick) => sum + pick.count, 0);
  return { ...defaultsOf(lab), ...settings, work: exercise?.settings?.work ?? work ?? "coffee" };
}

/** How many jobs that is. */
export const jobsOf = ({ work, orders, papers, sales }) => ({ papers, till: sales })[work] ?? orders;

/** Those who are present for what is asked: {workers, slots} of each, or null where a run brings its own, or nobody works. */
export function presentFor(lab, { pool, simulate }) {
  if (simulate) return null;
  const workers = (lab?.workers ?? []).filter((worker) => (worker.queues ?? [worker.pool]).includes(pool));
  return workers.length ? { workers: workers.length, slots: Math.max(...workers.map((worker) => worker.slots)), rows: workers } : null;
}

/** Whether a batch that only those who are present can do has nobody. An exercise brings its own, the model needs none. */
export const isUnstaffed = (lab, exercise, asked) => Boolean(lab?.present_only && !exercise && !asked.simulate && !presentFor(lab, asked));

/** What is sent to the server: only what this work and pool know. */
export function request(lab, exercise, asked) {
  if (exercise) return { exercise: exercise.name, seed: asked.seed, ...(asked.simulate ? { simulate: true } : {}) };
  const { work, pool, workers, seed } = asked;
  // Who is present has slots already.
  const size = { workers, ...(pool === "solo" || presentFor(lab, asked) ? {} : { slots: asked.slots }) };
  const about = work === "papers" ? { papers: asked.papers, grader: asked.grader } : { orders: asked.orders, machines: asked.machines, speed: asked.speed };
  const given = Object.fromEntries(["rate", "prefetch", "simulate"].filter((name) => asked[name]).map((name) => [name, asked[name]]));
  return { work, pool, ...size, ...about, seed, ...given };
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
  const { work, workers, jobs } = snapshot;
  const kept = ["seed", "speed", "machines", "grader", "rate", "prefetch"].filter((name) => known(snapshot[name]) || typeof snapshot[name] === "string");
  const asked = { ...defaultsOf(lab), ...Object.fromEntries(kept.map((name) => [name, snapshot[name]])), work: work === "papers" ? "papers" : "coffee", workers: workers.length || 1, slots: workers[0]?.slots ?? 1, simulate: Boolean(snapshot.simulated) };
  if (POOLS.includes(snapshot.pool)) asked.pool = snapshot.pool;
  return { ...asked, [asked.work === "papers" ? "papers" : "orders"]: jobs };
}

/** An own batch as a question. */
export function question(asked) {
  const { who } = story(asked.work);
  if (asked.work === "papers") return `${capital(some(asked.workers, who))}, ${some(asked.papers, "paper")}. How long until the last one is graded?`;
  const machine = `one espresso machine with ${some(asked.machines, "group head")}`;
  return `${capital(some(asked.workers, who))}, ${machine}, ${some(asked.orders, "customer")}. How long until the last one is served?`;
}

/** How a fleet looks before anybody has worked: a snapshot with no spans. */
export function blank(lab, exercise, asked) {
  const slots = asked.pool === "solo" ? 1 : asked.slots;
  const present = isUnstaffed(lab, exercise, asked) ? [] : presentFor(lab, asked)?.rows.slice(0, asked.workers);
  const shares_hands = asked.pool !== "prefork";
  const workers = present
    ? present.map((row) => ({ worker: row.worker, name: capital(row.worker.split("@")[0]), host: row.host, pool: asked.pool, slots: row.slots, shares_hands }))
    : Array.from({ length: Math.min(64, asked.workers) }, (_, i) => ({ worker: NAMES[i] ?? `worker${i + 1}`, name: capital(NAMES[i] ?? `no. ${i + 1}`), host: "here", pool: asked.pool, slots, shares_hands }));
  return {
    run: "", state: "before", work: asked.work, pool: asked.pool, size: `${workers.length} × ${slots}`, machines: asked.machines, jobs: jobsOf(asked),
    workers, lanes: workers.flatMap((worker, i) => Array.from({ length: worker.slots }, (_, slot) => [i, slot])), kinds: [],
    spans: { lane: [], job: [], kind: [], start: [], end: [], filled: [], head: [] }, ends: { job: [], lane: [], start: [], end: [], outcome: [] }, job_ids: [], names: [], jobs_sent: [], summary: null, notices: [],
  };
}

const NAMES = ["ana", "ben", "cleo", "dan", "eda", "finn", "gus", "hana"];
