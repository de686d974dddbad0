// Words and numbers as the page says them. No DOM.

const NARROW_SPACE = "\u202f";

/** Seconds with their unit, `digits` after the point; a dash where nobody knows. */
export const seconds = (s, digits = 1) => (known(s) ? `${s.toFixed(digits)}${NARROW_SPACE}s` : "–");
export const percent = (part) => (known(part) ? `${Math.round(100 * part)}%` : "–");
export const times = (ratio) => (known(ratio) ? ratio.toFixed(2) : "–");
export const known = (value) => value !== null && value !== undefined && Number.isFinite(value);
export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
export const list = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

const SHOP = { place: "The shop", who: "barista", job: "Order", jobs: "orders", one: "order", figure: "customer", line: "in line", air: "in the air", done: "served", table: "Drink" };
const CLASS = { place: "The class", who: "teacher", job: "Paper", jobs: "papers", one: "paper", figure: "paper", line: "on the pile", air: "in hand", done: "graded", table: "Paper" };
const LAB = { place: "The lab", who: "worker", job: "Job", jobs: "jobs", one: "job", figure: "job", line: "in the queue", air: "under way", done: "done", table: "Task" };
const TILL = { ...SHOP, place: "The till", who: "hand", job: "Sale", jobs: "sales", one: "sale", air: "being rung up", done: "rung up", table: "Sale" };

/** How the story of a kind of work calls things. */
export const story = (work) => ({ coffee: SHOP, papers: CLASS, till: TILL })[work] ?? LAB;

/** "10:42" today, "24 Nov 10:42" before. */
export function clockTime(iso, today = new Date()) {
  const then = new Date(iso);
  if (Number.isNaN(then.getTime())) return "";
  const time = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return then.toDateString() === today.toDateString() ? time : `${then.toLocaleDateString("en-GB", { day: "numeric", month: "short" })} ${time}`;
}

/** What a student typed as a number; null where it is none, or none above `least`. A comma is a point. */
export function readGuess(text, least) {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && Number.isFinite(value) && value >= least ? value : null;
}

/** What was typed as a number, within limits; `before` where it is none. A number is whole where its least is. */
export function within([least, most], text, before) {
  const value = readGuess(text, -Infinity) ?? before;
  return Math.max(least, Math.min(most, Number.isInteger(least) ? Math.round(value) : value));
}
