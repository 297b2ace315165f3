"""The pages of the gate's screen: what is asked of the officer, and what the officer does, in the journal before it is.

Without an officer signed in it shows the answer and its reason and no name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from firmware_bridge.actuate.relay import Relay
from firmware_bridge.clock import Clock
from firmware_bridge.decide import Direction
from firmware_bridge.gatehouse import Gatehouse, Place
from firmware_bridge.journal import NotRecorded
from firmware_bridge.release import Credential, Ground, NotReleased, Releases
from firmware_bridge.screen.server import Request, Response, digest
from firmware_bridge.screen.sessions import Session, Sessions
from firmware_bridge.screen.view import WhyNot, look
from firmware_bridge.screen.words import LANGUAGES, OWN_NAMES, Speech
from firmware_bridge.today import Answered, Today

PAGES = Path(__file__).with_name("pages")
FILES = {"/gate.css": "text/css; charset=utf-8", "/gate.js": "text/javascript; charset=utf-8"}
SESSION, LANGUAGE = "kezdesu-gate", "kezdesu-gate-language"
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}
MOST_COMPARED = 1000
MOST_PEOPLE = 10
BY_HAND = "by-hand"
UNMARKED = 'data-mark=""'


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever looks at the screen: their words, the gate they look at, and their session if they signed in."""

    speech: Speech
    gate: str
    session: Session | None
    cookie: str


