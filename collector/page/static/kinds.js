// What a slot can be doing, and how that is drawn. Hue says which resource; filled means that you have it, hatched that
// you wait for it. One table feeds canvas, SVG and legend, and a test holds it to that of the figures (`paints.py`). Tiles
// are `size` CSS pixels at a root size of 16.

export const KINDS = {
  hands: { name: "hands", bg: "--hands" },
  hands_wait: { name: "waiting for hands", bg: "--hands-pale", fg: "--hands-line", edge: "--hands-line", size: 8, lines: [[-2, 2, 2, -2], [0, 8, 8, 0], [6, 10, 10, 6]], width: 1 },
  machine: { name: "machine", bg: "--machine", fg: "--machine-pin", size: 4, lines: [[0, 2, 4, 2]], width: 1 },
  machine_wait: { name: "waiting for the machine", bg: "--machine-pale", fg: "--machine-line", edge: "--machine-line", size: 8, lines: [[-2, 6, 2, 10], [0, 0, 8, 8], [6, -2, 10, 2]], width: 1 },
  milk: { name: "milk (hands free)", bg: "--milk", fg: "--milk-dot", edge: "--milk-edge", size: 8, dots: [[2, 2], [6, 6]] },
  native: { name: "native code (GIL let go)", bg: "--native", fg: "--native-line", size: 6, lines: [[3, 0, 3, 3]], width: 1 },
  work: { name: "a task of your own", bg: "--work", fg: "--work-line", size: 6, lines: [[0, 1.5, 3, 1.5], [3, 4.5, 6, 4.5]], width: 1 },
  overhead: { name: "overhead inside a job", bg: "--track", fg: "--quiet-line", edge: "--quiet-line", size: 4, lines: [[0, 2, 4, 2]], width: 1 },
  start_up: { name: "start-up", bg: "--track", fg: "--quiet-line", edge: "--quiet-line", size: 8, lines: [[0, 0, 8, 8], [8, 0, 0, 8]], width: 0.8 },
  between_jobs: { name: "between jobs", bg: "--track", fg: "--quiet-line", edge: "--quiet-line", size: 4, lines: [[2, 0, 2, 4]], width: 1 },
  idle_tail: { name: "idle (nobody left in line)", bg: "--track", edge: "--quiet-line" },
};

// Those that a bar can have, in the order of their codes in the columns.
export const BAR_KINDS = ["hands", "hands_wait", "machine", "machine_wait", "milk", "native", "work"];
export const HANDS = 0;
export const HANDS_WAIT = 1;
export const MACHINE = 2;
export const MILK = 4;

/** What a kind is called where work of a kind is done: only in the shop there is milk. */
export const nameOf = (kind, work) => (kind === "milk" && work !== "coffee" ? "waiting with hands free" : KINDS[kind].name);

/** `summary.json` calls the milk by what it is to a slot. */
export const kindOf = (name) => (name === "wait" ? "milk" : name);
