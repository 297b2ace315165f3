"""Requests, the next to be decided first, with the checks already made: granted in one click, refused with a ground."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.appointment_decide import grant_appointment, refuse_appointment
from service.app.request_weigh import Weighed, list_requests, weigh_request
from service.domain.access import Target, may
from service.domain.grounds import grounds_for
from service.domain.reasons import decidable
from service.domain.refusal import Refusal
from service.web.api.v1.shapes import Ground
from service.web.api.v1.texts import Words
from service.web.api.values import Body
from service.web.entitled import say_left
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.needs_said import said_needs
from service.web.pages import Pages
from service.web.staff.face import StaffFace, grounds

SEE, DECIDE = "appointment.see_times", "appointment.decide"
COMMON = ("ground-not-entitled", "ground-kinship-not-proved", "ground-permission-refused", "ground-room-unusable")


class RefusedFor(Body):
    ground: Ground
    words: Words


def verdict(one: Weighed) -> str:
    """What the checks came to: "yes", "permit" (only the head's permission is missing), "no"."""
    answer = one.left.answer
    return "yes" if answer.allowed else "permit" if decidable(answer.reasons) else "no"


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("requests")
    environment = face.environment

    def decides(caller: SignedIn) -> bool:
        return may(caller.actor, DECIDE, Target(caller.institution))

    @part.page("/requests", audience=("officer",))
    def queue(caller: SignedIn) -> str:
        place = face.enter(caller, SEE)
        waiting, count = list_requests(environment, caller.actor)
        return render_template(
            "staff/requests.html",
            place=place,
            waiting=[(one, verdict(one)) for one in waiting],
            count=count,
            decides=decides(caller),
            now=environment.clock(),
        )

    @part.page("/requests/<uuid:appointment>", audience=("officer",), methods=("GET", "POST"))
    def look(caller: SignedIn, appointment: UUID) -> str | Response:
        place = face.enter(caller, SEE if request.method == "GET" else DECIDE)
        form = Form(RefusedFor, labels={"ground": N_("Ground"), "words": N_("What the family will read")})
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            ground, said = read.ground, read.words
            try:
                face.do(
                    caller,
                    lambda unit: refuse_appointment(unit, appointment=appointment.hex, ground=ground, words=said),
                )
            except Refusal as refusal:
                refuse_into(form, refusal, {"not-true-of-this-call": "ground"})
            else:
                return redirect(url_for("requests.queue"), code=303)
        one = weigh_request(environment, caller.actor, appointment.hex)
        return render_template(
            "staff/request.html",
            place=place,
            one=one,
            verdict=verdict(one),
            said=say_left(one.left),
            needs=said_needs(one.shown.needs),
            form=form,
            grounds=[("", "—"), *grounds(*COMMON, among=grounds_for(one.shown.row.kind, one.shown.row.purpose))],
            decides=decides(caller) and one.shown.row.state == "requested",
        )

    @part.page("/requests/<uuid:appointment>/grant", audience=("officer",), methods=("POST",))
    def grant(caller: SignedIn, appointment: UUID) -> Response:
        face.do(caller, lambda unit: grant_appointment(unit, appointment=appointment.hex))
        return redirect(url_for("requests.queue"), code=303)

    return part
