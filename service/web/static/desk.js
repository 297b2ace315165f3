// Keys of the desk: function keys only, which are no characters in any layout and belong to no screen reader, and
// which rest a moment after a page has come, so that a key meant for the page before does nothing here.
// Each key is named on the element it presses (aria-keyshortcuts), and all of them can be switched off (/keys).
const REST = 700;
const SETTING = "kezdesu_keys";

const off = () => localStorage.getItem(SETTING) === "off";

document.addEventListener("keydown", (event) => {
  if (off() || event.repeat || performance.now() < REST) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const found = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
  if (!found || !/^F([1-9]|1[0-2])$/.test(event.key)) return;
  event.preventDefault();
  if (found.matches("select, input, textarea")) found.focus();
  else found.click();
});

const box = document.getElementById("keys-on");
if (box) {
  box.closest("[hidden]").hidden = false;
  box.checked = !off();
  box.addEventListener("change", () => localStorage.setItem(SETTING, box.checked ? "on" : "off"));
}
