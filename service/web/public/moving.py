"""Moving an appointment: the same people and kind at another time, chosen from the same month view."""

from collections.abc import Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.appointment_move import move_appointment
from service.app.appointment_show import Shown
from service.app.appointment_weigh import Wish
from service.app.relationship_show import list_own
from service.app.times_list import list_times
from service.domain.refusal import Refusal
from service.domain.timetable import local_day
from service.web.api.values import Body, Day, Identifier
from service.web.entitled import day_or_none
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.pages import Pages
from service.web.public.appointments import appointment_of
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
        one, form = appointment_of(face, caller, appointment), Form(Move)
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
        return render_template("public/move.html", one=one, form=form, **_month(face, caller, one))

    return part


def _month(face: PublicFace, caller: SignedIn, one: Shown) -> Mapping[str, object]:
    """The month of times to which the appointment may be moved, and those of the chosen day."""
    row, zone = one.row, ZoneInfo(one.institution.time_zone)
    today, starts = (local_day(moment, zone) for moment in (face.environment.clock(), row.starts_at))
    first = wanted_month(request.args.get("month") or f"{starts:%Y-%m}", today)
    party = [who.relationship for who in one.visitors]
    ties = {tie.row.id for tie in list_own(face.environment, caller.actor)}
    own = next((tie for tie in party if tie in ties), None)
    if own is None:
        raise Refusal("not-found")
    times = list_times(
        face.environment,
        caller.actor,
        own,
        wish=Wish(row.kind, row.by_video, row.from_long, row.purpose, row.exception_id),
        year=first.year,
        month=first.month,
        others=[tie for tie in party if tie != own],
        ignoring=row.id,
    )

    def turn(month: str) -> str:
        return url_for("moving.move", appointment=UUID(row.id), month=month)

    def choose(day: str, template: str | None) -> str:  # noqa: ARG001  (the time is chosen below the month)
        return url_for("moving.move", appointment=UUID(row.id), month=f"{first:%Y-%m}", day=day, _anchor="times")

    chosen = day_or_none(request.args.get("day"))
    return {"calendar": calendar(times, first, today, chosen, turn=turn, choose=choose)}
