// Warns before leaving a form with unsaved typing. form[data-imhoweb-garde];
// the value "modifie" says that what the server shows isn't saved. The event
// imhoweb:enregistre (also as an HX-Trigger header) says that all is saved.
const initiales = new WeakMap();
let envoi = false;

const empreinte = (form) => JSON.stringify([...new FormData(form)].filter(([, v]) => typeof v === "string"));

const retenir = () => {
  for (const form of document.querySelectorAll("form[data-imhoweb-garde]")) {
    if (!initiales.has(form)) initiales.set(form, form.dataset.imhowebGarde === "modifie" ? "" : empreinte(form));
  }
};

document.addEventListener("submit", (e) => {
  if (!e.defaultPrevented) envoi = true;
});
addEventListener("beforeunload", (e) => {
  if (envoi) return;
  const modifie = (form) => initiales.has(form) && initiales.get(form) !== empreinte(form);
  if ([...document.querySelectorAll("form[data-imhoweb-garde]")].some(modifie)) e.preventDefault();
});
addEventListener("pageshow", () => {
  envoi = false;
});
document.addEventListener("imhoweb:enregistre", () => {
  for (const form of document.querySelectorAll("form[data-imhoweb-garde]")) initiales.set(form, empreinte(form));
});

retenir();
document.addEventListener("htmx:afterSettle", retenir);
