// Asks whether this page has changed since it was made, and opens it again when it has.
const every = Number(document.querySelector("[data-watch]")?.dataset.watch || 2) * 1000;
// What was shown when the page was made: a change before the first question is then seen as one.
const made = document.currentScript.dataset.mark;
let seen = made ? `W/"${made}"` : null;

async function look() {
  try {
    const answer = await fetch(location.href, { headers: seen ? { "If-None-Match": seen } : {}, cache: "no-store" });
    if (answer.status === 200) {
      const mark = answer.headers.get("ETag");
      if (seen && mark && mark !== seen) return location.reload();
      seen = mark || seen;
    } else if (answer.status !== 304) {
      return location.reload();
    }
  } catch {
    document.documentElement.dataset.offline = "yes";
    return setTimeout(look, every);
  }
  delete document.documentElement.dataset.offline;
  setTimeout(look, every);
}
look();
