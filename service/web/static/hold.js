// Counts down beside the sentence that says until when a place is kept; the sentence itself is enough without this.
const hold = document.getElementById("hold");
const left = document.getElementById("hold-left");
const ahead = Date.parse(hold.dataset.now) - Date.now(); // the clock of a phone may be wrong
const until = Date.parse(hold.dataset.until);

function show() {
  const seconds = Math.max(0, Math.round((until - Date.now() - ahead) / 1000));
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  left.textContent = seconds ? hold.dataset.left.replace("{left}", clock) : hold.dataset.over;
  if (seconds) setTimeout(show, 1000);
}
show();
