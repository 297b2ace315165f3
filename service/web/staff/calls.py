"""Calls at the desk: requests become slots, or are refused with a ground."""

from datetime import date, timedelta
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.call_arrange import arrange_call
from service.app.call_show import list_asked_calls, list_calls, weigh_asked_call
from service.app.convict_request_decide import refuse_request
from service.domain.access import Target, may
from service.domain.grounds import grounds_for
from service.domain.refusal import Refusal
from service.web.api.v1.shapes import Ground
from service.web.api.v1.texts import Words
from service.web.api.values import Body
from service.web.call_words import CALL_STATES, PURPOSE_NAMES
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace, grounds

SEE, WATCH, ARRANGE = "call.see", "call.supervise", "call.arrange"
LISTED = "calls.day"


class Given(Body):
    slot: str
    certificate: str | None = None
    called: str | None = None


class RefusedFor(Body):
    ground: Ground
    words: Words


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
            watches=may(caller.actor, WATCH, Target(caller.institution)),
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
                        provider=face.calls.provider.name,
                        limit=face.calls.limit,
                    ),
                )
            except Refusal as refusal:
                refuse_into(form, refusal, {"proof-needed": "certificate", "text-missing": "called"})
            else:
                return redirect(url_for(LISTED), code=303)
        one = weigh_asked_call(environment, caller.actor, asked.hex)
        among = grounds_for(one.asked.row.kind, one.asked.row.purpose)
        return render_template(
            "staff/call_request.html",
            place=place,
            one=one,
            form=form,
            refusal=Form(RefusedFor, labels={"ground": N_("Ground"), "words": N_("What the convict will read")}),
            grounds=[("", "—"), *grounds("ground-not-entitled", "ground-room-unusable", among=among)],
            decides=may(caller.actor, ARRANGE, Target(caller.institution)),
            PURPOSES=PURPOSE_NAMES,
        )

    @part.page("/calls/requests/<uuid:asked>/refuse", audience=("officer",), methods=("POST",))
    def refuse_(caller: SignedIn, asked: UUID) -> Response:
        face.enter(caller, ARRANGE)
        read = Form(RefusedFor).read() or abort(400)
        face.do(caller, lambda unit: refuse_request(unit, request=asked.hex, ground=read.ground, words=read.words))
        return redirect(url_for(LISTED), code=303)

    return part


def _slot(written: str) -> tuple[str, date]:
    """Template and day of "<template> <day>", as the page offers them."""
    template, _, day = written.partition(" ")
    try:
        return template, date.fromisoformat(day)
    except ValueError:
        abort(400)
