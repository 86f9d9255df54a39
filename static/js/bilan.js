// The summary of mistakes takes the focus, so that it is read first.
// [data-imhoweb-bilan]
const viser = (racine) => racine.querySelector("[data-imhoweb-bilan]")?.focus();

viser(document);
document.addEventListener("htmx:afterSettle", (e) => viser(e.target));
