// The page: asks the server, listens, and tells the parts. What is shown is either a shop not yet run, a run under way, or a
// stored one.

import { go, keepAddress, readAddress, writeAddress } from "./address.js";
import { drawAnswer, resultOf, showFigures } from "./answer.js";
import { fileOf, getLab, getRun, getRuns, startRun, stopRun } from "./api.js";
import { Ask } from "./ask.js";
import { blank } from "./batch.js";
import { offer } from "./compare.js";
import { Course } from "./course.js";
import { $ } from "./dom.js";
import { Model } from "./fold.js";
import { Live, LiveClock } from "./live.js";
import { noticesOf, showLab, showNotices } from "./notices.js";
import { definePatterns } from "./patterns.js";
import { Reach } from "./reach.js";
import { Runs } from "./runs.js";
import { Shop } from "./shop.js";
import { watchTheme } from "./theme.js";
import { known, story } from "./words.js";

const RETRY_MS = 3000;
const SAME_S = 1e-4;
const TABLE_EVERY_MS = 1000;

// `heard` is the run that opened last, as far as this page was told; `beside` the one that is to stand beside the one shown.
const page = { lab: null, pulse: null, model: null, said_s: null, coming: null, heard: null, beside: "", isReady: false };
const here_s = () => performance.now() / 1000;
let clock = new LiveClock();

definePatterns();
const shop = new Shop({ onTime: answer, onResize: figures, liveNow_s });
const ask = new Ask({ onChange: asked, onRun: run, onStop: stop });
const runs = new Runs({ onReplay: (name) => replay(name, { playing: true, toShop: true }), isHidden: (run) => shop.player.mode === "before" && ask.exercise?.name === run.exercise && Boolean(run.exercise) });
const course = new Course();
const reach = new Reach({ onChange: away, onBack: back });
const live = new Live({ delta, opened, closed, lab, pulse, lost: () => reach.lost(), found: () => reach.found() });
keepAddress();
watchTheme(() => {
  shop.arrange();
  figures();
});

/** The moment of the run under way; when all are done, it is over, though the run is not closed yet. */
function liveNow_s() {
  const { model } = page;
  if (!model?.isOpen) return model?.end_s ?? 0;
  const isDone = model.ended.length >= model.planned;
  return isDone ? Math.min(clock.at(here_s()), model.lastEnd_s) : clock.at(here_s());
}

/** Another shop is asked for: what was said of the one before is over. */
function asked() {
  shop.saying = "";
  ready();
}

/** A shop that has not run yet. */
function ready() {
  page.coming = null;
  show(new Model(blank(page.lab, ask.exercise, ask.asked)), { mode: "before", isUp: false });
  if (page.isReady) writeAddress(null);
}

/** A run by name: live where it is under way, else from the store. */
async function replay(name, { playing = false, toShop = false, at_s } = {}) {
  page.coming = name;
  const model = await fetchModel(name);
  if (!model || page.coming !== name) return;
  const { predicted_s, exercise } = model.meta;
  // What nobody could see happen is played when it is there.
  const isNew = ask.going && !model.isOpen;
  ask.going = model.isOpen || Boolean(page.lab.asking?.exercise);
  ask.hasRun = true;
  if (!course.isUnderWay) ask.adopt(model.meta);
  const isUp = !course.isUnderWay && (!exercise || Boolean(predicted_s) || !model.isOpen);
  if (model.isOpen) startLive(model);
  shop.saying = "";
  show(model, { mode: model.isOpen ? "live" : "replay", said_s: predicted_s, isUp, at_s: playing || isNew ? 0 : at_s, playing: playing || isNew });
  writeAddress(name);
  if (toShop) go("shop");
}

function startLive(model) {
  clock = new LiveClock();
  clock.hear(model.meta.now_s ?? 0, here_s());
  live.follow(model.run, model.meta.after);
}

function show(model, how) {
  Object.assign(page, { model, said_s: how.said_s ?? null, beside: "" });
  ask.paint();
  runs.current = model.run || null;
  runs.paint();
  offer(model.isOpen || how.mode === "before" ? [] : runs.runs, model.run, "");
  $("report").hidden = !model.meta.files?.includes("report.html");
  $("report").href = fileOf(model.run, "report.html");
  shop.show(model, how);
  readTable();
  figures();
  notices();
}

const fetchModel = (name) =>
  getRun(name).then(
    (snapshot) => new Model(snapshot),
    (error) => {
      // What was lost on its way still comes, when the lab is found again.
      if (error.status && page.coming === name) page.coming = null;
      shop.tell(`The run ${name} cannot be shown: ${error.message}.`);
    },
  );

function answer(time_s) {
  const { model, said_s } = page;
  if (!model) return;
  const isTurned = drawAnswer(model, { now_s: Math.min(time_s, model.isOpen ? Infinity : model.end_s), said_s, isUp: shop.isUp && shop.isBegun, isBegun: shop.isBegun, result: ask.going ? null : resultOf(page.lab, model) });
  if (isTurned) figures();
}

