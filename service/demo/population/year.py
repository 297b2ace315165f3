"""A family's year: which visits they ask for and when, each put before the law's own function first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from service.demo.population.calendar import Calendar
from service.demo.population.houses import ZONE
from service.demo.population.office import Family, Office, Relative
from service.domain.answer import ChargePlan
from service.domain.entitlement import Entitlement, entitlement
from service.domain.facts import AppointmentRequest, ConvictFacts, PartyMember, Visit, VisitKind
from service.domain.timetable import Period, Template, period

TRIES = 8
BOOKED_AHEAD = timedelta(days=45)
"""How far into the future the calendar is filled."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit that the law allows and a place was free for. `not_before`: the earliest day to ask for it."""

    id: str
    family: Family
    kind: VisitKind
    template: Template
    day: date
    place: str
    period: Period
    charge: ChargePlan
    party: tuple[Relative, ...]
    not_before: date


def visits(office: Office, calendar: Calendar, family: Family, first: date, until: datetime) -> Iterator[Planned]:
    """The visits of one family from `first` on, some of them after `until`."""
    chance, facts, taken = office.chance, family.facts, list[Period]()
    if not family.relatives or chance.random() < 0.1:
        return
    last = (until + BOOKED_AHEAD).date()
    kinds: tuple[VisitKind, ...] = ("long", "short")
    for kind, usual in zip(kinds, (0.6, 0.85), strict=True):
        if chance.random() > usual:
            continue
        patience = chance.randrange(45, 200) if kind == "short" else chance.randrange(100, 330)
        day = first + timedelta(days=chance.randrange(0, patience))
        while day <= last:
            planned = _next(office, calendar, family, facts, kind, day, last, taken)
            if planned is None:
                break
            yield planned
            taken.append(planned.period)
            facts = _with(facts, planned)
            day = planned.day + timedelta(days=patience + chance.randrange(-20, 20))


def _next(
    office: Office,
    calendar: Calendar,
    family: Family,
    facts: ConvictFacts,
    kind: VisitKind,
    day: date,
    last: date,
    taken: list[Period],
) -> Planned | None:
    """The first visit from `day` on that law, timetable and the family's other visits allow."""
    hall = calendar.hall(kind)
    for _ in range(TRIES):
        template = office.chance.choice(hall.templates)
        while not template.opens_on(day):
            day += timedelta(days=1)
        party = _party(office, family, kind, day)
        if day > last or not party:
            return None
        answer = _ask(office, facts, kind, day, template, party)
        if not answer.allowed or answer.charge is None:
            if answer.due is None or answer.due > last:
                return None
            day = max(answer.due, day + timedelta(days=1))
            continue
        wanted = period(template, day, ZONE, answer.duration)
        place = None
        if not any(wanted.overlaps(other) for other in taken):
            place = calendar.take(kind, template, day, (wanted.ends_at - wanted.starts_at).days)
        if place is not None:
            settled = family.settled_on if family.settled_on <= day else date.min
            not_before = max(settled, *(one.since for one in party)) + timedelta(days=1)
            if not_before < day - timedelta(days=1):
                return Planned(
                    office.new_id(), family, kind, template, day, place, wanted, answer.charge, party, not_before
                )
        day += timedelta(days=1)
    return None


def _party(office: Office, family: Family, kind: VisitKind, day: date) -> tuple[Relative, ...]:
    """One or two adults, and the children whom one of them represents."""
    chance = office.chance
    adults = [one for one in family.relatives if one.adult and one.since < day]
    if not adults:
        return ()
    chance.shuffle(adults)
    adults = adults[: 1 + (chance.random() < 0.35)]
    come = {one.person for one in adults}
    children = [one for one in family.relatives if one.represented_by in come and one.since < day]
    return (*adults, *(children if kind == "long" or chance.random() < 0.5 else ()))


def _ask(
    office: Office, facts: ConvictFacts, kind: VisitKind, day: date, template: Template, party: tuple[Relative, ...]
) -> Entitlement:
    members = tuple(
        PartyMember(
            visitor=one.person,
            relation=one.kind,
            confirmed=True,
            born=one.born,
            represents=tuple(child.person for child in party if child.represented_by == one.person),
            listed_in_file=True,
        )
        for one in party
    )
    start = time.fromisoformat(template.starts)
    return entitlement(office.law, facts, AppointmentRequest(kind, day, start, members))


def _with(facts: ConvictFacts, planned: Planned) -> ConvictFacts:
    charge = planned.charge
    visit = Visit(
        planned.id,
        planned.kind,
        charge.day,
        charge.rule,
        charge.kind,
        "planned",
        charge.month,
        charge.ordinal,
        charge.credit_id,
    )
    return replace(facts, visits=(*facts.visits, visit))
