// Asks whether this page has changed since it was made, and opens it again when it has. Enter lets in, Esc asks why
// not. Keys rest a moment when the screen has just changed: a key meant for the person before is not taken for the next.
const EVERY = 1000;
const REST = 700;
const seen = `"${document.documentElement.dataset.mark}"`;

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { "If-None-Match": seen }, cache: "no-store" });
    if (answer.status !== 304) return location.reload();
    delete document.documentElement.dataset.lost;
  } catch {
    document.documentElement.dataset.lost = "yes";
  }
  setTimeout(look, EVERY);
}
look();

document.addEventListener("keydown", (event) => {
  if (event.repeat || performance.now() < REST || event.altKey || event.ctrlKey || event.metaKey) return;
  const which = { Enter: ".two .yes", Escape: ".two .no" }[event.key];
  const target = which && document.querySelector(which);
  const elsewhere = document.activeElement && document.activeElement.closest("a, button");
  if (!target || (event.key === "Enter" && elsewhere)) return;
  event.preventDefault();
  target.click();
});
