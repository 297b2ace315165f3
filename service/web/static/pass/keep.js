// Asks the keeper to keep this page and what it is made of; says so when it is done.
"use strict";
if ("serviceWorker" in navigator) {
  const own = globalThis.trustedTypes
    ? trustedTypes.createPolicy("kezdesu", { createScriptURL: () => "/pass-keeper.js" }).createScriptURL("")
    : "/pass-keeper.js";
  navigator.serviceWorker.addEventListener("message", event => {
    if (event.data.kept) document.getElementById("kept").hidden = false;
  });
  navigator.serviceWorker.register(own).then(() => navigator.serviceWorker.ready).then(ready => {
    const parts = performance.getEntriesByType("resource").map(entry => entry.name).filter(name => name.includes("/static/"));
    ready.active.postMessage({ keep: [location.pathname, ...new Set(parts)] });
  });
}