/** The table is long, and few ask for it: its code comes when somebody does. */
async function readTable() {
  clearTimeout(page.table);
  page.table = null;
  if (!$("reader").open || !page.model) return;
  const { drawTable } = await import("./table.js");
  drawTable(page.model);
}

function figures() {
  if (page.model) showFigures(page.model, shop.isUp);
}

async function run(predicted) {
  ask.going = true;
  ask.paint();
  shop.tell("Everybody comes to work. A moment.");
  try {
    const guess = ask.exercise ? { predicted } : { predicted_s: predicted, question: $("question").textContent };
    const { started } = await startRun({ ...ask.request(), ...guess });
    if (started !== page.coming) await replay(started, { playing: true });
  } catch (error) {
    over({ refused: error });
  }
}

async function stop() {
  await stopRun().catch((error) => ask.refuse(error));
}

function lab(news) {
  const { keep, run: answered } = course.hear(news);
  page.lab = news;
  const isFirst = !ask.lab;
  ask.hear(news);
  if (keep) ask.keep(keep);
  showLab(news, story(ask.asked.work).who);
  if (isFirst) page.heard = news.current;
  else if (news.current) opened({ run: news.current });
  if (!isFirst && shop.player.mode === "before" && !page.coming && !ask.going) ready();
  if (!isFirst && ask.going && !news.asking && !news.current && !page.model.isOpen) over(news);
  if (answered) {
    ask.going = false;
    replay(answered);
  }
  notices();
}

/** What was asked for is over, or never came to a run. */
function over({ refused }) {
  ask.going = false;
  shop.tell("");
  if (refused) ask.refuse(refused);
  ask.paint();
}

function pulse(news) {
  page.pulse = news;
  clock.frozen = news.broker === "gone";
  if (page.model?.isOpen && !clock.frozen) clock.hear(news.now_s, here_s());
  notices();
}

function delta(news) {
  const { model } = page;
  if (!model?.isOpen) return;
  // Of a run that opened nothing has a time before the first job was sent. Of one that was come upon, the folder may know better.
  model.meta.zero_s ??= news.zero_s;
  if (known(news.zero_s) && Math.abs(news.zero_s - model.meta.zero_s) > SAME_S) return void replay(model.run);
  model.apply(news);
  clock.hear(news.now_s, here_s());
  shop.redraw();
  page.table ??= setTimeout(readTable, TABLE_EVERY_MS);
}

/** Whoever asked for it: a run that opens is shown. Who was away for a moment hears of it from the lab. */
function opened({ run: name }) {
  if (page.heard === name) return;
  page.heard = name;
  if (page.coming !== name) replay(name);
}

async function closed({ run: name }) {
  listRuns();
  if (page.model?.run !== name || !page.model.isOpen) return;
  const model = await fetchModel(name);
  ask.going = Boolean(page.lab?.asking);
  if (model && page.model.run === name) show(model, { mode: "replay", said_s: page.said_s, isUp: !course.isUnderWay, keepPlace: true });
}

/** The server is back: what was on its way when it was lost is asked for again. */
async function back() {
  listRuns();
  const run = page.model?.isOpen ? page.model.run : page.coming;
  if (run && (page.model?.isOpen || page.model?.run !== run)) await replay(run);
}

function away() {
  clock.frozen = reach.isTold;
  notices();
}

function notices() {
  const isBefore = shop.player.mode === "before";
  showNotices(noticesOf({ lab: page.lab, isLost: reach.isTold, pulse: page.pulse, needed: isBefore && ask.isUnstaffed ? ask.asked : null, run: page.model?.meta }));
}

async function listRuns() {
  try {
    runs.hear(await getRuns());
  } catch {
    return void setTimeout(listRuns, RETRY_MS); // a notice says that the lab is away
  }
  if (page.model && !page.model.isOpen && shop.player.mode === "replay") offer(runs.runs, page.model.run, shop.versus?.run ?? "");
}

/** Another run beside the one that is shown: the one that was chosen last, if it is still wanted when it comes. */
async function compare(name) {
  const { model } = page;
  page.beside = name;
  const other = name ? await fetchModel(name) : null;
  if (page.model !== model || page.beside !== name) return;
  shop.compare(other ?? null);
  writeAddress(model.run, other?.run);
  offer(runs.runs, model.run, other?.run ?? "");
}

$("versus").addEventListener("change", (event) => compare(event.target.value));
$("reader").addEventListener("toggle", readTable);
addEventListener("hashchange", () => fromAddress());

async function fromAddress() {
  const { run: name, at_s, versus } = readAddress();
  if (!name) return false;
  await replay(name, { at_s });
  if (versus && page.model?.run === name) await compare(versus);
  return true;
}

async function begin() {
  try {
    lab(await getLab());
  } catch {
    reach.tell(true);
    return void setTimeout(begin, RETRY_MS);
  }
  await listRuns();
  live.follow(null);
  if (!(await fromAddress()) && page.lab.current) await replay(page.lab.current);
  page.isReady = true;
}

begin();

// For the bench and for whoever looks under the counter.
globalThis.manyhands = {
  page,
  shop,
  live,
  show: (snapshot, how) => show(new Model(snapshot), how),
  frame: () => shop.draw(),
};
