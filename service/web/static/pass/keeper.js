// Keeps the pages of passes that were opened, so that they show at a gate without a network. Nothing else is kept, and
// all of it is forgotten when somebody signs out or another person signs in.
"use strict";
const KEPT = "kezdesu-passes-1";
const isPass = url => /^\/appointments\/[0-9a-f-]{36}\/pass$/.test(url.pathname);
const isOurs = url => url.pathname.startsWith("/static/");

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));

const keep = async (request, answer) => {
  const kept = await caches.open(KEPT);
  if (answer.ok && !answer.redirected) await kept.put(request, answer.clone());
  else if (!answer.redirected) await kept.delete(request); // it is no pass any more
  return answer;
};
const nearest = async request => {
  const kept = await caches.open(KEPT);
  return (await kept.match(request, { ignoreVary: true })) || Response.error();
};
self.addEventListener("fetch", event => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (event.request.method === "POST" && url.pathname === "/sign-out") {
    event.waitUntil(caches.delete(KEPT));
    return;
  }
  if (event.request.method !== "GET") return;
  if (url.pathname === "/sign-in") event.waitUntil(caches.delete(KEPT));
  else if (isPass(url) && event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).then(answer => keep(event.request, answer), () => nearest(event.request)));
  } else if (isOurs(url)) {
    event.respondWith(nearest(event.request).then(answer => (answer.type === "error" ? fetch(event.request) : answer)));
  }
});
self.addEventListener("message", event => {
  // The page that was just opened, with what it is made of: it was fetched before anybody kept anything.
  event.waitUntil((async () => {
    const kept = await caches.open(KEPT);
    for (const address of event.data.keep) {
      const url = new URL(address, self.location.origin);
      if (url.origin !== self.location.origin || !(isPass(url) || isOurs(url))) continue;
      const answer = await fetch(url, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) await kept.put(url, answer);
    }
    if (event.source) event.source.postMessage({ kept: true });
  })());
});
