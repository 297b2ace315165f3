"""Moving the time: the same people, the same kind, another place in the timetable; both sides are told."""

from datetime import date, time
from functools import partial
from zoneinfo import ZoneInfo

from service.app.appointment_hold import check_opening, free_place, next_free
from service.app.appointment_load import load_appointment, weighing
from service.app.appointment_weigh import charge_columns, insist, weigh
from service.app.family_tell import tell_family
from service.app.pass_issue import issue_passes, revoke_passes
from service.domain.access import require
from service.domain.appointment import MOVABLE
from service.domain.refusal import Refusal, refuse
from service.domain.timetable import period
from service.store.times import locked_opening
from service.store.unit_of_work import UnitOfWork


def move_appointment(unit: UnitOfWork, *, appointment: str, template: str, day: date) -> str:
    """Moves a requested or granted appointment to another opening of the same institution.

    The law is asked for the new day as if the old one did not exist. Raises Refusal like a hold.
    """
    unit.instead = partial(next_free, template=template, day=day, now=unit.now)
    opening = locked_opening(unit.session, template, day)
    if opening is None:
        raise Refusal("not-found")
    loaded = load_appointment(unit, appointment)
    require(unit.actor, "appointment.move", loaded.target)
    row = loaded.row
    if row.state not in MOVABLE or unit.now >= row.starts_at:
        raise refuse("conflict", "state-does-not-allow")
    file, visitors = weighing(unit, loaded)
    check_opening(opening, file, loaded.wish, day)
    start = time.fromisoformat(opening.template.starts)
    answer = weigh(unit, file, visitors, loaded.wish, day, start, ignoring=row.id)
    charge = insist(answer)
    wanted = period(opening.template, day, ZoneInfo(opening.institution.time_zone), answer.duration)
    if wanted.starts_at <= unit.now:
        raise refuse("not-possible", "no-session", day=day)
    before = row.starts_at
    unit.change(
        row,
        room_id=opening.room.id,
        place_id=free_place(unit, opening, wanted, day, answer.duration, ignoring=row.id),
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        **charge_columns(charge, loaded.wish),
    )
    if row.state == "granted":
        revoke_passes(unit, row.id, "moved")
        issue_passes(unit, row, [one.row for one in loaded.party])
    tell_family(unit, loaded, "appointment-moved", before=before.isoformat())
    unit.tell("appointment.moved", row.institution_id)
    return row.id
