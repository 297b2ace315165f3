"""The times to which a relative may move an appointment: the same people and the same kind, in one snapshot."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from service.app.appointment_show import Shown, read_appointment
from service.app.appointment_weigh import Wish
from service.app.entitlement_show import read_family
from service.app.reading import Reading
from service.app.relationship_see import relationships_of
from service.app.times_list import Month, month_of_times
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.domain.timetable import local_day
from service.store.environment import Environment


def show_move(
    environment: Environment, actor: Actor, appointment: str, choose_month: Callable[[date, date], date]
) -> tuple[Shown, date, date, Month]:
    """The appointment, the institution's day, the first day of the month chosen, and that month's free times.

    `choose_month` is given the institution's day and the appointment's. The law is asked as if the appointment did not
    exist. Raises Refusal 'not-found' for one that is not the reader's, or in which no tie of theirs takes part.
    """
    with Reading(environment, actor) as reading:
        one = read_appointment(reading, appointment, "appointment.see")
        row, zone = one.row, ZoneInfo(one.institution.time_zone)
        party = [who.relationship for who in one.visitors]
        ties = {tie.id for tie in relationships_of(reading.session, actor.person or "")}
        own = next((tie for tie in party if tie in ties), None)
        if own is None:
            raise Refusal("not-found")
        first = choose_month(local_day(reading.now, zone), local_day(row.starts_at, zone))
        times = month_of_times(
            reading,
            read_family(reading, own, [tie for tie in party if tie != own]),
            wish=Wish(row.kind, row.by_video, row.from_long, row.purpose, row.exception_id),
            year=first.year,
            month=first.month,
            ignoring=row.id,
        )
        return one, local_day(reading.now, zone), first, times
