"""A convict's file as the desk reads it: the list, the timeline, and what is left to the family."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from service.app.appointment_weigh import Wish, weigh
from service.app.convict_find import local_today
from service.app.entitlement_show import Left, credits_of, last_charged
from service.app.reading import MOST, Reading
from service.domain.access import Actor, Target, require
from service.domain.answer import Entitlement
from service.domain.appointment import UPCOMING
from service.domain.behaviour import proposals
from service.domain.behaviour_facts import Proposal
from service.domain.file_entries import LASTING, TAKEN_BACK
from service.domain.refusal import Refusal
from service.store.behaviour import behaviour_facts
from service.store.columns import of
from service.store.environment import Environment
from service.store.facts import ConvictFile, convict_file
from service.store.tables import (
    Appointment,
    CommissionDecision,
    ContactPerson,
    Convict,
    FileEntry,
    Institution,
    Officer,
    Person,
    Placement,
    Relationship,
)
from service.store.unit_of_work import UnitOfWork

SEE = "convict.see_file"


@dataclass(frozen=True, slots=True)
class ConvictLine:
    """One line of the list."""

    id: str
    name: str | None
    file_number: str | None
    since: date
    condition: str | None
    degree: int


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One dated event of the file. `may_end`: "end" what lasts, "take-back" what stands for a day, "" nothing."""

    id: str
    kind: str
    value: str
    since: date
    until: date | None
    paper: str
    institution: str
    by: str | None
    may_end: str

    def stands(self, day: date) -> bool:
        """Whether it is in force on a day, for entries that last."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def annulled(self) -> bool:
        """Whether it was taken back as if it had never been."""
        return self.kind in TAKEN_BACK and self.until is not None and self.until <= self.since


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision of head or commission with what was said."""

    row: CommissionDecision
    members: tuple[str, ...]
    words: str | None


@dataclass(frozen=True, slots=True)
class ShownFile:
    """Everything about one convict that the desk may see. `left` by kind; None where the law file has no figure."""

    convict: Convict
    name: str | None
    file_number: str | None
    placement: Placement | None
    institution: Institution
    today: date
    timeline: tuple[TimelineEntry, ...]
    proposals: tuple[Proposal, ...]
    decisions: tuple[DecisionLine, ...]
    left: dict[str, Left | None]
    upcoming: tuple[Appointment, ...]
    contact: tuple[ContactPerson, str | None] | None
    relatives: tuple[tuple[str, str, str | None], ...]
    """(relationship, kind, name) of whoever is confirmed."""

    def now(self, kind: str) -> str | None:
        """The value of the condition or degree in force."""
        found = (one.value for one in self.timeline if one.kind == kind and one.stands(self.today))
        return next(found, None)


def list_convicts(environment: Environment, actor: Actor, wanted: str = "") -> list[ConvictLine]:
    """The convicts of the officer's institution by name; `wanted` is a part of a name or file number.

    Names are sealed, so that all of the institution's are opened to search them: thousands, not millions.
    """
    with Reading(environment, actor) as reading:
        require(actor, SEE, Target(actor.institution))
        placement, person, convict = of(Placement), of(Person), of(Convict)
        rows = reading.session.execute(
            sa.select(Placement, Convict, Person)
            .join(Convict, convict.id == placement.convict_id)
            .join(Person, person.id == placement.convict_id)
            .where(placement.institution_id == actor.institution, placement.until.is_(None))
        ).all()
        asked = wanted.casefold().replace(" ", "")
        found = []
        for place, who, somebody in rows:
            name = reading.name_of(somebody)
            number = reading.words_in(who, "file_number")
            if asked in f"{name or ''}|{number or ''}".casefold().replace(" ", ""):
                found.append((name or "", number or "", place, who))
        found.sort(key=lambda one: one[:2])
        found = found[:MOST]
        standing = _standing(reading, [who.id for _, _, _, who in found])
        return [
            ConvictLine(
                who.id,
                name or None,
                number or None,
                place.since,
                standing.get((who.id, "condition")),
                int(standing.get((who.id, "degree"), "0")),
            )
            for name, number, place, who in found
        ]


