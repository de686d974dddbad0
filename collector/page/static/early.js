// Stands in the page itself, before all else: the theme, and a watch over what has to come after. A browser lets go of what is
// on its way when a network of its machine comes or goes, and a script that did not come cannot say so.
{
  const PATIENCE_MS = 20000;
  const LONGEST_MS = 30000;
  // Some browsers keep nothing for a page, and throw at the question.
  const kept = (ask) => {
    try {
      return ask();
    } catch {
      return null;
    }
  };
  const chosen = kept(() => localStorage.getItem("theme"));
  document.documentElement.dataset.theme = chosen ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const tries = Number(kept(() => sessionStorage.getItem("tries")));
  let isWatching = false;

  const tell = () => {
    const notice = document.createElement("div");
    notice.className = "notice";
    notice.append("The page did not arrive whole. It is asked for again by itself. If it stays so, look at the terminal where manyhands serve runs.");
    document.getElementById("notices")?.replaceChildren(notice);
  };

  /** The page is loaded again when the server answers, the later the more often it was. */
  const again = async () => {
    tell();
    const isThere = await fetch("/healthz", { signal: AbortSignal.timeout(5000) }).then(({ ok }) => ok, () => false);
    if (!isThere) return void setTimeout(again, 1000);
    kept(() => sessionStorage.setItem("tries", tries + 1));
    location.reload();
  };

  const incomplete = () => {
    if (isWatching) return;
    isWatching = true;
    setTimeout(again, Math.min(LONGEST_MS, 500 * 2 ** tries));
  };

  // A sheet or a script, or anything that a script asks for first, did not come.
  addEventListener("error", ({ target }) => target instanceof HTMLElement && target.rel !== "icon" && incomplete(), true);
  addEventListener("load", () => globalThis.manyhands && !isWatching && kept(() => sessionStorage.removeItem("tries")));
  setTimeout(() => globalThis.manyhands ?? incomplete(), PATIENCE_MS);
}
