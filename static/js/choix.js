// A select that acts at once: [data-imhoweb-envoyer] sends its form;
// [data-imhoweb-preference] shows the density or the theme, and saves it
// without leaving the page. Without this file, the form has its button.
document.addEventListener("change", (e) => {
  const select = e.target;
  if (select.matches("[data-imhoweb-envoyer]")) {
    select.form.requestSubmit();
  } else if (select.matches("[data-imhoweb-preference]")) {
    if (select.name === "densite") document.documentElement.dataset.densite = select.value;
    if (select.name === "theme") document.documentElement.dataset.bsTheme = select.value;
    const body = new URLSearchParams(new FormData(select.form));
    fetch(select.form.action, { method: "POST", body, redirect: "manual" });
  }
});
