"""Lists and prints: a day's visits, the room plan, the journal of applications, the figures; each as a file too."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Response, abort, render_template, request

from service.app.board_show import show_board
from service.app.list_show import Line, Listed, figures_of, journal, visits_of_day
from service.domain.access import Actor
from service.store.environment import Environment
from service.web.entitled import day_or_none
from service.web.face import SignedIn, ground_text, institution_name
from service.web.i18n import words
from service.web.messages import N_, Message
from service.web.names import STATES, kind_name
from service.web.needs_said import said_needs
from service.web.pages import Pages
from service.web.sheets import TYPES, Sheet, written
from service.web.staff.face import StaffFace

ACT = "lists.see"
NAMES: Mapping[str, Message] = {
    "today": N_("Visits of the day"),
    "rooms": N_("Room plan"),
    "journal": N_("Journal of applications for visits"),
    "figures": N_("Figures"),
}
BY_DAY = ("today", "rooms")
PAGE = N_("Page {number}")


def _(sentence: str, **arguments: object) -> str:
    return words().sentence(sentence, arguments or None)


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("lists")
    environment = face.environment

    def sheet(caller: SignedIn, what: str) -> tuple[Sheet, date, date]:
        if what not in NAMES:
            abort(404)
        first, last = day_or_none(request.args.get("first")), day_or_none(request.args.get("last"))
        return SHEETS[what](environment, caller.actor, first, last)

    @part.page("/lists", audience=("officer",))
    def choose(caller: SignedIn) -> str:
        return look(caller, "today")

    @part.page("/lists/<what>", audience=("officer",))
    def look(caller: SignedIn, what: str) -> str:
        place = face.enter(caller, ACT)
        made, first, last = sheet(caller, what)
        return render_template(
            "staff/list.html", place=place, sheet=made, what=what, names=list(NAMES.items()), first=first, last=last,
            by_day=what in BY_DAY,
        )  # fmt: skip

    @part.page("/lists/<what>/<form>", audience=("officer",))
    def download(caller: SignedIn, what: str, form: str) -> Response:
        face.enter(caller, ACT)
        if form not in TYPES:
            abort(404)
        made, first, _last = sheet(caller, what)
        octets = written(made, form, words().sentence(PAGE, {"number": "{number}"}))  # type: ignore[arg-type]
        name = f"{what}-{first.isoformat()}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(octets, mimetype=TYPES[form].partition(";")[0], headers=headers)

    return part


def _today(world: Environment, actor: Actor, first: date | None, _last: date | None) -> tuple[Sheet, date, date]:
    found = visits_of_day(world, actor, first)
    head = (N_("Hours"), N_("Visit"), N_("Where"), N_("Convict"), N_("Who comes"), N_("Help and parcel"), N_("State"))
    rows = [
        (_hours(one), _(kind_name(one.row.kind, one.row.by_video)), f"{one.room}, {one.place}", one.convict or "—",
         _people(one.visitors), "; ".join(filter(None, said_needs(one.needs))), _(STATES[one.row.state]))
        for one in found.lines
    ]  # fmt: skip
    return _sheet("today", found, head, rows)


def _rooms(world: Environment, actor: Actor, first: date | None, _last: date | None) -> tuple[Sheet, date, date]:
    day = first or visits_of_day(world, actor).first
    board = show_board(world, actor, day, 1)
    rows = []
    for room in board.rooms:
        for one in room.days[0].sittings:
            booked = {seat.place: seat.convict or _(N_("kept")) for seat in one.booked}
            hours = f"{words().time(one.starts_at)}–{words().time(one.ends_at)}"
            closed = room.days[0].blocked or (_(N_("pause")) if one.paused else "")
            rows += [
                (room.room.name, hours, seat.label, closed or booked.get(seat.label, ""))
                for seat in room.places
                if seat.closed_on is None or seat.closed_on > day
            ]
    head = (N_("Room"), N_("Hours"), N_("Place"), N_("Who"))
    return _sheet("rooms", Listed(board.institution, day, day, ()), head, rows)


def _journal(world: Environment, actor: Actor, first: date | None, last: date | None) -> tuple[Sheet, date, date]:
    """Annex 12 of the Internal Rules, column by column."""
    found = journal(world, actor, *_month(world, actor, first, last))
    head = (
        N_("No."), N_("Full name of the applicant"), N_("Full names of the visitors"), N_("Who granted"),
        N_("Reason for the refusal"), N_("Note"),
    )  # fmt: skip
    rows = [
        (
            words().number(number),
            one.asked_by or "—",
            _people(one.visitors),
            (one.decided_by or "—") if one.row.state not in ("requested", "refused") and one.row.decided_at else "",
            ground_text(one.row.ended_code) if one.row.state == "refused" else "",
            "; ".join(
                (
                    _(kind_name(one.row.kind, one.row.by_video)),
                    words().moment(one.row.starts_at),
                    one.convict or "—",
                    _(STATES[one.row.state]),
                )
            ),
        )
        for number, one in enumerate(found.lines, 1)
    ]
    return _sheet("journal", found, head, rows)


def _figures(world: Environment, actor: Actor, first: date | None, last: date | None) -> tuple[Sheet, date, date]:
    found = figures_of(world, actor, *_month(world, actor, first, last))
    head = (
        N_("Visit"), N_("Applications"), N_("Waiting"), N_("Granted"), N_("Taken place"), N_("Nobody came"),
        N_("Refused"), N_("Cancelled"), N_("Decided late"), N_("Hours to the decision (median)"),
    )  # fmt: skip
    number = words().number
    rows = [
        (
            _(kind_name(one.kind, one.by_video)),
            number(one.asked),
            *(
                number(one.states[state])
                for state in ("requested", "granted", "completed", "no_show", "refused", "cancelled")
            ),
            number(one.late),
            number(one.median_hours) if one.median_hours is not None else "—",
        )
        for one in found.figures
    ]
    return _sheet("figures", found, head, rows)


def _month(world: Environment, actor: Actor, first: date | None, last: date | None) -> tuple[date, date | None]:
    """This month, where no day is named."""
    begin = first or visits_of_day(world, actor).first.replace(day=1)
    return begin, last


def _sheet(what: str, found: Listed, head: tuple[Message, ...], rows: Any) -> tuple[Sheet, date, date]:
    days = words().day(found.first) if found.first == found.last else words().days(found.first, found.last)
    if found.first.year != found.last.year:
        days = f"{words().day(found.first)} – {words().day(found.last)}"
    under = f"{institution_name(found.institution)} · {days}"
    made = Sheet(_(NAMES[what]), under, [_(one) for one in head], rows, words().language)
    return made, found.first, found.last


def _hours(one: Line) -> str:
    row = one.row
    same = words().day(row.starts_at) == words().day(row.ends_at)
    until = words().time(row.ends_at) if same else f"{words().day_of_month(row.ends_at)}, {words().time(row.ends_at)}"
    return f"{words().time(row.starts_at)}–{until}"


def _people(names: tuple[str | None, ...]) -> str:
    return "; ".join(name or "—" for name in names)


Made = Callable[[Environment, Actor, date | None, date | None], tuple[Sheet, date, date]]
SHEETS: Mapping[str, Made] = {"today": _today, "rooms": _rooms, "journal": _journal, "figures": _figures}
