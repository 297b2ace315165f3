"""One supervised call of Ерлан with his mother, and three browsers that come to it."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page

from service.app.call_arrange import arrange_call
from service.app.call_join import join_call
from service.app.call_supervise import confirm_identity, start_call
from service.app.convict_request_make import Asked, make_request
from service.domain.access import Actor
from service.gateways.janus.process import OwnJanus
from service.store.columns import of
from service.store.tables import Call, CallParty
from tests.browser.faces import sqlite_world
from tests.calls.service import KIOSK, SPAWN, MovedClock, Service
from tests.cast import MEDIUM, NOW, Made, World
from tests.web.api.v1.callers import Face
from tests.web.clicking import dashed

STARTS = datetime(2026, 3, 4, 13, 0, tzinfo=UTC)
"""18:00 in Almaty."""
WAITS = 60.0
MEDIA = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)
WATCHED = """
window.connections = [];
const Real = RTCPeerConnection;
window.RTCPeerConnection = function (given) {
  const made = new Real(given);
  window.connections.push(made);
  return made;
};
window.RTCPeerConnection.prototype = Real.prototype;
window.lastAt = 0;
let before = 0;
setInterval(async () => {
  let packets = 0;
  for (const one of window.connections) {
    (await one.getStats()).forEach((stat) => {
      if (stat.type === "inbound-rtp") packets += stat.packetsReceived || 0;
    });
  }
  if (packets !== before) {
    before = packets;
    window.lastAt = Date.now();
  }
}, 50);
"""
"""Keeps the page's connections, and when a packet of sound or picture came in last."""
ROGUE = (
    WATCHED
    + """
Real.prototype.close = function () {};
MediaStreamTrack.prototype.stop = function () {};
Object.defineProperty(MediaStreamTrack.prototype, "enabled", { get: () => true, set: () => {} });
"""
)
"""A page that hangs up on nobody, whatever it is told."""
COUNTED = """async () => {
  const counted = { frames: 0, packets: 0, sound: 0 };
  for (const one of window.connections) {
    (await one.getStats()).forEach((stat) => {
      if (stat.type !== "inbound-rtp") return;
      counted.packets += stat.packetsReceived || 0;
      if (stat.kind === "video") counted.frames += stat.framesDecoded || 0;
      if (stat.kind === "audio") counted.sound += stat.packetsReceived || 0;
    });
  }
  return counted;
}"""


@dataclass
class Party:
    """One browser in the call."""

    page: Page
    context: BrowserContext

    def counts(self) -> dict[str, float]:
        """What has been received since the page was opened: frames decoded, packets, packets of sound."""
        found: dict[str, float] = self.page.evaluate(COUNTED)
        return found

    def last_media(self) -> float:
        """When the last packet came in, in seconds of the wall's clock."""
        return float(self.page.evaluate("window.lastAt")) / 1000

    def asks(self, op: str, **body: object) -> tuple[int, dict[str, Any]]:
        """What the room answers to this page's own script, whatever it asks for."""
        answer: list[Any] = self.page.evaluate(
            """async ([op, body]) => {
              const room = document.querySelector(".call-room").dataset;
              const answer = await fetch(`${room.room}/${op}`, {
                method: "POST",
                headers: { "Content-Type": "application/json", "X-Form-Token": room.token },
                body: JSON.stringify(body),
              });
              return [answer.status, await answer.json()];
            }""",
            [op, body],
        )
        return answer[0], answer[1]

    @property
    def state(self) -> str:
        """What the page shows of the call."""
        return self.page.locator(".call-room").first.get_attribute("data-state") or ""


