"""Requests to erase a person: the head or the deputy carries each out, or refuses it."""

from typing import Literal
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.erasure_show import list_erasures, show_erasure
from service.app.person_erase import decide_erasure
from service.domain.refusal import Refusal
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace


class Erasing(Body):
    erase: Literal["true"]


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("erasures")
    environment = face.environment

    @part.page("/erasures", audience=("officer",))
    def everything(caller: SignedIn) -> str:
        place = face.enter(caller, "erasure.decide")
        return render_template("staff/erasures.html", place=place, found=list_erasures(environment, caller.actor))

    @part.page("/erasures/<uuid:erasure>", audience=("officer",), methods=("GET", "POST"))
    def decide(caller: SignedIn, erasure: UUID) -> str | Response:
        place = face.enter(caller, "erasure.decide")
        one = show_erasure(environment, caller.actor, erasure.hex)
        form = Form(
            Erasing,
            labels={"erase": N_("I know that this cannot be undone")},
            wording={"erase": N_("To erase, tick that you know that it cannot be undone")},
        )
        chosen = request.form.get("what")
        if switching_language():
            form.keep()
        elif chosen == "refuse" or (chosen == "erase" and form.read() is not None):
            erase = chosen == "erase"
            try:
                face.do(caller, lambda unit: decide_erasure(unit, request=erasure.hex, erase=erase))
            except Refusal as refusal:
                refuse_into(form, refusal)
            else:
                return redirect(url_for("erasures.everything"), code=303)
        return render_template("staff/erasure.html", place=place, one=one, form=form)

    return part
