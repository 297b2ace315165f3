// The officer's hand on calls without disturbing their pictures: forms are sent from here, and only the part of the page
// about that call is asked for again. One call of the wall is heard at a time. Without this the same forms work as they
// are, with a page opened anew.
const EVERY = 2000;

function fetched(method, address, body) {
  return new Promise((taken, failed) => {
    const asked = new XMLHttpRequest();
    asked.open(method, address);
    asked.responseType = "document"; // read as a page, with nothing in it run
    asked.onload = () => taken(asked);
    asked.onerror = failed;
    asked.send(body);
  });
}

function replaced(part, page) {
  const fresh = page && page.querySelector("[data-call-part]");
  if (!fresh) return false;
  const open = [...part.querySelectorAll("details")].map((one) => one.open);
  fresh.querySelectorAll("details").forEach((one, number) => { if (number in open) one.open = open[number]; });
  part.replaceWith(document.adoptNode(fresh));
  return true;
}

function busy(part) {
  const words = part.querySelector("textarea");
  return part.contains(document.activeElement) || (words && words.value !== "");
}

document.addEventListener("submit", async (event) => {
  const part = event.target.closest("[data-call-part]");
  if (!part || event.defaultPrevented) return;
  event.preventDefault();
  const body = new FormData(event.target);
  body.append("part", "1");
  event.target.querySelectorAll("button").forEach((one) => { one.disabled = true; });
  try {
    const had = part.closest("[data-tile], main").querySelector("[data-call]") !== null;
    const answer = await fetched("POST", event.target.action, new URLSearchParams(body));
    const sits = /\/(sit|over|rise)$/.test(new URL(event.target.action).pathname);
    if (answer.status !== 200 || sits || !replaced(part, answer.response) || (had && answer.responseURL.includes("/sign-in"))) {
      location.reload(); // whoever sits down or gets up sees other pictures; what was refused is said by the page
    }
  } catch {
    location.reload();
  }
});

async function look() {
  for (const part of document.querySelectorAll("[data-call-part]")) {
    if (document.hidden || busy(part)) continue;
    try {
      const answer = await fetched("GET", part.dataset.callPart);
      if (answer.status === 200 && !busy(part)) replaced(part, answer.response);
    } catch { /* the line is down: the pictures say so */ }
  }
  setTimeout(look, EVERY);
}

function clocks() {
  for (const clock of document.querySelectorAll("[data-call-part] [data-left]")) {
    clock.ends ??= performance.now() + 1000 * Number(clock.dataset.left); // the clock of the desk may be wrong
    const seconds = Math.max(0, Math.round((clock.ends - performance.now()) / 1000));
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

function heard() {
  const chosen = document.querySelector("input[name=listen]:checked");
  for (const tile of document.querySelectorAll("[data-tile]")) {
    const own = tile.querySelector("input[name=listen]");
    tile.querySelectorAll("video, audio").forEach((one) => { one.muted = !own || own !== chosen; });
  }
}

document.querySelectorAll(".listen").forEach((one) => { one.hidden = false; });
const first = document.querySelector("input[name=listen]");
if (first) first.checked = true;
setInterval(() => { clocks(); heard(); }, 500);
document.addEventListener("change", heard);
clocks();
setTimeout(look, EVERY);
