// A part of a form that unfolds becomes a window: <details data-imhoweb-fenetre>
// around a <dialog open>. A button [data-imhoweb-annuler] closes it and gives
// its fields back what they held. Without this file the part unfolds in place.
const avant = new WeakMap();

const champs = (dialogue) => [...dialogue.querySelectorAll("input, select, textarea")];

const ouvrir = (details) => {
  const dialogue = details.querySelector("dialog");
  avant.set(dialogue, champs(dialogue).map((x) => [x, x.value, x.checked]));
  details.open = true;
  dialogue.close();
  dialogue.showModal();
};

const annuler = (dialogue) => {
  for (const [x, valeur, coche] of avant.get(dialogue) ?? []) {
    x.value = valeur;
    x.checked = coche;
    x.dispatchEvent(new Event("change", { bubbles: true }));
  }
  fermer(dialogue);
};

const fermer = (dialogue) => {
  dialogue.close();
  dialogue.setAttribute("open", "");
  dialogue.closest("details").open = false;
};

document.addEventListener("click", (e) => {
  const resume = e.target.closest("[data-imhoweb-fenetre] > summary");
  if (resume) {
    e.preventDefault();
    ouvrir(resume.parentElement);
    return;
  }
  const bouton = e.target.closest("dialog [data-imhoweb-annuler]");
  if (bouton) annuler(bouton.closest("dialog"));
});

// Escape cancels.
document.addEventListener(
  "cancel",
  (e) => {
    if (!e.target.closest?.("[data-imhoweb-fenetre]")) return;
    e.preventDefault();
    annuler(e.target);
  },
  true,
);
