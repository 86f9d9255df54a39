// Ticking rows: [data-imhoweb-tout-cocher] ticks the page,
// [data-imhoweb-cochees] says how many are ticked, a ticked row shows it.
const boites = (table) => [...table.querySelectorAll("tbody .case input[type=checkbox]")];

const compter = () => {
  let n = 0;
  for (const maitre of document.querySelectorAll("[data-imhoweb-tout-cocher]")) {
    const toutes = boites(maitre.closest("table"));
    const cochees = toutes.filter((b) => b.checked);
    n += cochees.length;
    maitre.checked = toutes.length > 0 && cochees.length === toutes.length;
    maitre.indeterminate = cochees.length > 0 && !maitre.checked;
    for (const b of toutes) b.closest("tr").classList.toggle("cochee", b.checked);
  }
  for (const compteur of document.querySelectorAll("[data-imhoweb-cochees]")) {
    compteur.hidden = n === 0;
    compteur.textContent = n < 2 ? `${n} cochée` : `${n} cochées`;
  }
};

document.addEventListener("change", (e) => {
  if (e.target.matches("[data-imhoweb-tout-cocher]")) {
    for (const b of boites(e.target.closest("table"))) b.checked = e.target.checked;
  } else if (!e.target.closest(".case")) {
    return;
  }
  compter();
});

compter();
addEventListener("pageshow", compter);
document.addEventListener("htmx:afterSettle", compter);
