"""What convicts asked for at kiosks, the next due first, with the checks already made: granted, or refused in words."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.asked_weigh import AskedWeighed, list_asked, weigh_asked
from service.app.convict_request_decide import grant_request, refuse_request
from service.domain.access import Target, may
from service.domain.calls import HELP as HELP_PURPOSES
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
from service.web.pages import Pages
from service.web.staff.face import StaffFace, grounds
from service.web.staff.kiosk_words import ASKED, HELP, HOW, PURPOSES

SEE, DECIDE = "convict_request.see", "convict_request.decide"
COMMON = ("ground-not-entitled", "ground-kinship-not-proved", "ground-permission-refused", "ground-room-unusable")


class RefusedFor(Body):
    ground: Ground
    words: Words


class Granted(Body):
    appointment: UUID | None = None


def verdict(one: AskedWeighed) -> str | None:
    """What the checks came to: "yes", "permit" (a person may still grant it), "no"; None where none is to be made."""
    if one.left is None:
        return None
    answer = one.left.answer
    return "yes" if answer.allowed else "permit" if decidable(answer.reasons) else "no"


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("asked")
    environment = face.environment

    def decides(caller: SignedIn) -> bool:
        return may(caller.actor, DECIDE, Target(caller.institution))

    @part.page("/asked", audience=("officer",))
    def queue(caller: SignedIn) -> str:
        place = face.enter(caller, SEE)
        waiting, count = list_asked(environment, caller.actor)
        return render_template(
            "staff/asked.html",
            place=place,
            waiting=[(one, verdict(one)) for one in waiting],
            count=count,
            now=environment.clock(),
            ASKED=ASKED,
            PURPOSES=PURPOSES,
        )

    @part.page("/asked/<uuid:made>", audience=("officer",), methods=("GET", "POST"))
    def look(caller: SignedIn, made: UUID) -> str | Response:
        place = face.enter(caller, SEE if request.method == "GET" else DECIDE)
        form = Form(RefusedFor, labels={"ground": N_("Ground"), "words": N_("What the convict will read")})
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            ground, said = read.ground, read.words
            try:
                face.do(caller, lambda unit: refuse_request(unit, request=made.hex, ground=ground, words=said))
            except Refusal as refusal:
                refuse_into(form, refusal, {"choice-unknown": "ground", "not-true-of-this-call": "ground"})
            else:
                return redirect(url_for("asked.queue"), code=303)
        one = weigh_asked(environment, caller.actor, made.hex)
        return render_template(
            "staff/asked_one.html",
            place=place,
            one=one,
            verdict=verdict(one),
            said=None if one.left is None else say_left(one.left),
            form=form,
            grant_form=Form(Granted, labels={"appointment": N_("What is booked for it")}),
            grounds=[("", "—"), *grounds(*COMMON, among=grounds_for(one.shown.row.kind, one.shown.row.purpose))],
            decides=decides(caller) and one.shown.row.state == "asked",
            how=HELP if one.shown.row.purpose in HELP_PURPOSES else HOW.get(one.shown.row.kind),
            ASKED=ASKED,
            PURPOSES=PURPOSES,
        )

    @part.page("/asked/<uuid:made>/grant", audience=("officer",), methods=("POST",))
    def grant(caller: SignedIn, made: UUID) -> Response:
        face.enter(caller, DECIDE)
        read = Form(Granted).read()
        bound = None if read is None or read.appointment is None else read.appointment.hex
        face.do(caller, lambda unit: grant_request(unit, request=made.hex, appointment=bound))
        return redirect(url_for("asked.queue"), code=303)

    return part
