// Choosing a commune or a territoire by typing: an ARIA combobox over a text
// field, input[data-imhoweb-commune] or input[data-imhoweb-territoire]. What is
// sent is the text, chosen or typed; the server finds the place.
const SOURCES = [
  ["imhowebCommune", "/communes?q="],
  ["imhowebTerritoire", "/territoires?q="],
];
const source = (input) => SOURCES.find(([cle]) => input?.dataset && cle in input.dataset)?.[1];
const texte = (o) => o.libelle || (o.code_postal ? `${o.nom} (${o.code_postal})` : o.nom).toLocaleUpperCase("fr");

// monter builds the list under a field, once.
const monter = (input) => {
  if (input.imhowebLieu) return input.imhowebLieu;
  const liste = document.createElement("ul");
  liste.id = input.id + "__choix";
  liste.className = "lieu-choix";
  liste.setAttribute("role", "listbox");
  liste.setAttribute("aria-label", "Propositions");
  liste.hidden = true;
  const annonce = document.createElement("span");
  annonce.className = "visually-hidden";
  annonce.setAttribute("role", "status");
  input.after(liste, annonce);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", liste.id);
  input.setAttribute("aria-expanded", "false");
  input.imhowebLieu = { liste, annonce, i: -1, choix: [], attente: 0, requete: null };
  return input.imhowebLieu;
};

const fermer = (input) => {
  const e = input.imhowebLieu;
  if (!e) return;
  clearTimeout(e.attente);
  e.requete?.abort();
  e.liste.hidden = true;
  e.i = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
};

const viser = (input, i) => {
  const e = input.imhowebLieu;
  if (e.choix.length === 0) return;
  e.liste.children[e.i]?.setAttribute("aria-selected", "false");
  e.i = (i + e.choix.length) % e.choix.length;
  const option = e.liste.children[e.i];
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
};

const choisir = (input, i) => {
  const o = input.imhowebLieu.choix[i];
  const postal = input.form?.elements[input.dataset.imhowebCodePostal];
  input.value = texte(o);
  if (postal && o.code_postal) postal.value = o.code_postal;
  fermer(input);
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

const montrer = (input, choix) => {
  const e = input.imhowebLieu;
  e.choix = choix;
  e.i = -1;
  e.liste.replaceChildren(
    ...choix.map((o, i) => {
      const option = document.createElement("li");
      option.id = `${e.liste.id}${i}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = texte(o);
      return option;
    }),
  );
  e.liste.hidden = choix.length === 0;
  input.setAttribute("aria-expanded", String(choix.length > 0));
  e.annonce.textContent =
    choix.length === 0 ? "Aucune proposition" : choix.length === 1 ? "1 proposition" : `${choix.length} propositions`;
};

const chercher = async (input) => {
  const e = input.imhowebLieu;
  e.requete?.abort();
  e.requete = new AbortController();
  try {
    const r = await fetch(source(input) + encodeURIComponent(input.value.trim()), {
      headers: { Accept: "application/json" },
      signal: e.requete.signal,
    });
    if (r.ok && document.activeElement === input) montrer(input, await r.json());
  } catch (erreur) {
    if (erreur.name !== "AbortError") fermer(input); // the typed text is enough
  }
};

document.addEventListener("input", (ev) => {
  const input = ev.target;
  if (!source(input)) return;
  const e = monter(input);
  clearTimeout(e.attente);
  if (input.value.trim().length < 2) return fermer(input);
  e.attente = setTimeout(chercher, 150, input);
});

document.addEventListener("keydown", (ev) => {
  const input = ev.target;
  const e = input.imhowebLieu;
  if (!e || e.liste.hidden) return;
  if (ev.key === "ArrowDown") viser(input, e.i + 1);
  else if (ev.key === "ArrowUp") viser(input, e.i < 0 ? -1 : e.i - 1);
  else if (ev.key === "Enter" && e.i >= 0) choisir(input, e.i);
  else if (ev.key === "Escape") fermer(input);
  else return;
  ev.preventDefault();
});

// The pointer chooses before the field loses the focus.
document.addEventListener("pointerdown", (ev) => {
  const option = ev.target.closest?.(".lieu-choix > li");
  if (!option) return;
  ev.preventDefault();
  const input = document.getElementById(option.parentElement.id.replace(/__choix$/, ""));
  choisir(input, [...option.parentElement.children].indexOf(option));
});

document.addEventListener("focusin", (ev) => {
  if (source(ev.target)) monter(ev.target);
});
document.addEventListener("focusout", (ev) => {
  if (source(ev.target)) fermer(ev.target);
});
