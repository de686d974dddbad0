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

/** Fill styles for a canvas that is drawn in device pixels, by kind; `scale` is device pixels for one pixel of the table. */
export function canvasFills(context, ink, scale) {
  return Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, kind.lines || kind.dots ? tile(context, kind, ink, scale) : ink(kind.bg)]));
}

function tile(context, kind, ink, scale) {
  const side = Math.max(2, Math.round(kind.size * scale));
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  pen.scale(side / kind.size, side / kind.size);
  pen.fillStyle = ink(kind.bg);
  pen.fillRect(0, 0, kind.size, kind.size);
  pen.strokeStyle = pen.fillStyle = ink(kind.fg);
  pen.lineWidth = kind.width;
  for (const [x1, y1, x2, y2] of kind.lines ?? []) stroke(pen, x1, y1, x2, y2);
  for (const [x, y] of kind.dots ?? []) dot(pen, x, y);
  return context.createPattern(canvas, "repeat");
}

function stroke(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

function dot(pen, x, y) {
  pen.beginPath();
  pen.arc(x, y, DOT, 0, 7);
  pen.fill();
}
