"""What an officer looks at before judging a claim, looked up already: each check with its verdict and its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import sqlalchemy as sa

from service.app.convict_find import local_today
from service.app.identity_open import masked
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.calendar import full_years
from service.domain.identity import check_digit
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import (
    Account,
    Convict,
    Institution,
    Officer,
    Person,
    PersonMerge,
    Placement,
    RegistryQuestion,
    Relationship,
    VisitorBan,
)

Verdict = Literal["good", "look", "bad"]
SHARED_WITH_MANY = 2
"""Somebody with ties to so many convicts who are not of one family is looked at by oversight too."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its code, what it came to, and the numbers of its sentence."""

    code: str
    verdict: Verdict
    arguments: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """All checks of one relationship, what the registry was asked last, and what it said."""

    checks: tuple[Check, ...]
    question: RegistryQuestion | None
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a queue of claims: masked numbers by person, and the registry's newest answer by claim."""

    numbers: Mapping[str, str]
    answers: Mapping[str, str]


def queue_beside(environment: Environment, actor: Actor, ties: Sequence[Relationship]) -> Beside:
    """Two statements for the whole queue."""
    require(actor, "relationship.see", Target(actor.institution))
    row, numbers = of(RegistryQuestion), {}
    with Reading(environment, actor) as reading:
        people = reading.session.scalars(
            sa.select(Person).where(
                of(Person).id.in_({one.person_id for one in ties}), of(Person).wrapped_key.is_not(None)
            )
        )
        for person in people:
            reading.meet(person)
            number = masked(reading.open(person, "iin") or reading.open(person, "document"))
            if number is not None:
                numbers[person.id] = number
        asked = reading.session.execute(
            sa.select(row.relationship_id, row.state)
            .where(row.relationship_id.in_({one.id for one in ties}))
            .order_by(row.asked_at, row.id)
        )
        return Beside(numbers, {one.relationship_id: one.state for one in asked})


def check_relationship(environment: Environment, actor: Actor, relationship: str) -> Checked:
    """The checks of a relationship of the officer's institution. Raises Refusal."""
    with Reading(environment, actor) as reading:
        tie = reading.get(Relationship, relationship)
        placement = of(Placement)
        here = reading.session.scalar(
            sa.select(placement.institution_id).where(placement.convict_id == tie.convict_id, placement.until.is_(None))
        )
        require(actor, "relationship.see", Target(here or tie.institution_id))
        person = reading.get(Person, tie.person_id)
        today = local_today(reading, reading.get(Institution, here or tie.institution_id))
        checks = [
            *_document(reading, person),
            _phone(reading, person),
            _others(reading, tie),
            _refused_before(reading, tie),
            *_standing(reading, person, today),
        ]
        question = _asked_last(reading, tie)
        found = reading.words_in(question, "found") if question is not None and question.found else None
        return Checked(tuple(checks), question, tuple((found or "").split()))


def _document(reading: Reading, person: Person) -> Sequence[Check]:
    if person.wrapped_key is None:
        return [Check("person-erased", "bad")]
    iin, document = reading.open(person, "iin"), reading.open(person, "document")
    if iin is None:
        return [Check("document-foreign" if document else "document-none", "look" if document else "bad")]
    born = date.fromisoformat(reading.open(person, "birth_date") or "")
    checks = [Check("iin-digit", "good" if str(check_digit(iin[:11])) == iin[11] else "bad")]
    checks.append(Check("iin-birth-date", "good" if iin[:6] == f"{born:%y%m%d}" else "bad"))
    return checks


def _phone(reading: Reading, person: Person) -> Check:
    """Whether accounts of other people, closed ones too, have the same phone; or the document is theirs as well."""
    row = of(Account)
    mine = sa.select(row.phone_index).where(row.person_id == person.id, row.phone_index != "")
    counted = reading.session.execute(
        sa.select(sa.func.count(sa.distinct(row.person_id))).where(
            row.phone_index.in_(mine), row.person_id != person.id
        )
    ).scalar_one()
    return Check("phone-shared" if counted else "phone-own", "look" if counted else "good", _some(counted))


def _others(reading: Reading, tie: Relationship) -> Check:
    row = of(Relationship)
    counted = reading.session.execute(
        sa.select(sa.func.count(sa.distinct(row.convict_id))).where(
            row.person_id == tie.person_id,
            row.convict_id != tie.convict_id,
            row.state.in_(("claimed", "accepted", "verified", "confirmed", "revoked")),
        )
    ).scalar_one()
    verdict: Verdict = "bad" if counted >= SHARED_WITH_MANY else "look" if counted else "good"
    return Check("other-convicts" if counted else "no-other-convicts", verdict, _some(counted))


def _refused_before(reading: Reading, tie: Relationship) -> Check:
    row = of(Relationship)
    counted = reading.session.execute(
        sa.select(sa.func.count()).where(
            row.person_id == tie.person_id, row.id != tie.id, row.state.in_(("refused", "declined", "revoked"))
        )
    ).scalar_one()
    return Check("refused-before" if counted else "never-refused", "look" if counted else "good", _some(counted))


def _standing(reading: Reading, person: Person, today: date) -> Sequence[Check]:
    ban, merge = of(VisitorBan), of(PersonMerge)
    found: list[Check] = []
    for code, statement in (
        (
            "visitor-banned",
            sa.select(ban.id).where(
                ban.person_id == person.id, ban.since <= today, sa.or_(ban.until.is_(None), ban.until > today)
            ),
        ),
        ("is-convict", sa.select(of(Convict).id).where(of(Convict).id == person.id, of(Convict).released_on.is_(None))),
        ("is-officer", sa.select(of(Officer).id).where(of(Officer).person_id == person.id)),
        ("merged-away", sa.select(merge.id).where(merge.ended_id == person.id, merge.state == "granted")),
    ):
        if reading.session.execute(statement.limit(1)).first() is not None:
            found.append(Check(code, "bad"))
    born = reading.open(person, "birth_date") if person.wrapped_key is not None else None
    if born and full_years(date.fromisoformat(born), today) < reading.environment.law.age_of_majority:
        found.append(Check("is-minor", "look"))
    return found


def _asked_last(reading: Reading, tie: Relationship) -> RegistryQuestion | None:
    row = of(RegistryQuestion)
    return reading.session.scalars(
        sa.select(RegistryQuestion).where(row.relationship_id == tie.id).order_by(row.asked_at.desc(), row.id).limit(1)
    ).first()


def _some(counted: int) -> Mapping[str, int]:
    return {"count": counted} if counted else {}
