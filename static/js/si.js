// Groups that concern some answers only: [data-imhoweb-si="name"] with
// [data-imhoweb-valeurs="A,B"] grows quieter when the field has another answer;
// its [data-imhoweb-verrou] fields are then read-only. An empty answer concerns
// every group, but for a box.
const reponse = (form, nom) => {
  const champ = form.elements[nom];
  if (!champ) return null;
  return champ.type === "checkbox" ? (champ.checked ? "1" : "") : champ.value;
};

const regler = (racine) => {
  for (const groupe of racine.querySelectorAll("[data-imhoweb-si]")) {
    const { imhowebSi: nom, imhowebValeurs: valeurs } = groupe.dataset;
    const form = groupe.closest("form");
    const v = form && reponse(form, nom);
    if (v === null || v === undefined) continue;
    const boite = form.elements[nom].type === "checkbox";
    const concerne = (v === "" && !boite) || valeurs.split(",").includes(v);
    groupe.classList.toggle("sans-objet", !concerne);
    for (const x of groupe.querySelectorAll("[data-imhoweb-verrou]")) x.readOnly = !concerne;
  }
};

document.addEventListener("change", (e) => e.target.form && regler(e.target.form));
document.addEventListener("htmx:afterSettle", () => regler(document));
regler(document);
