// Dialogs: [data-imhoweb-dialogue="#id"] opens the <dialog>, which a
// [data-imhoweb-fermer] inside it closes. The opener is a link to a page of
// confirmation, which is what happens without this file.
document.addEventListener("click", (e) => {
  const ouvre = e.target.closest("[data-imhoweb-dialogue]");
  if (ouvre) {
    const dialogue = document.querySelector(ouvre.dataset.imhowebDialogue);
    if (!dialogue) return;
    e.preventDefault();
    dialogue.showModal();
    return;
  }
  const ferme = e.target.closest("dialog [data-imhoweb-fermer]");
  if (ferme) {
    e.preventDefault();
    ferme.closest("dialog").close();
  }
});
