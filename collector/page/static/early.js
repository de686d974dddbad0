// Before the first paint: the theme that was chosen here, or the one the system asks for.
const chosen = localStorage.getItem("theme");
document.documentElement.dataset.theme = chosen ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
