// Reads the screen aloud, and stops when it is touched again. Where it cannot, the words stay as they are.
"use strict";
for (const button of document.querySelectorAll("[data-sound]")) {
  const sound = new Audio();
  const face = (playing) => { button.setAttribute("aria-pressed", String(playing)); };
  sound.preload = "none";
  for (const sign of ["ended", "pause", "error"]) sound.addEventListener(sign, () => face(false));
  button.addEventListener("click", async () => {
    if (!sound.paused) { sound.pause(); sound.currentTime = 0; return; }
    sound.src ||= button.dataset.sound;
    face(true);
    try { await sound.play(); } catch { face(false); button.disabled = true; }
  });
}
