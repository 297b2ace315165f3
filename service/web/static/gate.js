// The officer's whole work: Enter lets in, Esc says that it is somebody else. Keys rest a moment when the screen has
// just changed, so that a key meant for the person before is not taken for the next.
const REST = 700;

document.addEventListener("keydown", (event) => {
  if (event.repeat || performance.now() < REST || event.altKey || event.ctrlKey || event.metaKey) return;
  const which = { Enter: ".two .yes", Escape: ".two .no" }[event.key];
  const button = which && document.querySelector(which);
  const elsewhere = document.activeElement && document.activeElement.closest("a, button, summary");
  if (!button || (event.key === "Enter" && elsewhere)) return;
  event.preventDefault();
  button.click();
});
