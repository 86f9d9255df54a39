// A click anywhere on a row of [data-imhoweb-liste] opens it by its first link;
// a click on a command, or that ends a selection of text, does not.
document.addEventListener("click", (e) => {
  const ligne = e.target.closest("[data-imhoweb-liste] tbody tr");
  if (!ligne || e.button !== 0 || e.target.closest("a, button, input, label, select, .case")) return;
  if (String(getSelection()) !== "") return;
  const lien = ligne.querySelector("a[href]");
  if (!lien) return;
  if (e.ctrlKey || e.metaKey) open(lien.href, "_blank", "noopener");
  else lien.click();
});
