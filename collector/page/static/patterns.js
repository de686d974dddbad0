// Patterns of the kinds, for SVG and for canvas, from one table.

import { $, svg } from "./dom.js";
import { KINDS } from "./kinds.js";

const DOT = 1.05;

/** Put the patterns into the page, as `url(#k-hands_wait)` and the like. */
export function definePatterns() {
  $("patterns").replaceChildren(...Object.entries(KINDS).map(([name, kind]) => pattern(name, kind)));
}

function pattern(name, kind) {
  const size = kind.size ?? 8;
  return svg(
    "pattern",
    { id: `k-${name}`, width: size, height: size, patternUnits: "userSpaceOnUse" },
    svg("rect", { width: size, height: size, fill: `var(${kind.bg})` }),
    (kind.lines ?? []).map(([x1, y1, x2, y2]) => svg("path", { d: `M${x1} ${y1}L${x2} ${y2}`, stroke: `var(${kind.fg})`, "stroke-width": kind.width })),
    (kind.dots ?? []).map(([cx, cy]) => svg("circle", { cx, cy, r: DOT, fill: `var(${kind.fg})` })),
  );
}

export const fillOf = (name) => `url(#k-${name})`;
export const edgeOf = (name) => `var(${KINDS[name].edge ?? KINDS[name].bg})`;

/** A small piece of a kind, beside its name. */
export const swatch = (name) =>
  svg("svg", { class: "sw", viewBox: "0 0 24 13", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { x: 0.5, y: 0.5, width: 23, height: 12, fill: fillOf(name), stroke: edgeOf(name) }));

/** What the lanes are painted with, by token: one colour. */
export const colourTile = (colour) => tile({ size: 1, bg: colour }, (token) => token, 1);

/** The same of a kind: its colour and its pattern; `scale` is device pixels for one pixel of the table. */
export const kindTile = (name, ink, scale) => tile(KINDS[name], ink, scale);

function tile(kind, ink, scale) {
  const size = kind.lines || kind.dots ? kind.size : 1;
  const side = Math.max(1, Math.round(size * scale));
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.scale(side / size, side / size);
  pen.fillStyle = ink(kind.bg);
  pen.fillRect(0, 0, size, size);
  if (kind.fg) draw(pen, kind, ink(kind.fg));
  return { side, pixels: new Uint32Array(pen.getImageData(0, 0, side, side).data.buffer) };
}

function draw(pen, { lines = [], dots = [], width }, colour) {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = width;
  pen.beginPath();
  for (const [x1, y1, x2, y2] of lines) {
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
  }
  pen.stroke();
  pen.beginPath();
  for (const [x, y] of dots) {
    pen.moveTo(x, y);
    pen.arc(x, y, DOT, 0, 7);
  }
  pen.fill();
}
