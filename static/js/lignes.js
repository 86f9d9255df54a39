// Adding or taking away a line of a form in place, by htmx: the server saves
// the typing and gives the tab again. The focus goes to the new line, or back
// to the button that adds. [data-imhoweb-ajouter="sorte"],
// [data-imhoweb-retirer="sorte"], and lines [data-imhoweb-ligne="sorte"].
document.addEventListener("htmx:afterSettle", (e) => {
  const bouton = e.detail.requestConfig?.elt;
  if (!bouton?.dataset) return;
  const { imhowebAjouter: ajoute, imhowebRetirer: retire } = bouton.dataset;
  if (!ajoute && !retire) return;
  document.dispatchEvent(new Event("imhoweb:enregistre"));
  if (document.querySelector("[data-imhoweb-bilan]")) return;
  const dernieres = document.querySelectorAll(`[data-imhoweb-ligne="${ajoute}"]`);
  const cible = ajoute
    ? dernieres[dernieres.length - 1]?.querySelector("input:not([type=hidden]), select, textarea")
    : document.querySelector(`[data-imhoweb-ajouter="${retire}"]`);
  cible?.focus();
});
