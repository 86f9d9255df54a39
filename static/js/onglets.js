// On a narrow screen the current tab may stand out of sight of its bar.
// [data-imhoweb-onglets]
document.querySelector("[data-imhoweb-onglets] [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