def show_convict(environment: Environment, actor: Actor, convict: str) -> ShownFile:
    """One file, for officers of the institution where the convict is, or was last."""
    with Reading(environment, actor) as reading:
        who = reading.session.get(Convict, convict)
        if who is None:
            raise Refusal("not-found")
        placements = reading.session.scalars(
            sa.select(Placement).where(of(Placement).convict_id == convict).order_by(of(Placement).since.desc())
        ).all()
        last = next((one for one in placements if one.until is None), placements[0])
        require(actor, SEE, Target(last.institution_id))
        institution = reading.get(Institution, last.institution_id)
        today = local_today(reading, institution)
        person = reading.get(Person, convict)
        facts = behaviour_facts(reading.session, who, today)
        file = convict_file(reading.session, who)
        row = of(Appointment)
        upcoming = reading.session.scalars(
            sa.select(Appointment)
            .where(row.convict_id == convict, row.state.in_(UPCOMING), row.starts_at > reading.now)
            .order_by(row.starts_at)
        ).all()
        return ShownFile(
            who,
            reading.name_of(person),
            reading.words_in(who, "file_number"),
            last if last.until is None else None,
            institution,
            today,
            tuple(_timeline(reading, convict, placements)),
            proposals(environment.law, facts, today) if last.until is None else (),
            tuple(_decisions(reading, convict)),
            left_of(reading, file, today),
            tuple(upcoming),
            _contact(reading, convict),
            tuple(_relatives(reading, convict)),
        )


def left_of(unit: UnitOfWork, file: ConvictFile, today: date) -> dict[str, Left | None]:
    """What is left of each kind of visit today, whoever comes."""
    found: dict[str, Left | None] = {}
    for kind in ("short", "long"):
        wish = Wish(kind)
        try:
            answer: Entitlement = weigh(unit, file, (), wish, today, None)
        except Refusal:
            found[kind] = None
        else:
            found[kind] = Left(today, answer, last_charged(file, wish), credits_of(file, wish))
    return found


def _standing(reading: Reading, convicts: Sequence[str]) -> dict[tuple[str, str], str]:
    row = of(FileEntry)
    rows = reading.session.execute(
        sa.select(row.convict_id, row.kind, row.value).where(
            row.convict_id.in_(convicts), row.kind.in_(("condition", "degree")), row.until.is_(None)
        )
    )
    return {(one.convict_id, one.kind): one.value for one in rows}


def _timeline(reading: Reading, convict: str, placements: Sequence[Placement]) -> Iterator[TimelineEntry]:
    row = of(FileEntry)
    officers = {
        officer: reading.name_of(person)
        for officer, person in reading.session.execute(
            sa.select(of(Officer).id, Person)
            .join(Person, of(Person).id == of(Officer).person_id)
            .where(
                of(Officer).id.in_(sa.select(row.set_by).where(row.convict_id == convict))
                | of(Officer).id.in_([one.set_by for one in placements if one.set_by])
            )
        )
    }
    entries = [
        TimelineEntry(
            one.id, "placement", one.institution_type, one.since, one.until, one.paper, one.institution_id,
            officers.get(one.set_by or ""), "",
        )
        for one in placements
    ]  # fmt: skip
    for one in reading.session.scalars(sa.select(FileEntry).where(row.convict_id == convict)):
        entries.append(
            TimelineEntry(
                one.id, one.kind, one.value, one.since, one.until, one.paper, one.institution_id,
                officers.get(one.set_by or ""), _may_end(one),
            )
        )  # fmt: skip
    yield from sorted(entries, key=lambda one: (one.since, one.kind, one.id), reverse=True)


def _may_end(row: FileEntry) -> str:
    if row.until is not None and row.kind not in LASTING:
        return ""
    return "end" if row.kind in LASTING else "take-back" if row.kind in TAKEN_BACK else ""


def _decisions(reading: Reading, convict: str) -> Iterator[DecisionLine]:
    row = of(CommissionDecision)
    for one in reading.session.scalars(
        sa.select(CommissionDecision).where(row.convict_id == convict).order_by(row.decided_at.desc(), row.id)
    ):
        members = tuple(json.loads(reading.words_in(one, "members") or "[]"))
        yield DecisionLine(one, members, reading.words_in(one, "words"))


def _contact(reading: Reading, convict: str) -> tuple[ContactPerson, str | None] | None:
    row = of(ContactPerson)
    found: Any = reading.session.execute(
        sa.select(ContactPerson, Person)
        .join(Relationship, of(Relationship).id == row.relationship_id)
        .join(Person, of(Person).id == of(Relationship).person_id)
        .where(row.convict_id == convict, row.ended_at.is_(None))
    ).first()
    return None if found is None else (found[0], reading.name_of(found[1]))


def _relatives(reading: Reading, convict: str) -> Iterator[tuple[str, str, str | None]]:
    row = of(Relationship)
    for tie, person in reading.session.execute(
        sa.select(Relationship, Person)
        .join(Person, of(Person).id == row.person_id)
        .where(row.convict_id == convict, row.state == "confirmed")
        .order_by(row.claimed_at, row.id)
    ):
        yield tie.id, tie.kind, reading.name_of(person)
