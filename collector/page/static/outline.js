// The outline of what is read: a whole order in its lane, one pull on a group head.

import { placesIn } from "./measures.js";

/** Draw it in its row, whose top is at `y` of the canvas, unless the row is under those that stay. */
export function drawOutline({ context, scene }, read, row, y) {
  const { axis, layout } = scene;
  const { model, h } = row;
  const [list, from, to] = placesIn(row, read);
  const now_s = scene.now_s(model);
  const end = model.spans.end.data[list.data[to - 1]];
  const x0 = Math.max(axis.x0, axis.x(model.spans.start.data[list.data[from]]));
  const x1 = Math.min(axis.x1, axis.x(end <= now_s ? end : now_s));
  const isUnder = layout.scrolls && y < layout.head_px - h / 2 && !layout.fixed.includes(row);
  if (x1 < x0 || isUnder) return;
  context.strokeStyle = scene.ink("--ink");
  context.lineWidth = 1.5;
  context.strokeRect(x0 - 0.75, y - 0.75, Math.max(1, x1 - x0) + 1, h - (layout.isTwo ? 0.125 : 0.1875) * layout.rem + 1.5);
}
