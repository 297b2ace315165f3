// Letters on the screen for a kiosk without a keyboard. Nothing typed leaves the page before it is sent.
"use strict";
const ROWS = {
  kk: ["1234567890", "әіңғүұқөһ", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбюё"],
  ru: ["1234567890", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбюё"],
  en: ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"],
};
for (const field of document.querySelectorAll("[data-keys]")) {
  const pad = document.createElement("div");
  pad.className = "keyboard";
  let upper = true;
  const type = (text) => {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    if (upper) { upper = false; label(); }
  };
  const key = (row, face, act, wide) => {
    const one = document.createElement("button");
    one.type = "button";
    one.textContent = face;
    if (wide) one.className = "wide";
    one.addEventListener("click", act);
    row.append(one);
    return one;
  };
  const letters = [];
  for (const signs of ROWS[document.documentElement.lang] ?? ROWS.ru) {
    const row = document.createElement("div");
    for (const sign of signs) letters.push([key(row, sign, () => type(upper ? sign.toUpperCase() : sign)), sign]);
    pad.append(row);
  }
  const label = () => letters.forEach(([one, sign]) => { one.textContent = upper ? sign.toUpperCase() : sign; });
  const last = document.createElement("div");
  key(last, "⇧", () => { upper = !upper; label(); });
  key(last, ",", () => type(","));
  key(last, "␣", () => type(" "), true);
  key(last, ".", () => { type(". "); upper = true; label(); });
  key(last, "⌫", () => {
    if (field.selectionStart === field.selectionEnd && field.selectionStart > 0) field.setSelectionRange(field.selectionStart - 1, field.selectionEnd);
    field.setRangeText("");
    field.focus();
  });
  pad.append(last);
  label();
  field.after(pad);
}

// Whoever types is here: what stands in the field is kept in the kiosk's memory while he does, and a pause is asked about.
const PAUSE = 40000, KEPT_EVERY = 8000;
let touched = Date.now(), kept = "", sent = Date.now();
for (const sign of ["click", "keydown", "pointerdown"]) addEventListener(sign, () => { touched = Date.now(); });
setInterval(async () => {
  const field = document.querySelector("[data-keys]"), now = Date.now();
  if (now - touched > PAUSE) { location.assign(`/still-here?back=${encodeURIComponent(location.pathname)}`); return; }
  if (now - sent < KEPT_EVERY || (field.value === kept && now - touched > KEPT_EVERY)) return;
  sent = now;
  kept = field.value;
  try { await fetch("/draft", { method: "POST", body: new FormData(field.form), cache: "no-store" }); } catch { sent = 0; }
}, 1000);
