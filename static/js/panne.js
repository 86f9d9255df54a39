// A request in place that fails says so, and keeps the typing on the screen.
// #panne is a <template> of the layout.
const dire = () => {
  const modele = document.getElementById("panne");
  if (!modele || document.querySelector("[data-imhoweb-panne]")) return;
  document.getElementById("contenu")?.prepend(modele.content.cloneNode(true));
  document.querySelector("[data-imhoweb-panne]")?.focus();
};

document.addEventListener("htmx:responseError", dire);
document.addEventListener("htmx:sendError", dire);
