// Light or dark, and the colours of the moment for the canvas.

import { $ } from "./dom.js";

/** What a browser keeps for the page; some keep nothing, and throw. */
const kept = (ask) => {
  try {
    return ask(localStorage);
  } catch {
    return null;
  }
};

const system = matchMedia("(prefers-color-scheme: dark)");
let cache = new Map();

/** The value of a token such as `--hands`. */
export function ink(token) {
  if (!cache.has(token)) cache.set(token, getComputedStyle(document.documentElement).getPropertyValue(token).trim());
  return cache.get(token);
}

export const theme = () => document.documentElement.dataset.theme;
export const isCalm = () => calm.matches;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** `onChange` hears of a new theme, and of another size of type. */
export function watchTheme(onChange) {
  const set = (name) => {
    document.documentElement.dataset.theme = name;
    $("theme").textContent = name === "dark" ? "Light" : "Dark";
    cache = new Map();
    onChange();
  };
  $("theme").textContent = theme() === "dark" ? "Light" : "Dark";
  $("theme").addEventListener("click", () => {
    const other = theme() === "dark" ? "light" : "dark";
    kept((storage) => storage.setItem("theme", other));
    set(other);
  });
  system.addEventListener("change", () => kept((storage) => storage.getItem("theme")) ?? set(system.matches ? "dark" : "light"));
}
