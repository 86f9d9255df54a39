// The message of a success: [data-imhoweb-flash], closed by its button, and by
// itself after ten seconds when it has no link and nobody is over it.
const DUREE = 10000;

for (const flash of document.querySelectorAll("[data-imhoweb-flash]")) {
  const fermer = () => flash.remove();
  flash.querySelector("[data-imhoweb-fermer-flash]")?.addEventListener("click", fermer);
  if (flash.querySelector("a")) continue;
  const patienter = () => {
    if (flash.matches(":hover, :focus-within")) setTimeout(patienter, DUREE);
    else fermer();
  };
  setTimeout(patienter, DUREE);
}
