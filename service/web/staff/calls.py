"""Calls at the desk: requests become slots; the officer who watches opens, warns, mutes, notes and ends."""

from datetime import date, timedelta
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.call_arrange import arrange_call
from service.app.call_join import join_call, leave_call
from service.app.call_show import list_asked_calls, list_calls, show_call, weigh_asked_call
from service.app.call_supervise import (
    confirm_identity,
    end_call,
    mute_party,
    note_on_call,
    start_call,
    warn_parties,
)
from service.app.convict_request_decide import refuse_request
from service.domain.access import Target, may
from service.domain.call_states import ENDED_CODES, OFFICERS_CODES, WARNINGS
from service.domain.refusal import Refusal
from service.store.unit_of_work import UnitOfWork
from service.web.api.v1.shapes import Ground
from service.web.api.v1.texts import Words
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.call_words import CALL_STATES, END_NAMES, MARK_NAMES, PARTY_NAMES, PURPOSE_NAMES, WARNING_NAMES
from service.web.staff.face import StaffFace, grounds

SEE, WATCH, ARRANGE = "call.see", "call.supervise", "call.arrange"
LISTED = "calls.day"
DEEDS = ("sit", "rise", "matched", "unmatched", "live", "warn", "mute", "unmute", "note", "end")
"""What the officer who watches does to a call."""


class Given(Body):
    slot: str
    certificate: str | None = None
    called: str | None = None


class RefusedFor(Body):
    ground: Ground
    words: Words


class Said(Body):
    code: str | None = None
    words: str | None = None


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("calls")
    environment = face.environment

    @part.page("/calls", audience=("officer",))
    def day(caller: SignedIn) -> str:
        place = face.enter(caller, SEE)
        now = environment.clock()
        return render_template(
            "staff/calls.html",
            place=place,
            asked=list_asked_calls(environment, caller.actor),
            calls=list_calls(environment, caller.actor, now - timedelta(hours=12), now + timedelta(days=7)),
            STATES_OF_CALLS=CALL_STATES,
            PURPOSES=PURPOSE_NAMES,
        )

    @part.page("/calls/requests/<uuid:asked>", audience=("officer",), methods=("GET", "POST"))
    def look(caller: SignedIn, asked: UUID) -> str | Response:
        place = face.enter(caller, SEE if request.method == "GET" else ARRANGE)
        labels = {"slot": N_("Slot"), "certificate": N_("Number of the certificate"), "called": N_("Whom, and number")}
        form = Form(Given, labels=labels)
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            template, on = _slot(read.slot)
            try:
                face.do(
                    caller,
                    lambda unit: arrange_call(
                        unit,
                        request=asked.hex,
                        template=template,
                        day=on,
                        certificate=read.certificate,
                        called=read.called,
                    ),
                )
            except Refusal as refusal:
                refuse_into(form, refusal, {"proof-needed": "certificate", "text-missing": "called"})
            else:
                return redirect(url_for(LISTED), code=303)
        return render_template(
            "staff/call_request.html",
            place=place,
            one=weigh_asked_call(environment, caller.actor, asked.hex),
            form=form,
            refusal=Form(RefusedFor, labels={"ground": N_("Ground"), "words": N_("What the convict will read")}),
            grounds=[("", "—"), *grounds("ground-not-entitled", "ground-room-unusable")],
            decides=may(caller.actor, ARRANGE, Target(caller.institution)),
            PURPOSES=PURPOSE_NAMES,
        )

    @part.page("/calls/requests/<uuid:asked>/refuse", audience=("officer",), methods=("POST",))
    def refuse_(caller: SignedIn, asked: UUID) -> Response:
        face.enter(caller, ARRANGE)
        read = Form(RefusedFor).read() or abort(400)
        face.do(caller, lambda unit: refuse_request(unit, request=asked.hex, ground=read.ground, words=read.words))
        return redirect(url_for(LISTED), code=303)

    @part.page("/calls/<uuid:call>", audience=("officer",))
    def watch(caller: SignedIn, call: UUID) -> str:
        place = face.enter(caller, SEE)
        one = show_call(environment, caller.actor, call.hex)
        own = next((seat for seat in one.seats if seat.officer_id == caller.id and seat.left_at is None), None)
        return render_template(
            "staff/call.html",
            place=place,
            one=one,
            own=own,
            absent=", ".join(words().sentence(PARTY_NAMES[party]) for party in one.absent),
            watches=may(caller.actor, WATCH, Target(caller.institution)),
            warnings=[(code, words().sentence(WARNING_NAMES[code])) for code in WARNINGS],
            ends=[(code, words().sentence(END_NAMES[code])) for code in ENDED_CODES if code in OFFICERS_CODES],
            STATES_OF_CALLS=CALL_STATES,
            PARTIES=PARTY_NAMES,
            MARKS=MARK_NAMES,
            SAID={**PARTY_NAMES, **END_NAMES, **WARNING_NAMES},
            ENDS=END_NAMES,
        )

    @part.page(
        "/calls/<uuid:call>/<act>",
        audience=("officer",),
        methods=("POST",),
    )
    def do(caller: SignedIn, call: UUID, act: str) -> Response:
        face.enter(caller, WATCH)
        if act not in DEEDS:
            abort(404)
        said = Form(Said).read() or abort(400)
        face.do(caller, lambda unit: _act(unit, call.hex, act, said, environment.new_id()))
        return redirect(url_for("calls.watch", call=call), code=303)

    return part


def _act(unit: UnitOfWork, call: str, act: str, said: Said, seat: str) -> None:
    code = said.code or ""
    if act == "sit":
        join_call(unit, call=call, seat=seat)
    elif act == "rise":
        leave_call(unit, call=call, seat=code)
    elif act in ("matched", "unmatched"):
        confirm_identity(unit, call=call, matched=act == "matched")
    elif act == "live":
        start_call(unit, call=call)
    elif act == "warn":
        warn_parties(unit, call=call, code=code)
    elif act in ("mute", "unmute"):
        mute_party(unit, call=call, party=code if act == "mute" else None)
    elif act == "note":
        note_on_call(unit, call=call, words=said.words or "")
    else:
        end_call(unit, call=call, code=code)


def _slot(written: str) -> tuple[str, date]:
    """Template and day of "<template> <day>", as the page offers them."""
    template, _, day = written.partition(" ")
    try:
        return template, date.fromisoformat(day)
    except ValueError:
        abort(400)
