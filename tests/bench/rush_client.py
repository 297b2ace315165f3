"""The rush as the servers see it: families and gates that come when they come, however slow the answers are.

Run as `python -m tests.bench.rush_client SCENE PLAN ANSWERS`, in a process of its own. Families arrive as a Poisson
process; each looks at its first page and the month, chooses a day, says who comes, keeps the place, looks it over, asks
for the visit and looks at it again: five reads, a hold and a booking. Every latency is counted from the moment at which
the request should have been sent.
"""

import asyncio
import html
import json
import random
import re
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

from tests.bench.rush_scene import Door, Scene

COOKIE = "kezdesu_public"
THINKING_SECONDS = 1.5
TRIES = 4
PATIENCE_SECONDS = 240.0
WANTED_FIRST = 0.4
"""So many of the families want the first free days of the month, which soon are full."""
NO_ANSWER = 0
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
TIME = re.compile(r'href="(/ties/[^"]+/party\?[^"]+)"')


@dataclass(frozen=True)
class Plan:
    """How much is asked for how long; the ports are those of the relatives' pages and of the interface."""

    public: int
    api: int
    seconds: float
    bookings_a_second: float
    scans_a_second: float
    seed: int = 1

    @classmethod
    def read(cls, file: Path) -> "Plan":
        """The plan written before."""
        return cls(**json.loads(file.read_text(encoding="utf-8")))

    def write(self, file: Path) -> None:
        """The plan as JSON."""
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")


@dataclass
class Answers:
    """What came of it: of each request its kind, when it was due, seconds until its answer, status (0: none came)."""

    requests: list[tuple[str, float, float, int]] = field(default_factory=list)
    booked: list[str] = field(default_factory=list)
    taken: int = 0
    nothing_left: int = 0
    strange: list[str] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    """Seconds by which this process was behind itself; where that is much, the figures are its own."""

    @classmethod
    def read(cls, file: Path) -> "Answers":
        """The answers written by the process."""
        known = json.loads(file.read_text(encoding="utf-8"))
        return cls(**{**known, "requests": [tuple(one) for one in known["requests"]]})


@dataclass(frozen=True)
class Answer:
    """One answer of a server; `location` is where it sends its reader on."""

    status: int
    location: str
    body: str


