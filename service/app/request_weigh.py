"""A request as the officer who decides sees it: what the law says of it now, and how each tie was established."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from service.app.appointment_show import Shown, Wanted, list_appointments, show_appointment
from service.app.appointment_weigh import Wish, visitor_of, weigh
from service.app.entitlement_show import Left, credits_of, last_charged
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.timetable import local_day
from service.store.environment import Environment
from service.store.facts import convict_file, party
from service.store.tables import Appointment, Convict, Relationship

AT_ONCE = 20
"""Requests weighed for one page; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A request; `left` holds the law's answer for its day, `ties` the relationships of the party in its order."""

    shown: Shown
    left: Left
    ties: tuple[Relationship, ...]


def list_requests(environment: Environment, actor: Actor) -> tuple[list[Weighed], int]:
    """The requests of the officer's institution, the next to be decided first, and how many there are in all.

    At most `AT_ONCE` are weighed, and all that are counted at most 100.
    """
    require(actor, "appointment.see", Target(actor.institution))
    waiting = list_appointments(environment, actor, Wanted(("requested",), by_deadline=True))
    with Reading(environment, actor) as reading:
        return [_weighed(reading, one) for one in waiting[:AT_ONCE]], len(waiting)


def weigh_request(environment: Environment, actor: Actor, appointment: str) -> Weighed:
    """One request. Raises Refusal 'not-found' alike for one that is not there and one of another institution."""
    shown = show_appointment(environment, actor, appointment)
    with Reading(environment, actor) as reading:
        return _weighed(reading, shown)


def _weighed(reading: Reading, shown: Shown) -> Weighed:
    row = shown.row
    convict = reading.get(Convict, row.convict_id)
    file = convict_file(reading.session, convict)
    found = party(reading.session, convict.id, [one.relationship for one in shown.visitors])
    reading.meet(*(person for _, person, _ in found if person.wrapped_key is not None))
    visitors = [visitor_of(reading, tie, person, bans) for tie, person, bans in found if person.wrapped_key is not None]
    zone = ZoneInfo(shown.institution.time_zone)
    day = local_day(row.starts_at, zone)
    start = row.starts_at.astimezone(zone).time()
    answer = weigh(reading, file, visitors, wish_of(row), day, start, row.id)
    left = Left(day, answer, last_charged(file, wish_of(row), but=row.id), credits_of(file, wish_of(row)))
    return Weighed(shown, left, tuple(tie for tie, _, _ in found))


def wish_of(row: Appointment) -> Wish:
    """What was asked for."""
    return Wish(row.kind, row.by_video, row.from_long, row.purpose, row.exception_id)
