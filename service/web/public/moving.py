"""Moving an appointment: the same people and kind at another time, chosen from the same month view."""

from collections.abc import Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.appointment_move import move_appointment
from service.app.move_show import show_move
from service.domain.refusal import Refusal
from service.web.api.values import Body, Day, Identifier
from service.web.entitled import day_or_none
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import speak_in
from service.web.pages import Pages
from service.web.public.calendar import calendar, wanted_month
from service.web.public.face import PublicFace


class Move(Body):
    template: Identifier
    day: Day


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("moving")

    @part.page("/appointments/<uuid:appointment>/move", audience=("relative",), methods=("GET", "POST"))
    def move(caller: SignedIn, appointment: UUID) -> str | Response:
        form = Form(Move)
        if request.method == "POST" and (read := form.read()) is not None:
            template, day = read.template.hex, read.day
            try:
                face.do(
                    caller,
                    lambda unit: move_appointment(unit, appointment=appointment.hex, template=template, day=day),
                )
            except Refusal as refusal:
                refuse_into(form, refusal)
            else:
                return redirect(url_for("appointments.show", appointment=appointment), code=303)
        return render_template("public/move.html", form=form, **_month(face, caller, appointment))

    return part


def _month(face: PublicFace, caller: SignedIn, appointment: UUID) -> Mapping[str, object]:
    """The appointment, the month of times to which it may be moved, and those of the chosen day."""
    asked = request.args.get("month")
    one, today, first, times = show_move(
        face.environment,
        caller.actor,
        appointment.hex,
        lambda today, booked: wanted_month(asked or f"{booked:%Y-%m}", today),
    )
    speak_in(ZoneInfo(one.institution.time_zone))

    def turn(month: str) -> str:
        return url_for("moving.move", appointment=appointment, month=month)

    def choose(day: str, template: str | None) -> str:  # noqa: ARG001  (the time is chosen below the month)
        return url_for("moving.move", appointment=appointment, month=f"{first:%Y-%m}", day=day, _anchor="times")

    chosen = day_or_none(request.args.get("day"))
    return {"one": one, "calendar": calendar(times, first, today, chosen, turn=turn, choose=choose)}
