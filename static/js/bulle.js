// A tooltip shown by hovering or focus (CSS) closes with Escape.
// [data-imhoweb-bulle] holds the button and its tooltip.
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  for (const bulle of document.querySelectorAll("[data-imhoweb-bulle]")) bulle.dataset.fermee = "";
});
for (const evenement of ["pointerover", "focusin"]) {
  document.addEventListener(evenement, (e) => {
    const bulle = e.target.closest?.("[data-imhoweb-bulle]");
    if (bulle && !bulle.contains(e.relatedTarget)) delete bulle.dataset.fermee;
  });
}
