// A double click sends a form once. The button says it with aria-disabled, not
// with disabled, which would take its own name out of what is sent. The server
// has its own protection: this one only spares a useless request.
const partis = new Map();

const rendre = (form) => {
  partis.get(form)?.removeAttribute("aria-disabled");
  partis.delete(form);
};

document.addEventListener(
  "submit",
  (e) => {
    if (e.target.method !== "post") return;
    if (partis.has(e.target)) {
      e.preventDefault();
      e.stopImmediatePropagation();
      return;
    }
    partis.set(e.target, e.submitter);
    e.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(rendre, 10000, e.target); // a downloaded answer leaves the page as it is
  },
  true,
);
document.addEventListener("htmx:afterRequest", () => [...partis.keys()].forEach(rendre));
addEventListener("pageshow", () => [...partis.keys()].forEach(rendre));