class Screen:
    """Answers requests of the gate's screen. `places` are the bridge's readers, `doors` the relays of its gates."""

    def __init__(
        self,
        *,
        today: Today,
        gatehouse: Gatehouse,
        releases: Releases,
        clock: Clock,
        places: frozenset[Place],
        secret: Callable[[], str],
        doors: Mapping[str, tuple[str, Relay]] | None = None,
    ) -> None:
        self._today, self._gatehouse, self._releases, self._clock = today, gatehouse, releases, clock
        self._places = places
        self._gates = sorted({place.gate for place in places})
        self._doors = doors or {}
        self._sessions = Sessions(secret)
        self._compared: dict[int, bool] = {}
        self._pages = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)

    def __call__(self, request: Request) -> Response:
        """Answers one request."""
        if request.form is None and request.path in FILES:
            return Response((PAGES / request.path[1:]).read_bytes(), FILES[request.path])
        caller = self._caller(request)
        if request.form is not None:
            return self._done(caller, request.path, request.form)
        first, rest = f"/{request.path[1:].partition('/')[0]}", request.path[1:].partition("/")[2]
        for_all: dict[str, Callable[[], Response]] = {
            "/": lambda: self._gate(caller),
            "/sign-in": lambda: self._page(caller, "sign_in.html"),
            "/language": lambda: self._language(caller, request.query.get("to", "")),
            "/favicon.ico": lambda: Response(status=HTTPStatus.NOT_FOUND),
        }
        for_officers: dict[str, Callable[[], Response]] = {
            "/photos": lambda: self._photo(rest),
            "/refuse": lambda: self._refusing(caller, request.query.get("scan", "")),
            "/by-hand": lambda: self._by_hand(caller),
        }
        if first in for_officers and caller.session is None:
            return Response(to=self._here(caller, "/sign-in"))
        return {**for_all, **for_officers}.get(first, lambda: self._lost(caller))()

    def _caller(self, request: Request) -> Caller:
        language = request.cookies.get(LANGUAGE, "")
        cookie = request.cookies.get(SESSION, "")
        gate = (request.form or {}).get("gate") or request.query.get("gate", "")
        return Caller(
            speech=Speech(language if language in LANGUAGES else LANGUAGES[0]),
            gate=gate if gate in self._gates else next(iter(self._gates), ""),
            session=self._sessions.find(cookie, self._clock.monotonic()) if cookie else None,
            cookie=cookie,
        )

    def _done(self, caller: Caller, path: str, form: Mapping[str, str]) -> Response:
        """What an officer does. Each form carries the secret of its session; the sign-in has none yet."""
        session = caller.session
        if path == "/sign-in":
            return self._sign_in(caller, form)
        if session is None or not compare_digest(form.get("secret", "").encode(), session.form.encode()):
            return Response(to=self._here(caller, "/sign-in"))
        deeds: dict[str, Callable[[], Response]] = {
            "/sign-out": lambda: self._sign_out(caller),
            "/compare": lambda: self._compare(caller, session, form),
            "/by-hand": lambda: self._release(caller, form),
        }
        try:
            return deeds.get(path, lambda: self._lost(caller))()
        except NotRecorded:
            return self._page(caller, "message.html", HTTPStatus.SERVICE_UNAVAILABLE, said="no-record")

    def _sign_out(self, caller: Caller) -> Response:
        self._sessions.end(caller.cookie)
        return Response(to=self._here(caller), cookies={SESSION: ""})

    def _language(self, caller: Caller, to: str) -> Response:
        return Response(to=self._here(caller), cookies={LANGUAGE: to}) if to in LANGUAGES else self._lost(caller)

    def _lost(self, caller: Caller) -> Response:
        return self._page(caller, "message.html", HTTPStatus.NOT_FOUND, said="not-found")

    def _sign_in(self, caller: Caller, form: Mapping[str, str]) -> Response:
        try:
            officer = self._releases.proven(Credential(form.get("officer", ""), form.get("pin", "")), caller.gate)
        except NotReleased as fault:
            return self._page(caller, "sign_in.html", HTTPStatus.UNPROCESSABLE_ENTITY, fault=fault.code)
        except NotRecorded:
            return self._page(caller, "sign_in.html", HTTPStatus.SERVICE_UNAVAILABLE, fault="not-recorded")
        return Response(
            to=self._here(caller), cookies={SESSION: self._sessions.begin(officer, self._clock.monotonic())}
        )

    def _compare(self, caller: Caller, session: Session, form: Mapping[str, str]) -> Response:
        """Face and document were compared: with whom the pass was issued for, or not, and then why not."""
        answered = self._answered(caller, form.get("scan", ""))
        ground = None if form.get("matched") == "yes" else form.get("ground", "")
        if answered is None or (ground is not None and ground not in list(WhyNot)):
            return self._page(caller, "message.html", HTTPStatus.CONFLICT, said="not-now")
        sequence = answered.decision.sequence
        assert sequence is not None
        self._gatehouse.compared(
            gate=caller.gate,
            of=sequence,
            matched=ground is None,
            ground=ground,
            officer=session.officer.id,
            **{"pass": answered.pass_id},
        )
        while len(self._compared) >= MOST_COMPARED:
            del self._compared[min(self._compared)]
        self._compared[sequence] = ground is None
        return Response(to=self._here(caller))

    def _release(self, caller: Caller, form: Mapping[str, str]) -> Response:
        people = form.get("people", "1")
        complete = (
            form.get("ground") in list(Ground)
            and form.get("direction") in list(Direction)
            and people.isascii()
            and people.isdigit()
            and 1 <= int(people) <= MOST_PEOPLE
        )
        if not complete:
            return self._by_hand(caller, "incomplete", form)
        try:
            number = self._releases.release(
                Credential(form.get("first", ""), form.get("first-pin", "")),
                Credential(form.get("second", ""), form.get("second-pin", "")),
                gate=caller.gate,
                direction=Direction(form["direction"]),
                ground=Ground(form["ground"]),
                pass_id=form.get("pass") or None,
                people=int(people),
            )
        except NotReleased as fault:
            return self._by_hand(caller, fault.code, form)
        if caller.gate in self._doors and form["direction"] == Direction.ENTRY:
            door, relay = self._doors[caller.gate]
            self._gatehouse.note("door", gate=caller.gate, reader=BY_HAND, door=door, of=number)
            relay.pulse()
        return self._page(caller, "message.html", said="released", values={"number": number})

    def _gate(self, caller: Caller) -> Response:
        view = look(
            self._today,
            self._gatehouse.who_is_inside,
            self._compared.get,
            self._places,
            caller.gate,
            self._clock.now(),
            is_recording=self._gatehouse.is_recording,
        )
        return self._page(caller, "gate.html", view=view)

    def _refusing(self, caller: Caller, scan: str) -> Response:
        answered = self._answered(caller, scan)
        if answered is None:
            return Response(to=self._here(caller))
        return self._page(caller, "refuse.html", answered=answered, grounds=list(WhyNot))

    def _by_hand(self, caller: Caller, fault: str = "", given: Mapping[str, str] | None = None) -> Response:
        inside = self._gatehouse.who_is_inside
        known = [(pass_id, self._today.who(pass_id)) for pass_id in inside]
        return self._page(
            caller,
            "by_hand.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
            fault=fault,
            given=given or {},
            grounds=list(Ground),
            ways=list(Direction),
            people=MOST_PEOPLE,
            who=[(one.pass_id, one.name) for one in self._today.expected()]
            + [(pass_id, who.name if who else pass_id[:8]) for pass_id, who in known],
        )

    def _photo(self, pass_id: str) -> Response:
        who = self._today.who(pass_id)
        octets = who.photo if who is not None else None
        kind = next((kind for begins, kind in PICTURES.items() if (octets or b"").startswith(begins)), None)
        return Response(status=HTTPStatus.NOT_FOUND) if octets is None or kind is None else Response(octets, kind)

    def _answered(self, caller: Caller, scan: str) -> Answered | None:
        """The answer an officer still has to look at."""
        number = int(scan) if scan.isascii() and scan.isdigit() and len(scan) < 12 else -1
        found = (one for one in self._today.answers(caller.gate) if one.decision.sequence == number)
        return next(found, None) if number not in self._compared else None

    def _here(self, caller: Caller, path: str = "/") -> str:
        return path if len(self._gates) < 2 else f"{path}?{urlencode({'gate': caller.gate})}"

    def _page(self, caller: Caller, name: str, status: HTTPStatus = HTTPStatus.OK, **facts: Any) -> Response:
        bundle = self._today.bundle
        try:
            zone = ZoneInfo(bundle.time_zone if bundle is not None else "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("UTC")
        now = self._clock.now().astimezone(zone)
        names = {one.id: one.name for one in bundle.gates} if bundle is not None else {}
        made = self._pages.get_template(name).render(
            {"fault": "", "values": {}, **facts},
            w=caller.speech,
            you=caller,
            here=lambda path="/", **more: self._link(caller, path, more),
            gates=[(gate, names.get(gate, gate)) for gate in self._gates],
            gate_name=names.get(caller.gate, caller.gate),
            officers=self._today.officers,
            languages=[(code, OWN_NAMES[code]) for code in LANGUAGES],
            when=lambda moment: caller.speech.moment(moment.astimezone(zone), now),
        )
        # The page knows its own mark: what changes before it asks for the first time is then seen as a change.
        mark = digest(made.encode())
        return Response(made.replace(UNMARKED, f'data-mark="{mark}"', 1).encode(), status=status, mark=mark)

    def _link(self, caller: Caller, path: str, more: Mapping[str, object]) -> str:
        values = {**({"gate": caller.gate} if len(self._gates) > 1 else {}), **more}
        return f"{path}?{urlencode(values)}" if values else path
