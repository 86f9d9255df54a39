// Keyboard in a list: one stop of tabulation, then up and down move from row to
// row, Enter opens, Space ticks. [data-imhoweb-liste] is the scrolling zone of
// the table. Without this file, links and boxes work as they are.
const lignes = (zone) => [...zone.querySelectorAll("tbody tr:not(.rupture)")];

const preparer = (racine) => {
  for (const zone of racine.querySelectorAll("[data-imhoweb-liste]")) {
    const toutes = lignes(zone);
    if (toutes.length === 0) continue;
    zone.tabIndex = -1;
    for (const ligne of toutes) {
      ligne.tabIndex = -1;
      for (const cible of ligne.querySelectorAll("a, button, input")) cible.tabIndex = -1;
    }
    (zone.querySelector("tr.active") ?? toutes[0]).tabIndex = 0;
  }
};

const aller = (zone, toutes, vers) => {
  for (const ligne of toutes) ligne.tabIndex = -1;
  vers.tabIndex = 0;
  vers.focus({ preventScroll: true });
  vers.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (e) => {
  const zone = e.target.closest?.("[data-imhoweb-liste]");
  const ligne = e.target.closest?.("tbody tr");
  if (!zone || !ligne || e.ctrlKey || e.altKey || e.metaKey) return;
  const toutes = lignes(zone);
  const i = toutes.indexOf(ligne);
  const sauts = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: toutes.length - 1, PageDown: i + 10, PageUp: i - 10 };
  if (e.key in sauts) {
    aller(zone, toutes, toutes[Math.max(0, Math.min(toutes.length - 1, sauts[e.key]))]);
  } else if (e.key === "Enter" && e.target === ligne) {
    ligne.querySelector("a[href]")?.click();
  } else if (e.key === " " && e.target === ligne) {
    ligne.querySelector("input[type=checkbox]")?.click();
  } else {
    return;
  }
  e.preventDefault();
});

preparer(document);
document.addEventListener("htmx:afterSettle", () => preparer(document));
