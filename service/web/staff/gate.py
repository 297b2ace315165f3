"""The gate's screen: the last pass that was read fills it, and the officer's whole work is Enter or Esc."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.gate_watch import Passage, Watch, gate_mark, gates_of, watch_gate
from service.app.identity_match import match_identity
from service.domain.access import Target, may
from service.domain.passes import PassRefusal
from service.domain.reasons import Reason, reason
from service.web.api.v1.gates import SAID
from service.web.api.values import Body
from service.web.face import SignedIn
from service.web.forms import Form
from service.web.i18n import speak_in, words
from service.web.pages import Pages
from service.web.staff.face import StaffFace

STAYS = timedelta(minutes=2)
"""How long an answer that needs no decision stays on the screen."""
Stand = Literal["ask", "refused", "left", "inside", "idle"]


class Compared(Body):
    matched: bool


@dataclass(frozen=True)
class Mark:
    """What a screen showed while the log had `size` events; good until `until`, when an answer leaves the screen."""

    size: int
    until: datetime | None
    text: str


def stand_of(last: Passage | None, now: datetime) -> Stand:
    """What the last scan asks of the officer now."""
    if last is None:
        return "idle"
    stay = last.admission
    if last.scan.verdict == "admit" and stay is not None and stay.matched is None:
        return "ask"
    if now - last.scan.received_at > STAYS:
        return "idle"
    if last.scan.verdict == "refuse":
        return "refused"
    if last.scan.verdict == "leave":
        return "left"
    return "inside" if stay is not None else "idle"


def refusal_of(last: Passage | None) -> Reason | None:
    """Why the last pass does not open the gate."""
    code = last.scan.refusal if last is not None else None
    return None if code is None else reason(SAID[PassRefusal(code)])


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("gate")
    environment = face.environment
    marks: dict[tuple[str, str], Mark] = {}  # of this process; a lost one costs one more look

    def answer(caller: SignedIn, gate: str) -> AnyResponse:
        size, now = gate_mark(environment, caller.actor, gate), environment.clock()
        place = (gate, words().language)
        known = marks.get(place)
        if known is not None and known.size == size and (known.until is None or now < known.until):
            text = known.text
            if request.if_none_match.contains_weak(text):
                return _tagged(Response(status=304), text)
        watch = watch_gate(environment, caller.actor, gate)
        stand = stand_of(watch.last, now)
        text = mark_of(watch, stand)
        passing = watch.last is not None and stand not in ("idle", "ask")
        until = watch.last.scan.received_at + STAYS if passing and watch.last is not None else None
        marks[place] = Mark(size, until, text)
        if request.if_none_match.contains_weak(text):
            return _tagged(Response(status=304), text)
        page = render_template("gate/screen.html", mark=text, **shown(caller, watch, stand))
        return _tagged(make_response(page), text)

    def shown(caller: SignedIn, watch: Watch, stand: Stand) -> Mapping[str, object]:
        speak_in(ZoneInfo(watch.institution.time_zone))
        compares = may(caller.actor, "identity.match", Target(watch.institution.id))
        return {"watch": watch, "stand": stand, "refusal": refusal_of(watch.last), "compares": compares}

    @part.page("/gate", audience=("officer",))
    def choose(caller: SignedIn) -> str | AnyResponse:
        gates = gates_of(environment, caller.actor)
        if len(gates) == 1:
            return redirect(url_for("gate.watch", gate=UUID(gates[0].id)), code=303)
        return render_template("gate/gates.html", gates=gates)

    @part.page("/gate/<uuid:gate>", audience=("officer",))
    def watch(caller: SignedIn, gate: UUID) -> AnyResponse:
        return answer(caller, gate.hex)

    @part.page("/gate/<uuid:gate>/admissions/<uuid:admission>", audience=("officer",), methods=("POST",))
    def compare(caller: SignedIn, gate: UUID, admission: UUID) -> AnyResponse:
        face.enter(caller, "identity.match")
        matched = (Form(Compared).read() or abort(400)).matched
        face.do(caller, lambda unit: match_identity(unit, admission=admission.hex, matched=matched))
        return redirect(url_for("gate.watch", gate=gate), code=303)

    return part


def mark_of(watch: Watch, stand: Stand) -> str:
    """A text that is another one whenever the screen shows something else; the age of the head is left out."""
    last = watch.last
    parts = (stand, last.scan.id if last else None, watch.waiting, watch.inside, watch.inside_count, watch.expected)
    return hashlib.sha256(repr((words().language, *parts)).encode()).hexdigest()[:24]


def _tagged(response: AnyResponse, text: str) -> AnyResponse:
    response.set_etag(text, weak=True)
    response.headers["Cache-Control"] = "no-cache, private"
    return response
