"""Alarms of kiosks, told to officers and not to the screen; devices, and the end of a key that was stolen."""

from typing import Literal
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.alarm_see import SEE as SEE_ALARMS
from service.app.alarm_see import list_alarms, see_alarm
from service.app.device_add import revoke_device
from service.app.device_show import SEE as SEE_DEVICES
from service.app.device_show import list_devices
from service.domain.refusal import Refusal
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace
from service.web.staff.kiosk_words import ALARMS, DEVICES, REVOKED


class Revocation(Body):
    code: Literal["lost", "stolen", "replaced", "compromised"]


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("devices")
    environment = face.environment

    @part.page("/alarms", audience=("officer",))
    def alarms(caller: SignedIn) -> str:
        place = face.enter(caller, SEE_ALARMS)
        found = list_alarms(environment, caller.actor)
        return render_template("staff/alarms.html", place=place, alarms=found, ALARMS=ALARMS)

    @part.page("/alarms/<uuid:alarm>/seen", audience=("officer",), methods=("POST",))
    def seen(caller: SignedIn, alarm: UUID) -> Response:
        face.enter(caller, SEE_ALARMS)
        face.do(caller, lambda unit: see_alarm(unit, alarm=alarm.hex))
        return redirect(url_for("devices.alarms"), code=303)

    def revoking() -> Form[Revocation]:
        return Form(Revocation, labels={"code": N_("Why the key ends")})

    @part.page("/devices", audience=("officer",))
    def devices(caller: SignedIn) -> str:
        place = face.enter(caller, SEE_DEVICES)
        found = list_devices(environment, caller.actor)
        return render_template("staff/devices.html", place=place, devices=found, DEVICES=DEVICES, REVOKED=REVOKED)

    @part.page("/devices/<uuid:device>", audience=("officer",), methods=("GET", "POST"))
    def revoke(caller: SignedIn, device: UUID) -> str | Response:
        place = face.enter(caller, SEE_DEVICES)
        form = revoking()
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            code = read.code
            try:
                face.do(caller, lambda unit: revoke_device(unit, device=device.hex, code=code))
            except Refusal as refusal:
                refuse_into(form, refusal, {"state-does-not-allow": "code"})
            else:
                return redirect(url_for("devices.devices"), code=303)
        one = next((one for one in list_devices(environment, caller.actor).in_force if one.id == device.hex), None)
        return render_template(
            "staff/device.html",
            place=place,
            one=one or abort(404),
            form=form,
            codes=[("", "—"), *((code, words().sentence(said)) for code, said in REVOKED.items())],
            DEVICES=DEVICES,
        )

    return part
