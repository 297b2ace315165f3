"""Appointments of the family: each with its state, who acts next and until when, and what can be done."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.appointment_cancel import cancel_appointment
from service.app.appointment_request import request_appointment
from service.app.appointment_show import Shown, Wanted, list_appointments, show_appointment
from service.app.queue_show import list_entries
from service.domain.appointment import CANCEL_CODES_FAMILY, MOVABLE
from service.domain.refusal import Refusal
from service.web.face import SignedIn
from service.web.i18n import speak_in
from service.web.needs_said import said_needs
from service.web.pages import Pages
from service.web.public.face import PublicFace

CANCELLABLE = ("held", "requested", "granted")
DISPUTABLE = ("granted", "underway", "completed", "no_show", "cancelled")


def appointment_of(face: PublicFace, caller: SignedIn, appointment: UUID) -> Shown:
    """The appointment; from here on the page shows times as at its institution. Raises Refusal 'not-found'."""
    one = show_appointment(face.environment, caller.actor, appointment.hex)
    speak_in(ZoneInfo(one.institution.time_zone))
    return one


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("appointments")
    environment = face.environment

    @part.page("/appointments", audience=("relative",))
    def list_all(caller: SignedIn) -> str:
        appointments, now = list_appointments(environment, caller.actor, Wanted()), environment.clock()
        ahead = [one for one in reversed(appointments) if one.row.live and one.row.ends_at > now]
        past = [one for one in appointments if one not in ahead]
        waiting = list_entries(environment, caller.actor)
        return render_template("public/appointments.html", ahead=ahead, past=past, waiting=waiting)

    @part.page("/appointments/<uuid:appointment>", audience=("relative",))
    def show(caller: SignedIn, appointment: UUID) -> str:
        one, now = appointment_of(face, caller, appointment), environment.clock()
        row = one.row
        ahead = row.starts_at > now
        return render_template(
            "public/appointment.html",
            one=one,
            now=now,
            expired=row.state == "held" and row.held_until is not None and row.held_until <= now,
            may_cancel=row.state in CANCELLABLE and ahead,
            may_move=row.state in MOVABLE and ahead,
            may_dispute=row.state in DISPUTABLE,
            needs=said_needs(one.needs),
        )

    @part.page("/appointments/<uuid:appointment>/request", audience=("relative",), methods=("POST",))
    def send(caller: SignedIn, appointment: UUID) -> Response:
        try:
            face.do(caller, lambda unit: request_appointment(unit, appointment=appointment.hex))
        except Refusal as refusal:
            if refusal.sort != "conflict":
                raise
            # Sent twice, or too late: the page of the appointment says what it is now.
        return redirect(url_for("appointments.show", appointment=appointment), code=303)

    @part.page("/appointments/<uuid:appointment>/cancel", audience=("relative",), methods=("GET", "POST"))
    def cancel(caller: SignedIn, appointment: UUID) -> str | Response:
        if request.method == "POST":
            ground = CANCEL_CODES_FAMILY[0]
            face.do(caller, lambda unit: cancel_appointment(unit, appointment=appointment.hex, ground=ground))
            return redirect(url_for("appointments.show", appointment=appointment), code=303)
        return render_template("public/cancel.html", one=appointment_of(face, caller, appointment))

    return part
