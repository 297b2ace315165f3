"""An officer's gate PIN, and the keys of bridges that wait for somebody to say why they are new."""

from typing import Annotated
from uuid import UUID

from flask import redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from service.app.bridge_register import approve_key, waiting_keys
from service.app.gate_pin_set import choose_pin, has_pin
from service.domain.refusal import Refusal
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace


class NewPin(Body):
    pin: Annotated[str, Field(pattern=r"^[0-9]{4,12}$")]


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("gate_pin")
    environment = face.environment

    @part.page("/gate/pin", audience=("officer",), methods=("GET", "POST"))
    def choose(caller: SignedIn) -> str | AnyResponse:
        face.enter(caller, "gate_pin.set")
        form = Form(NewPin, labels={"pin": N_("New gate PIN")})
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            try:
                choose_pin(environment, caller.actor, pin=read.pin)
            except Refusal as refusal:
                refuse_into(form, refusal, {"gate-pin-weak": "pin", "too-many-tries": "pin"})
            else:
                return redirect(url_for("gate_pin.choose"), code=303)
        return render_template("staff/gate_pin.html", form=form, is_set=has_pin(environment, caller.actor.id))

    @part.page("/gate/keys", audience=("officer",))
    def keys(caller: SignedIn) -> str:
        face.enter(caller, "bridge_key.approve")
        return render_template("staff/gate_keys.html", keys=waiting_keys(environment, caller.actor))

    @part.page("/gate/keys/<uuid:key>/approve", audience=("officer",), methods=("POST",))
    def approve(caller: SignedIn, key: UUID) -> AnyResponse:
        face.enter(caller, "bridge_key.approve")
        face.do(caller, lambda unit: approve_key(unit, key=key.hex))
        return redirect(url_for("gate_pin.keys"), code=303)

    return part
