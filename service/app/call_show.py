"""Calls as officers see them: requests that wait with the slots they could have, the day's calls, one call whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.appointment_show import Shown, read_appointment
from service.app.appointment_weigh import CALLS, Wish, read_party, weigh
from service.app.reading import MOST, Reading
from service.domain.access import Actor, Target, require
from service.domain.call_states import CallNow, absent
from service.domain.reasons import Reason, decidable
from service.domain.refusal import Refusal
from service.domain.timetable import local_day
from service.store.columns import of
from service.store.environment import Environment
from service.store.facts import convict_file
from service.store.tables import (
    Appointment,
    Call,
    CallMark,
    CallParty,
    CallWindow,
    Convict,
    ConvictRequest,
    Institution,
    Person,
    Relationship,
)
from service.store.times import Slot, free_times

LOOK_AHEAD = 14
OFFERED = 12


@dataclass(frozen=True, slots=True)
class AskedCall:
    """A request that waits: who asks, whom for (None: nobody of the file), in whose words."""

    row: ConvictRequest
    convict: str | None
    callee: str | None
    tie: str | None
    words: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A free slot. `wished`: it lies in the hours at which the relative said they can be called."""

    slot: Slot
    wished: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """A request with the slots that law and timetable leave, wished ones first. `against`: why a day has none."""

    asked: AskedCall
    offers: tuple[Offer, ...]
    against: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ShownCall:
    """One call: its row, its appointment as shown, who sits, what happened. Words are for officers."""

    row: Call
    shown: Shown
    seats: tuple[CallParty, ...]
    marks: tuple[tuple[CallMark, str | None], ...]
    called: str | None

    @property
    def absent(self) -> tuple[str, ...]:
        """Who is not in the room."""
        return absent(CallNow(present=frozenset(one.party for one in self.seats if one.left_at is None)))


def list_asked_calls(environment: Environment, actor: Actor) -> list[AskedCall]:
    """The requests for calls that wait at the officer's institution, the next to be decided first."""
    require(actor, "call.see", Target(actor.institution))
    row = of(ConvictRequest)
    with Reading(environment, actor) as reading:
        found = reading.session.scalars(
            sa.select(ConvictRequest)
            .where(row.institution_id == actor.institution, row.kind.in_(CALLS), row.state == "asked")
            .order_by(row.decide_by, row.id)
            .limit(MOST)
        ).all()
        return [_asked(reading, one) for one in found]


def weigh_asked_call(environment: Environment, actor: Actor, request: str) -> Weighed:
    """One request with the slots it could have. Raises Refusal 'not-found' for one that is not there or not a call."""
    with Reading(environment, actor) as reading:
        row = reading.session.get(ConvictRequest, request)
        if row is None or row.kind not in CALLS:
            raise Refusal("not-found")
        require(actor, "call.see", Target(row.institution_id))
        institution = reading.get(Institution, row.institution_id)
        zone = ZoneInfo(institution.time_zone)
        today = local_day(reading.now, zone)
        first = max(today, row.first_day or today)
        last = min(max(row.last_day or first, first + timedelta(days=LOOK_AHEAD)), first + timedelta(days=60))
        days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
        slots = [one for one in free_times(reading.session, institution, "call", days, None, reading.now) if one.free]
        lawful, against = _lawful(reading, row, sorted({one.day for one in slots}))
        wished = _wished(reading, row)
        offers = [Offer(one, _in(wished, one, zone)) for one in slots if one.day in lawful]
        offers.sort(key=lambda one: (not one.wished, one.slot.starts_at))
        return Weighed(_asked(reading, row), tuple(offers[:OFFERED]), against)


def list_calls(environment: Environment, actor: Actor, since: datetime, before: datetime) -> list[ShownCall]:
    """The institution's calls whose slots begin in [`since`, `before`), and what has not ended, in order of slots."""
    require(actor, "call.see", Target(actor.institution))
    row, slot = of(Call), of(Appointment)
    with Reading(environment, actor) as reading:
        found = reading.session.scalars(
            sa.select(row.id)
            .join(Appointment, slot.id == row.appointment_id)
            .where(row.institution_id == actor.institution, slot.starts_at < before)
            .where(sa.or_(slot.starts_at >= since, row.ended_at.is_(None)))
            .order_by(slot.starts_at, row.id)
            .limit(MOST)
        ).all()
        return [read_call(reading, one) for one in found]


def show_call(environment: Environment, actor: Actor, call: str) -> ShownCall:
    """One call. Raises Refusal 'not-found' alike for one that is not there and one of another institution."""
    with Reading(environment, actor) as reading:
        institution = reading.session.execute(sa.select(of(Call).institution_id).where(of(Call).id == call)).scalar()
        if institution is None:
            raise Refusal("not-found")
        require(actor, "call.see", Target(institution))
        return read_call(reading, call)


def read_call(reading: Reading, call: str) -> ShownCall:
    """One call with its seats and timeline, for use cases that have asked who may see it."""
    row = reading.get(Call, call)
    shown = read_appointment(reading, row.appointment_id, "appointment.see")
    stay, mark = of(CallParty), of(CallMark)
    seats = reading.session.scalars(sa.select(CallParty).where(stay.call_id == call).order_by(stay.joined_at, stay.id))
    marks = reading.session.scalars(sa.select(CallMark).where(mark.call_id == call).order_by(mark.at, mark.id)).all()
    return ShownCall(
        row,
        shown,
        tuple(seats.all()),
        tuple((one, reading.words_in(one, "words")) for one in marks),
        reading.words_in(row, "called"),
    )


def _asked(reading: Reading, row: ConvictRequest) -> AskedCall:
    callee = tie = None
    if row.relationship_id is not None:
        relationship = reading.get(Relationship, row.relationship_id)
        tie, callee = relationship.kind, reading.name_of(reading.get(Person, relationship.person_id))
    convict = reading.name_of(reading.get(Person, row.convict_id))
    return AskedCall(row, convict, callee, tie, reading.words_in(row, "words"))


def _lawful(reading: Reading, row: ConvictRequest, days: Sequence[date]) -> tuple[set[date], tuple[Reason, ...]]:
    """The days on which the law lets this call be, and what stands against the first on which it does not."""
    file = convict_file(reading.session, reading.get(Convict, row.convict_id))
    visitors = read_party(reading, row.convict_id, [row.relationship_id]) if row.relationship_id else ()
    wish = Wish(row.kind, purpose=row.purpose, proved=row.purpose == "exceptional")
    lawful: set[date] = set()
    against: tuple[Reason, ...] = ()
    for day in days:
        answer = weigh(reading, file, visitors, wish, day, None)
        if answer.allowed or decidable(answer.reasons):
            lawful.add(day)
        elif not against:
            against = answer.reasons
    return lawful, against


def _wished(reading: Reading, row: ConvictRequest) -> list[CallWindow]:
    window = of(CallWindow)
    return list(
        reading.session.scalars(
            sa.select(CallWindow).where(
                window.relationship_id == row.relationship_id, window.kind == row.kind, window.ended_at.is_(None)
            )
        )
    )


def _in(windows: Sequence[CallWindow], slot: Slot, zone: ZoneInfo) -> bool:
    starts, ends = (one.astimezone(zone).time().isoformat("minutes") for one in (slot.starts_at, slot.ends_at))
    return any(one.weekday == slot.day.isoweekday() and one.starts <= starts and ends <= one.ends for one in windows)
