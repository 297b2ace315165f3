"""The relative's page of one call: what is needed before it, the room in it, what came of it after."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from service.app.call_own import find_own_call, show_own_call
from service.app.call_record import agree_to_recording
from service.domain.call_states import LIMIT
from service.gateways.recordings import can_record
from service.web.call_words import END_NAMES, OWN_STATES, WARNING_NAMES
from service.web.face import SignedIn
from service.web.i18n import speak_in
from service.web.pages import Pages
from service.web.public.face import PublicFace

MINUTES = LIMIT.seconds // 60


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("call_page")
    environment = face.environment

    @part.page("/calls/<uuid:call>", audience=("relative",))
    def show(caller: SignedIn, call: UUID) -> str:
        one = show_own_call(environment, caller.actor, call.hex)
        speak_in(ZoneInfo(one.shown.institution.time_zone))
        seconds = int(one.lasted.total_seconds()) if one.lasted is not None else None
        return render_template(
            "public/call.html",
            one=one,
            row=one.row,
            now=environment.clock(),
            cost=None if one.cost is None else f"{one.cost // 100},{one.cost % 100:02} ₸",
            lasted=None if seconds is None else (seconds // 60, seconds % 60),
            minutes=MINUTES,
            records=one.keeps_days is not None and can_record(face.calls.provider, one.row.id),
            ENDS=END_NAMES,
            STATES_OF_CALLS=OWN_STATES,
            WARNINGS=WARNING_NAMES,
        )

    @part.page("/calls/<uuid:call>/test", audience=("relative",))
    def test(caller: SignedIn, call: UUID) -> str:
        one = show_own_call(environment, caller.actor, call.hex)
        return render_template("public/call_test.html", one=one, row=one.row)

    @part.page("/calls/<uuid:call>/agreement", audience=("relative",), methods=("POST",))
    def agree(caller: SignedIn, call: UUID) -> Response:
        face.do(caller, lambda unit: agree_to_recording(unit, call=call.hex))
        return redirect(url_for("call_page.show", call=call), code=303)

    @part.page("/appointments/<uuid:appointment>/call", audience=("relative",))
    def of_appointment(caller: SignedIn, appointment: UUID) -> Response:
        found = find_own_call(environment, caller.actor, appointment.hex) or abort(404)
        return redirect(url_for("call_page.show", call=UUID(found)), code=303)

    return part
