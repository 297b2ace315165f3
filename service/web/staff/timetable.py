"""Rooms, sessions, closed days and pauses: every change shows which visits it touches before it is saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from pydantic import Field
from sqlmodel import Session
from werkzeug.wrappers import Response

from service.app.date_block import block_dates, lift_block
from service.app.pause_set import end_pause, set_pause
from service.app.rehearse import Rehearsed, rehearse, review_now, upcoming_where
from service.app.room_open import close_place, close_room, open_room
from service.app.timetable_change import end_sessions_on, open_sessions
from service.app.timetable_show import Timetable, show_timetable
from service.app.timetable_weigh import timetable_doubts
from service.domain.refusal import Refusal
from service.domain.timetable import local_moment
from service.store.columns import of
from service.store.tables import Appointment, SessionTemplate
from service.store.unit_of_work import UnitOfWork
from service.web.api.values import Body, Day, Identifier
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_, Message
from service.web.pages import Pages
from service.web.staff.face import StaffFace
from service.web.staff.previewed import seen_mark, to_be_shown, typed_mark
from service.web.staff.steps import day_parts

ACT = "timetable.change"
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekdays = Annotated[list[Annotated[str, Field(pattern="^[1-7]$")]], Field(min_length=1, max_length=7)]
Line = Annotated[str, Field(min_length=1, max_length=80)]
Candidates = Callable[[Session, datetime], Sequence[str]]


class NewSessions(Body):
    room: Identifier
    weekdays: Weekdays
    starts: Clock
    minutes: Annotated[int, Field(ge=1, le=7200)]
    capacity: Annotated[int, Field(ge=1, le=500)] | None = None
    valid_from: Day
    valid_to: Day | None = None


class Ending(Body):
    last: Day


class Closing(Body):
    on: Day


class Blocked(Body):
    first: Day
    last: Day
    room: Identifier | None = None
    ground: Annotated[str, Field(min_length=1, max_length=200)]


class NewPause(Body):
    name: Line
    weekdays: Weekdays
    starts: Clock
    ends: Clock
    valid_from: Day


class NewRoom(Body):
    kind: Literal["short", "long", "video", "call"]
    name: Line
    gate: Identifier
    places: Annotated[str, Field(min_length=1, max_length=4000)]


LABELS: Mapping[str, Message] = {
    "room": N_("Room"),
    "weekdays": N_("Days of the week"),
    "starts": N_("Begins at"),
    "ends": N_("Ends at"),
    "minutes": N_("How many minutes"),
    "capacity": N_("How many visits at once at most"),
    "valid_from": N_("From which day"),
    "valid_to": N_("Until which day"),
    "last": N_("Last day"),
    "first": N_("First day"),
    "on": N_("From which day it is closed"),
    "ground": N_("Why, in words that families read"),
    "name": N_("Name"),
    "kind": N_("What it is for"),
    "gate": N_("Through which gate"),
    "places": N_("Places, one a line"),
}


@dataclass(frozen=True)
class Change:
    """One kind of change: its title, its form, what it does, and which visits it can touch."""

    title: Message
    model: type[Body]
    do: Callable[[UnitOfWork, str, str, Any], object]
    """Given the unit, the institution, the id in the address and what was typed."""
    where: Callable[[str, Any, ZoneInfo], Candidates]
    """Given the id and what was typed."""
    days: tuple[str, ...] = ()
    """Which fields begin with today."""


def _nothing(_id: str, _read: Any, _zone: ZoneInfo) -> Candidates:
    return lambda _session, _now: ()


def _from(day: date, zone: ZoneInfo) -> datetime:
    return local_moment(day, "00:00", zone)


def _session_after(id_: str, read: Ending, zone: ZoneInfo) -> Candidates:
    row = of(Appointment)
    room = sa.select(of(SessionTemplate).room_id).where(of(SessionTemplate).id == id_).scalar_subquery()
    return upcoming_where(row.room_id == room, row.starts_at >= _from(read.last, zone))


def _in_room(id_: str, read: Closing, zone: ZoneInfo) -> Candidates:
    return upcoming_where(of(Appointment).room_id == id_, of(Appointment).starts_at >= _from(read.on, zone))


def _at_place(id_: str, read: Closing, zone: ZoneInfo) -> Candidates:
    return upcoming_where(of(Appointment).place_id == id_, of(Appointment).starts_at >= _from(read.on, zone))


CHANGES: Mapping[str, Change] = {
    "session": Change(
        N_("Open a session"),
        NewSessions,
        lambda unit, _house, _id, read: open_sessions(
            unit, room=read.room.hex, weekdays="".join(sorted(read.weekdays)), starts=read.starts,
            minutes=read.minutes, capacity=read.capacity, valid_from=read.valid_from, valid_to=read.valid_to,
        ),
        _nothing,
        ("valid_from",),
    ),
    "end-session": Change(
        N_("End a session"), Ending,
        lambda unit, _house, id_, read: end_sessions_on(unit, template=id_, last=read.last), _session_after, ("last",),
    ),
    "room": Change(
        N_("Open a room"),
        NewRoom,
        lambda unit, house, _id, read: open_room(
            unit, institution=house, kind=read.kind, name=read.name, gate=read.gate.hex,
            places=[one.strip() for one in read.places.splitlines() if one.strip()],
        ),
        _nothing,
    ),
    "close-room": Change(
        N_("Close a room"), Closing, lambda unit, _house, id_, read: close_room(unit, room=id_, on=read.on), _in_room,
        ("on",),
    ),
    "close-place": Change(
        N_("Close a place"), Closing, lambda unit, _house, id_, read: close_place(unit, place=id_, on=read.on),
        _at_place, ("on",),
    ),
    "pause": Change(
        N_("Set a pause"),
        NewPause,
        lambda unit, house, _id, read: set_pause(
            unit, institution=house, name=read.name, weekdays="".join(sorted(read.weekdays)), starts=read.starts,
            ends=read.ends, valid_from=read.valid_from,
        ),
        lambda _id, read, zone: _begins_in(read, zone),
        ("valid_from",),
    ),
    "end-pause": Change(
        N_("End a pause"), Ending, lambda unit, _house, id_, read: end_pause(unit, pause=id_, last=read.last),
        _nothing, ("last",),
    ),
    "block": Change(
        N_("Close days"),
        Blocked,
        lambda unit, house, _id, read: block_dates(
            unit, institution=house, first=read.first, last=read.last, ground=read.ground,
            room=read.room.hex if read.room else None,
        ),
        lambda _id, read, zone: _on_days(read, zone),
        ("first", "last"),
    ),
}  # fmt: skip
WITH_ID = frozenset({"end-session", "close-room", "close-place", "end-pause"})


def _begins_in(read: NewPause, zone: ZoneInfo) -> Candidates:
    """Those that begin at one of these hours: few of the thousands to come."""
    row = of(Appointment)

    def found(session: Session, now: datetime) -> list[str]:
        ids = upcoming_where(row.starts_at >= _from(read.valid_from, zone))(session, now)
        starts = session.execute(sa.select(row.id, row.starts_at).where(row.id.in_(ids))).all()
        return [one.id for one in starts if read.starts <= one.starts_at.astimezone(zone).strftime("%H:%M") < read.ends]

    return found


def _on_days(read: Blocked, zone: ZoneInfo) -> Candidates:
    row = of(Appointment)
    until = _from(read.last + timedelta(days=1), zone)
    inside = (row.starts_at >= _from(read.first, zone), row.starts_at < until)
    return upcoming_where(*inside, *((row.room_id == read.room.hex,) if read.room else ()))


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("timetable")
    environment = face.environment

    @part.page("/timetable", audience=("officer",))
    def whole(caller: SignedIn) -> str:
        place = face.enter(caller, ACT)
        return render_template("staff/timetable.html", place=place, shown=show_timetable(environment, caller.actor))

    @part.page("/timetable/<what>", audience=("officer",), methods=("GET", "POST"))
    def change(caller: SignedIn, what: str) -> str | Response:
        if what in WITH_ID or what not in CHANGES:
            abort(404)
        return _changed(caller, what, "")

    @part.page("/timetable/<what>/<uuid:which>", audience=("officer",), methods=("GET", "POST"))
    def change_one(caller: SignedIn, what: str, which: UUID) -> str | Response:
        if what not in WITH_ID:
            abort(404)
        return _changed(caller, what, which.hex)

    @part.page("/timetable/blocks/<uuid:block>/lift", audience=("officer",), methods=("POST",))
    def lift(caller: SignedIn, block: UUID) -> Response:
        face.enter(caller, ACT)
        face.do(caller, lambda unit: lift_block(unit, block=block.hex))
        return redirect(url_for("timetable.whole"), code=303)

    def _changed(caller: SignedIn, what: str, id_: str) -> str | Response:
        place = face.enter(caller, ACT)
        made, shown = CHANGES[what], show_timetable(environment, caller.actor)
        house, zone = shown.institution.id, ZoneInfo(shown.institution.time_zone)
        subject = _subject(shown, what, id_)
        if what in WITH_ID and not subject:
            abort(404)
        form: Form[Any] = Form(made.model, labels=LABELS)
        preview: Rehearsed[None] | None = None
        mark = typed = ""
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            given = read

            def do(unit: UnitOfWork) -> None:
                made.do(unit, house, id_, given)

            try:
                preview = to_be_shown(
                    form,
                    read,
                    lambda: rehearse(
                        environment,
                        caller.actor,
                        do,
                        made.where(id_, given, zone),
                        lambda _: None,
                        lambda unit, loaded: timetable_doubts(unit.session, loaded),
                    ),
                )
                if preview is None:
                    with environment.database.reading() as session:
                        touched = list(made.where(id_, given, zone)(session, environment.clock()))
                    face.do(caller, do)
                    review_now(environment, touched)
                    return redirect(url_for("timetable.whole"), code=303)
                mark, typed = seen_mark(read, preview), typed_mark(read)
            except Refusal as refusal:
                refuse_into(form, refusal)
        else:
            begin = {name: value for one in made.days for name, value in day_parts(one, shown.today).items()}
            form.show(**{**begin, **_named(request.args)})
        return render_template(
            "staff/timetable_change.html",
            place=place,
            what=what,
            which=id_,
            title_name=made.title,
            subject=subject,
            fields=list(made.model.model_fields),
            shown=shown,
            form=form,
            preview=preview,
            mark=mark,
            typed=typed,
        )

    return part


def _named(asked: Mapping[str, str]) -> dict[str, str]:
    """A room or a day that the address names, as the form shows them."""
    found = {"room": asked["room"]} if "room" in asked else {}
    try:
        day = date.fromisoformat(asked.get("day", ""))
    except ValueError:
        return found
    return {**found, **day_parts("first", day), **day_parts("last", day)}


def _subject(shown: Timetable, what: str, id_: str) -> str:
    """What a change of something that is there is about, in its own words."""
    for row in shown.rooms:
        if what == "close-room" and row.room.id == id_:
            return row.room.name
        for seat in row.places:
            if what == "close-place" and seat.id == id_:
                return f"{row.room.name}, {seat.label}"
        for one in row.sessions:
            if what == "end-session" and one.id == id_:
                return f"{row.room.name}, {one.starts}"
    return next((one.name for one in shown.pauses if what == "end-pause" and one.id == id_), "")
