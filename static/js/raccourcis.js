// Keyboard shortcuts: Ctrl K quick search, Ctrl S save, Alt 1 to 8 tabs.
// [data-imhoweb-recherche] the field, [data-imhoweb-sauver] the button,
// [data-imhoweb-onglets] the parent of the tabs (links or submit buttons).
document.addEventListener("keydown", (e) => {
  const commande = (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey;
  if (commande && e.key.toLowerCase() === "k") {
    const champ = document.querySelector("[data-imhoweb-recherche]");
    if (!champ) return;
    e.preventDefault();
    champ.focus();
    champ.select();
  } else if (commande && e.key.toLowerCase() === "s") {
    const bouton = document.querySelector("[data-imhoweb-sauver]");
    if (!bouton) return;
    e.preventDefault();
    bouton.click();
  } else if (e.altKey && !e.ctrlKey && !e.metaKey && /^Digit[1-8]$/.test(e.code)) {
    const onglets = document.querySelectorAll("[data-imhoweb-onglets] :is(a, button)");
    const onglet = onglets[Number(e.code.at(-1)) - 1];
    if (!onglet) return;
    e.preventDefault();
    onglet.click();
  }
});