@dataclass
class Stage:
    """A world, its service as a process of its own, its Janus, its browser."""

    world: World
    clock: MovedClock
    service: Service
    janus: OwnJanus
    browser: Browser
    call: str = ""
    parties: dict[str, Party] = field(default_factory=dict)

    def arrange(self) -> None:
        """A call whose room is open."""
        self.clock.jump(NOW)
        wish = Asked(
            kind="video_call",
            sequence=int(time.time()),
            asked_at=self.clock(),
            relationship=self.world.relations["Айгүл", "Ерлан"],
        )
        at_kiosk = self.world.at_kiosk("Ерлан")
        asked = self.world.run(at_kiosk, lambda unit: make_request(unit, wish)).request
        slot = self.world.templates[MEDIUM, "call"]
        day = date(2026, 3, 4)
        self.call = self.world.run(
            self.world.as_officer("head"),
            lambda unit: arrange_call(unit, request=asked, template=slot, day=day, provider="janus"),
        ).call
        self.clock.jump(STARTS - timedelta(minutes=4))
        standing = Face(self.world).kiosk()
        (self.service.folder / KIOSK).write_text(f"{standing.token} {standing.convict}")
        self.until(lambda: self.row.state == "open", "the room opens")

    @property
    def officer(self) -> Actor:
        return self.world.as_officer("call_supervisor")

    @property
    def row(self) -> Call:
        with self.world.environment.database.reading() as session:
            found = session.get(Call, self.call)
            assert found is not None
            session.expunge_all()
            return found

    def seat(self, party: str) -> str:
        """The seat that a party holds now; "" for none."""
        stay = of(CallParty)
        held = sa.select(stay.seat).where(stay.call_id == self.call, stay.party == party, stay.left_at.is_(None))
        with self.world.environment.database.reading() as session:
            return session.execute(held).scalar() or ""

    def grows(self, party: Party, what: str = "frames", by: int = 5) -> None:
        """Waits until a party has received so much more."""
        before = party.counts()[what]
        self.until(lambda: party.counts()[what] >= before + by, f"{what} come in")

    def quiet(self, party: Party, what: str, seconds: float = 2.0) -> float:
        """How much of it came in within so many seconds."""
        before = party.counts()[what]
        self.wait(seconds)
        return party.counts()[what] - before

    def do(self, act: Callable[..., Any], actor: Actor | None = None, **more: Any) -> Any:
        """A use case on the call, by the officer unless told otherwise."""
        return self.world.run(actor or self.officer, lambda unit: act(unit, call=self.call, **more))

    def until(self, true: Callable[[], bool], what: str, within: float = WAITS) -> None:
        """Waits for a condition while the pages go on."""
        giving_up = time.monotonic() + within
        while not true():
            states = {name: one.state for name, one in self.parties.items() if not one.page.is_closed()}
            assert time.monotonic() < giving_up, f"{what}; pages: {states}, call: {self.row.state}"
            self.wait(0.1)

    def wait(self, seconds: float) -> None:
        """Time passes."""
        for one in self.parties.values():
            if not one.page.is_closed():
                one.page.wait_for_timeout(seconds * 1000)
                return
        time.sleep(seconds)

    def comes(self, party: str, script: str = WATCHED) -> Party:
        """A party opens the page of the call and comes in."""
        at = self.service.at
        base = {"relative": at.public, "supervisor": at.staff, "convict": at.booth}[party]
        context = self.browser.new_context(permissions=["camera", "microphone"], locale="kk-KZ")
        tokens = Face(self.world)
        if party == "relative":
            token = tokens.session("relative", self.world.accounts["Айгүл"].account)
            context.add_cookies([{"name": "kezdesu_public", "value": token, "url": base}])
        elif party == "supervisor":
            token = tokens.session("officer", self.world.officers[MEDIUM, "call_supervisor"].id)
            context.add_cookies([{"name": "kezdesu_staff", "value": token, "url": base}])
            self.do(join_call, seat=self.world.environment.new_id())
        context.add_init_script(script)
        page = context.new_page()
        page.goto(f"{base}/calls/{dashed(self.call)}", wait_until="domcontentloaded")
        came = self.parties[party] = Party(page, context)
        if party != "supervisor":
            page.locator("[data-do=enter]").click()
        return came

    def go_live(self, script: str = WATCHED) -> dict[str, Party]:
        """All three are in, the officer has compared, and they talk."""
        self.arrange()
        for party in ("supervisor", "relative", "convict"):
            self.comes(party, script)
        self.until(lambda: all(self.seat(party) for party in self.parties), "all three sit")
        self.until(lambda: self.parties["supervisor"].counts()["frames"] > 0, "the officer sees somebody")
        self.do(confirm_identity, matched=True)
        self.do(start_call)
        self.until(lambda: all(one.counts()["frames"] > 0 for one in self.parties.values()), "all three decode frames")
        return self.parties

    def leave(self) -> None:
        """Everybody goes, and what is left of the call ends."""
        for one in self.parties.values():
            one.context.close()
        self.parties.clear()


@contextlib.contextmanager
def staged(made: Made, folder: Path, janus: OwnJanus, browser: Browser) -> Iterator[Stage]:
    """The stage, with its service running."""
    with sqlite_world(made, folder) as copied:
        clock = MovedClock(NOW, SPAWN.Value("d", 0.0), time.time())
        world = replace(copied, clock=clock, environment=replace(copied.environment, clock=clock))
        service = Service(
            f"sqlite:///{folder / 'kezdesu.db'}",
            folder / "keys",
            clock,
            SPAWN.Value("b", 0),
            janus.line,
            folder,
        )
        service.start()
        stage = Stage(world, clock, service, janus, browser)
        try:
            yield stage
        finally:
            stage.leave()
            service.kill()
