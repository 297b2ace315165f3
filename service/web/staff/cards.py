"""The card of a convict for the kiosk: issued with a first PIN that is shown once, ended when it is lost."""

from typing import Literal
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.card_issue import end_card, issue_card, show_card
from service.app.convict_show import show_convict
from service.domain.access import Target, may
from service.domain.refusal import Refusal
from service.web.api.v1.texts import CardNumber
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace
from service.web.staff.kiosk_words import CARD_ENDINGS

ISSUE, END = "card.issue", "card.end"


class NewCard(Body):
    number: CardNumber


class Ending(Body):
    code: Literal["lost", "stolen", "replaced", "released", "transferred"]


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("cards")
    environment = face.environment

    def shown(caller: SignedIn, convict: UUID, issue: Form[NewCard], ending: Form[Ending]) -> str:
        place = face.enter(caller, END)
        return render_template(
            "staff/card.html",
            place=place,
            convict=convict,
            name=show_convict(environment, caller.actor, convict.hex).name,
            card=show_card(environment, caller.actor, convict=convict.hex),
            form=ending if ending.errors else issue,
            issue=issue,
            ending=ending,
            issues=may(caller.actor, ISSUE, Target(caller.institution)),
            endings=[("", "—"), *((code, words().sentence(said)) for code, said in CARD_ENDINGS.items())],
        )

    def issuing() -> Form[NewCard]:
        return Form(NewCard, labels={"number": N_("Number of the card")})

    def ending() -> Form[Ending]:
        return Form(Ending, labels={"code": N_("Why the card ends")})

    @part.page("/convicts/<uuid:convict>/card", audience=("officer",), methods=("GET", "POST"))
    def look(caller: SignedIn, convict: UUID) -> str:
        place = face.enter(caller, END if request.method == "GET" else ISSUE)
        form = issuing()
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            number = read.number
            try:
                made = face.do(caller, lambda unit: issue_card(unit, convict=convict.hex, number=number))
            except Refusal as refusal:
                refuse_into(form, refusal, {"card-unreadable": "number", "already-there": "number"})
            else:
                name = show_convict(environment, caller.actor, convict.hex).name
                return render_template(
                    "staff/card_issued.html", place=place, convict=convict, name=name, first_pin=made.first_pin
                )
        return shown(caller, convict, form, ending())

    @part.page("/convicts/<uuid:convict>/card/end", audience=("officer",), methods=("POST",))
    def end(caller: SignedIn, convict: UUID) -> str | Response:
        face.enter(caller, END)
        form = ending()
        if switching_language():
            form.keep()
        elif (read := form.read()) is not None:
            code = read.code
            try:
                face.do(caller, lambda unit: end_card(unit, convict=convict.hex, code=code))
            except Refusal as refusal:
                refuse_into(form, refusal, {"state-does-not-allow": "code"})
            else:
                return redirect(url_for("cards.look", convict=convict), code=303)
        return shown(caller, convict, issuing(), form)

    return part