class Crowd:
    """Everybody who asks, in one event loop."""

    def __init__(self, scene: Scene, plan: Plan) -> None:
        self.scene, self.plan, self.answers = scene, plan, Answers()
        self._chance = random.Random(plan.seed)
        self._began = 0.0

    async def run(self) -> Answers:
        """Until the last of those who came in time has been answered."""
        self._began = time.monotonic()
        watching = asyncio.create_task(self._watch())
        families = self._come(self.plan.bookings_a_second, list(self.scene.sessions), lambda one: self._family(*one))
        gates = asyncio.gather(*(self._gate(door) for door in self.scene.doors))
        await asyncio.gather(families, gates)
        watching.cancel()
        return self.answers

    async def _come(self, rate: float, whom: list[Any], visit: Callable[[Any], Any]) -> None:
        due, coming = self._began, []
        while whom and (due := due + self._chance.expovariate(rate)) < self._began + self.plan.seconds:
            await self._until(due)
            coming.append(asyncio.create_task(visit(whom.pop())))
        await asyncio.gather(*coming)

    async def _family(self, token: str, relationship: str) -> None:
        chance = random.Random(token)
        cookie = f"{COOKIE}={token}"
        month = f"/ties/{UUID(relationship)}/long?month={self.scene.month}"
        if await self._page("home", "/", cookie) is None:
            return
        for _ in range(TRIES):
            await self._think(chance)
            days = await self._page("month", month, cookie)
            times = [html.unescape(one) for one in TIME.findall(days.body)] if days else []
            if not times:
                self.answers.nothing_left += days is not None
                return
            await self._think(chance)
            address = times[0] if chance.random() < WANTED_FIRST else chance.choice(times)
            party = await self._page("party", address, cookie)
            if party is None or party.status == 303:  # taken between two looks
                self.answers.taken += 1
                continue
            await self._think(chance)
            wanted = dict(part.split("=") for part in address.partition("?")[2].split("&"))
            kept = await self._send("hold", address.partition("?")[0], cookie, party, {**wanted, "step": "hold"})
            if kept is None:
                return
            if kept.status != 303:
                self.answers.taken += 1
                continue
            await self._ask(kept.location, cookie, chance)
            return

    async def _ask(self, appointment: str, cookie: str, chance: random.Random) -> None:
        looked = await self._page("visit", appointment, cookie)
        if looked is None:
            return
        await self._think(chance)
        asked = await self._send("booking", f"{appointment}/request", cookie, looked, {})
        if asked is not None and asked.status == 303:
            self.answers.booked.append(UUID(appointment.rpartition("/")[2]).hex)
            await self._page("visit", asked.location, cookie)

    async def _gate(self, door: Door) -> None:
        rate = self.plan.scans_a_second / len(self.scene.doors)
        chance, due, sequence = random.Random(door.gate), self._began, 0
        waiting = []
        while door.tokens and (due := due + chance.expovariate(rate)) < self._began + self.plan.seconds:
            await self._until(due)
            # Each pass goes in, then out again.
            number, leaving = sequence // 2 % len(door.tokens), sequence % 2
            sequence += 1
            body = {
                "gate": str(UUID(door.gate)),
                "reader": "1",
                "direction": ("entry", "exit")[leaving],
                "token": door.tokens[number],
                "scanned_at": datetime.now(UTC).isoformat(),
                "sequence": sequence,
            }
            waiting.append(asyncio.create_task(self._scan(door, body, due)))
        await asyncio.gather(*waiting)

    async def _scan(self, door: Door, body: dict[str, object], due: float) -> None:
        head = {"Authorization": f"Bearer {door.key}", "Idempotency-Key": uuid4().hex}
        answered = await self._request(
            "scan", self.plan.api, "POST", "/api/v1/scans", {**head, "Content-Type": "application/json"},
            json.dumps(body), due,
        )  # fmt: skip
        self._expect("scan", answered, (200,))

    async def _page(self, kind: str, address: str, cookie: str) -> Answer | None:
        answered = await self._request(kind, self.plan.public, "GET", address, {"Cookie": cookie}, "", time.monotonic())
        return self._expect(kind, answered, (200, 303))

    async def _send(self, kind: str, address: str, cookie: str, page: Answer, fields: dict[str, str]) -> Answer | None:
        token = TOKEN.search(page.body)
        if token is None:
            # Another tab, or the other parent: the page has no button any more.
            self.answers.strange.append(f"{kind}: no form at {address}")
            return None
        body = urlencode({**fields, "form_token": html.unescape(token[1])})
        head = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        answered = await self._request(kind, self.plan.public, "POST", address, head, body, time.monotonic())
        return self._expect(kind, answered, (200, 303, 409))

    def _expect(self, kind: str, answered: Answer, statuses: tuple[int, ...]) -> Answer | None:
        if answered.status in statuses:
            return answered
        self.answers.strange.append(f"{kind}: {answered.status} {answered.body[-300:]}")
        return None

    async def _request(
        self, kind: str, port: int, method: str, address: str, head: dict[str, str], body: str, due: float
    ) -> Answer:
        lines = [f"{method} {quote(address, safe='/?=&:-')} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in head.items()]
        lines += [f"Content-Length: {len(body.encode())}"] if method == "POST" else []
        answered = Answer(NO_ANSWER, "", "")
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                # As a proxy does it: a connection for each request.
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write("\r\n".join([*lines, "", body]).encode())
                answered = _read(await reader.read(-1))
                writer.close()
        except (OSError, TimeoutError, ValueError) as fault:
            answered = Answer(NO_ANSWER, "", repr(fault))
        self.answers.requests.append((kind, due - self._began, time.monotonic() - due, answered.status))
        return answered

    async def _think(self, chance: random.Random) -> None:
        await self._until(time.monotonic() + chance.expovariate(1 / THINKING_SECONDS))

    async def _until(self, due: float) -> None:
        if (left := due - time.monotonic()) > 0:
            await asyncio.sleep(left)

    async def _watch(self) -> None:
        while True:
            due = time.monotonic() + 0.1
            await asyncio.sleep(0.1)
            self.answers.late.append(time.monotonic() - due)


def _read(data: bytes) -> Answer:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    if len(body) != int(fields.get("content-length", len(body))):
        raise ValueError("the answer was cut short")
    return Answer(int(first.split(" ")[1]), fields.get("location", ""), body.decode("utf-8", "replace"))


def main(scene: str, plan: str, answers: str) -> None:
    """See the module."""
    found = asyncio.run(Crowd(Scene.read(Path(scene)), Plan.read(Path(plan))).run())
    Path(answers).write_text(json.dumps(asdict(found)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
