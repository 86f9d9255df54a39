// On a narrow screen the criteria of a list start folded: the rows come first.
// details[data-imhoweb-criteres]; one with a mistake stays open. Without this
// file they are open, above the list.
const etroit = matchMedia("(max-width: 1023.98px)");

const plier = () => {
  for (const panneau of document.querySelectorAll("details[data-imhoweb-criteres]")) {
    panneau.open = !etroit.matches || panneau.querySelector("[data-imhoweb-bilan]") !== null;
  }
};

plier();
etroit.addEventListener("change", plier);
document.addEventListener("htmx:afterSettle", (e) => {
  if (e.detail.target?.querySelector?.("details[data-imhoweb-criteres]")) plier();
});
