// Makes nodes. Text is always text, styles are set one by one: nothing that a Content-Security-Policy would forbid.

const SVG = "http://www.w3.org/2000/svg";

export const $ = (id) => document.getElementById(id);

/** An element. Attributes that are null, undefined or false are left out; `on` holds listeners. */
export const el = (tag, attributes, ...children) => dress(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) => dress(document.createElementNS(SVG, tag), attributes, children);

function dress(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Text, with what stands in `backticks` set as code. */
export const prose = (text) => text.split("`").map((part, i) => (i % 2 ? el("code", null, part) : part));

/** Change text only where it differs, so that what has focus or is being read is left alone. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
