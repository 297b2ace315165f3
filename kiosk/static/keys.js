// Letters on the screen for a kiosk without a keyboard. Nothing typed leaves the page before it is sent.
"use strict";
const SIGNS = ["1234567890", "-/:;()№«»", "?!+\"'@"];
const ROWS = {
  kk: ["әіңғүұқөһ", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбюё"],
  ru: ["йцукенгшщзхъ", "фывапролджэ", "ячсмитьбюё"],
  en: ["qwertyuiop", "asdfghjkl", "zxcvbnm"],
};
for (const field of document.querySelectorAll("[data-keys]")) {
  const pad = document.createElement("div");
  pad.className = "keyboard";
  let upper = true, digits = false;
  const type = (text) => {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    if (upper && !digits) { upper = false; label(); }
  };
  const erase = () => {
    if (field.selectionStart === field.selectionEnd && field.selectionStart > 0) field.setSelectionRange(field.selectionStart - 1, field.selectionEnd);
    field.setRangeText("");
    field.focus();
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
  let letters = [];
  const label = () => letters.forEach(([one, sign]) => { one.textContent = upper && !digits ? sign.toUpperCase() : sign; });
  const line = (signs, before, after) => {
    const row = document.createElement("div");
    if (before) before(row);
    for (const sign of signs) letters.push([key(row, sign, () => type(upper && !digits ? sign.toUpperCase() : sign)), sign]);
    if (after) after(row);
    pad.append(row);
  };
  const draw = () => {
    pad.replaceChildren();
    letters = [];
    const rows = digits ? SIGNS : ROWS[document.documentElement.lang] ?? ROWS.ru;
    rows.forEach((signs, number) => {
      const last = number === rows.length - 1;
      line(signs, last && !digits && ((row) => key(row, "⇧", () => { upper = !upper; label(); })), last && ((row) => key(row, "⌫", erase)));
    });
    const foot = document.createElement("div");
    key(foot, digits ? "АБВ" : "123", () => { digits = !digits; draw(); });
    key(foot, ",", () => type(","));
    key(foot, "␣", () => type(" "), true);
    key(foot, ".", () => { type(". "); upper = true; label(); });
    pad.append(foot);
    label();
  };
  draw();
  field.closest(".typing").after(pad);
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
