"""What the kiosk shows a convict about himself: what is left, what he asked for, what he was told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from service.app.appointment_weigh import Wish, weigh
from service.app.entitlement_show import Left, credits_of, last_charged
from service.app.reading import MOST, Reading
from service.domain.access import Actor, Target, require
from service.domain.answer import Entitlement
from service.domain.refusal import Refusal
from service.domain.standing import degree_on
from service.domain.timetable import local_day
from service.store.columns import of
from service.store.environment import Environment
from service.store.facts import convict_file
from service.store.tables import (
    Convict,
    ConvictRequest,
    Device,
    Institution,
    Message,
    Person,
    Placement,
    QueuedFailure,
    SealedLetter,
)

COUNTED = (ConvictRequest, SealedLetter, QueuedFailure)
"""What comes with a kiosk's own count."""
WISHES = (Wish("short"), Wish("long"), Wish("short", by_video=True), Wish("call"), Wish("video_call"))


@dataclass(frozen=True, slots=True)
class Standing:
    """The kiosk itself: where it is, what it is called, and the highest of its own count that was seen here."""

    institution: Institution
    name: str
    counted: int


@dataclass(frozen=True, slots=True)
class Home:
    """A convict's first screen. `left` by wish; the condition and degree are those in force on `today`."""

    given_name: str
    today: date
    institution: Institution
    left: tuple[tuple[Wish, Left], ...]
    condition: str | None
    degree: int
    suspended: tuple[tuple[str, date, date | None], ...]
    kept: tuple[ConvictRequest, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A notice at the kiosk: its template and the arguments of its sentence."""

    at: datetime
    template: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """A request with its words, his own and those of the answer."""

    row: ConvictRequest
    words: str | None
    ended_words: str | None
    convict_name: str | None


def show_standing(environment: Environment, kiosk: Actor) -> Standing:
    """Where the kiosk stands."""
    with Reading(environment, kiosk) as reading:
        return Standing(
            reading.get(Institution, kiosk.institution or ""),
            reading.get(Device, kiosk.id).name,
            max(_highest(reading.session, table, kiosk.id) for table in COUNTED),
        )


def _highest(session: Session, table: type[ConvictRequest | SealedLetter | QueuedFailure], device: str) -> int:
    row = of(table)
    return session.scalar(sa.select(sa.func.max(row.sequence)).where(row.device_id == device)) or 0


def show_home(environment: Environment, actor: Actor) -> Home:
    """The first screen of the convict at the kiosk. Raises Refusal 'not-found' where he does not serve here."""
    with Reading(environment, actor) as reading:
        require(actor, "convict_request.see", Target(actor.institution, convict=actor.person))
        convict, person, institution = _who(reading)
        reading.meet(person)
        today = local_day(reading.now, ZoneInfo(institution.time_zone))
        file = convict_file(reading.session, convict)
        left = tuple(
            (wish, Left(today, _weighed(reading, file, wish, today), last_charged(file, wish), credits_of(file, wish)))
            for wish in WISHES
        )
        row = of(ConvictRequest)
        kept = reading.session.scalars(
            sa.select(ConvictRequest).where(
                row.convict_id == convict.id,
                row.kind == "keep_for",
                row.state == "done",
                row.last_day >= today,
                row.appointment_id.is_(None),
            )
        ).all()
        facts = file.facts
        condition = next((one.condition for one in reversed(facts.conditions) if one.until is None), None)
        suspended = tuple(
            (one.ground, one.since, one.until)
            for one in facts.suspensions
            if one.since <= today and (one.until is None or today < one.until)
        )
        return Home(
            reading.open(person, "given_name") or "",
            today,
            institution,
            left,
            condition,
            degree_on(facts, today),
            suspended,
            tuple(kept),
        )


def list_requests(environment: Environment, actor: Actor, states: Sequence[str] = ()) -> list[ShownRequest]:
    """The convict's own requests, the newest first; for officers those of whoever serves there, the next due first."""
    row, person, placement = of(ConvictRequest), of(Person), of(Placement)
    with Reading(environment, actor) as reading:
        require(actor, "convict_request.see", Target(actor.institution, convict=actor.person))
        own = actor.principal == "kiosk"
        wanted = sa.select(ConvictRequest, Person).join(Person, person.id == row.convict_id)
        if own:
            wanted = wanted.where(row.convict_id == actor.person).order_by(row.received_at.desc(), row.id)
        else:
            # Whoever was transferred is answered where he is now.
            serves = sa.select(placement.convict_id).where(
                placement.institution_id == actor.institution, placement.until.is_(None)
            )
            wanted = wanted.where(row.convict_id.in_(serves)).order_by(row.decide_by, row["number"])
        if states:
            wanted = wanted.where(row.state.in_(states))
        found = reading.session.execute(wanted.limit(MOST)).all()
        return [shown_request(reading, one, who, named=not own) for one, who in found]


def list_told(environment: Environment, actor: Actor) -> tuple[ZoneInfo, list[Told]]:
    """What the convict was told lately, the newest first, and the zone in which its moments are worded."""
    row = of(Message)
    with Reading(environment, actor) as reading:
        require(actor, "convict_request.see", Target(actor.institution, convict=actor.person))
        _, person, institution = _who(reading)
        reading.meet(person)
        found = reading.session.scalars(
            sa.select(Message)
            .where(row.person_id == actor.person, row.channel == "kiosk")
            .order_by(row.created_at.desc(), row.id)
            .limit(MOST)
        ).all()
        told = [
            Told(one.created_at, one.template, json.loads(reading.words_in(one, "arguments") or "{}")) for one in found
        ]
        return ZoneInfo(institution.time_zone), told


def _who(reading: Reading) -> tuple[Convict, Person, Institution]:
    placement = of(Placement)
    found: Any = reading.session.execute(
        sa.select(Convict, Person, Institution)
        .join(Person, of(Person).id == of(Convict).id)
        .join(Placement, sa.and_(placement.convict_id == of(Convict).id, placement.until.is_(None)))
        .join(Institution, of(Institution).id == placement.institution_id)
        .where(of(Convict).id == reading.actor.person, placement.institution_id == reading.actor.institution)
    ).first()
    if found is None:
        raise Refusal("not-found")
    return found[0], found[1], found[2]


def _weighed(reading: Reading, file: Any, wish: Wish, day: date) -> Entitlement:
    try:
        return weigh(reading, file, (), wish, day, None)
    except Refusal as refusal:
        return Entitlement(False, None, None, None, None, refusal.reasons)


def shown_request(reading: Reading, row: ConvictRequest, person: Person, *, named: bool) -> ShownRequest:
    """A request with its words opened; none of them where the person was erased."""
    if person.wrapped_key is None:
        return ShownRequest(row, None, None, None)
    name = reading.name_of(person) if named else None
    reading.meet(person)
    return ShownRequest(row, reading.words_in(row, "words"), reading.words_in(row, "ended_words"), name)
