"""The rota of the officers who watch calls, and the head's decision whether calls are recorded."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.call_own import days_kept
from service.app.call_record import LONGEST_DAYS, set_recording_rule
from service.app.call_rota import list_shifts, list_watchers, set_shift, withdraw_shift
from service.domain.access import Target, may
from service.domain.refusal import Refusal
from service.domain.timetable import local_moment
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace

SEE, SET, RULE = "call.see", "rota.set", "recording.rule"
AHEAD = timedelta(days=28)


class Shift(Body):
    officer: UUID
    day: date
    starts: time
    ends: time


class Kept(Body):
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)]


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("rota")
    environment = face.environment

    @part.page("/calls/rota", audience=("officer",), methods=("GET", "POST"))
    def show(caller: SignedIn) -> str | Response:
        place = face.enter(caller, SEE if request.method == "GET" else SET)
        assert place is not None
        here, zone, now = place.institution.id, ZoneInfo(place.institution.time_zone), environment.clock()
        labels = {"officer": N_("Officer"), "day": N_("Day"), "starts": N_("From"), "ends": N_("Until")}
        form = Form(Shift, labels=labels)
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            starts, ends = _span(read, zone)
            officer = read.officer.hex
            try:
                face.do(
                    caller,
                    lambda unit: set_shift(unit, institution=here, officer=officer, starts_at=starts, ends_at=ends),
                )
            except Refusal as refusal:
                refuse_into(form, refusal, {"choice-unknown": "officer", "date-impossible": "day"})
            else:
                return redirect(url_for("rota.show"), code=303)
        with environment.database.reading() as session:
            kept = days_kept(session, here)
        return render_template(
            "staff/call_rota.html",
            place=place,
            shifts=list_shifts(environment, caller.actor, now, now + AHEAD),
            watchers=[(str(UUID(one)), name) for one, name in list_watchers(environment, caller.actor)],
            form=form,
            sets=may(caller.actor, SET, Target(here)),
            rules=may(caller.actor, RULE, Target(here)),
            kept=kept,
            records="record" in face.calls.provider.caps,
            rule=Form(Kept, labels={"days": N_("Days for which a recording is kept")}),
        )

    @part.page("/calls/rota/<uuid:shift>/withdraw", audience=("officer",), methods=("POST",))
    def withdraw(caller: SignedIn, shift: UUID) -> Response:
        face.enter(caller, SET)
        face.do(caller, lambda unit: withdraw_shift(unit, shift=shift.hex))
        return redirect(url_for("rota.show"), code=303)

    @part.page("/calls/recording/rule", audience=("officer",), methods=("POST",))
    def rule(caller: SignedIn) -> Response:
        face.enter(caller, RULE)
        here = caller.institution or ""
        read = None if request.form.get("off") else Form(Kept).read()
        if read is not None or request.form.get("off"):
            days = read.days if read is not None else None
            face.do(caller, lambda unit: set_recording_rule(unit, institution=here, days=days))
        return redirect(url_for("rota.show"), code=303)

    return part


def _span(read: Shift, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments of a shift of local hours; one that ends before it begins goes on after midnight."""
    last = read.day if read.ends > read.starts else read.day + timedelta(days=1)
    return local_moment(read.day, f"{read.starts:%H:%M}", zone), local_moment(last, f"{read.ends:%H:%M}", zone)
