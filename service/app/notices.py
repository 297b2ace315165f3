"""Notices to people, written in the transaction of what they tell; the worker delivers them, the edge words them.

A notice carries no name and no number of a document: it may travel through a supplier outside the country.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from service.store.columns import of
from service.store.tables import Account, Convict, Message, Person
from service.store.unit_of_work import UnitOfWork

TEMPLATES: Mapping[str, frozenset[str]] = {
    "relationship-accepted": frozenset(),
    "relationship-declined": frozenset(),
    "relationship-verified": frozenset(),
    "relationship-confirmed": frozenset(),
    "relationship-refused": frozenset({"ground"}),
    "relationship-permitted": frozenset(),
    "relationship-revoked": frozenset({"ground"}),
    "relationship-withdrawn": frozenset(),
    "visitor-banned": frozenset({"ground", "since", "until"}),
    "appointment-requested": frozenset({"starts_at", "decide_by"}),
    "appointment-granted": frozenset({"starts_at"}),
    "appointment-refused": frozenset({"starts_at", "ground"}),
    "appointment-cancelled": frozenset({"starts_at", "ground"}),
    "appointment-moved": frozenset({"starts_at", "before"}),
    "appointment-missed": frozenset({"starts_at"}),
    "appointment-flagged": frozenset({"starts_at", "reason"}),
    "dispute-raised": frozenset(),
    "dispute-answered": frozenset({"outcome"}),
}
"""Every notice there is, with what its sentence may be filled with."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one person."""

    person: str
    template: str
    arguments: Mapping[str, str] = field(default_factory=dict)


def notify(
    unit: UnitOfWork,
    *,
    person: str,
    template: str,
    institution: str,
    appointment: str | None = None,
    arguments: Mapping[str, str] | None = None,
) -> int:
    """One notice, by every way the person has; answers how many messages that is. See `notify_all`."""
    return notify_all(
        unit, [Notice(person, template, arguments or {})], institution=institution, appointment=appointment
    )


def notify_all(unit: UnitOfWork, notices: Sequence[Notice], *, institution: str, appointment: str | None = None) -> int:
    """Writes the messages of several notices with one query and one insert; answers how many.

    A convict reads at the kiosk; whoever has an account gets a text, and a letter where there is an address. Whoever
    has neither is told at the desk, on paper. The use case tells the event of the institution's log.
    """
    for one in notices:
        assert set(one.arguments) <= TEMPLATES[one.template], f"{one.template} has no {set(one.arguments)}"
    ways = _ways(unit, {one.person for one in notices})
    messages = [
        _message(unit, one, channel, language, institution, appointment)
        for one in notices
        for channel, language in ways.get(one.person, ())
    ]
    if messages:
        unit.add(*messages)
    return len(messages)


def _ways(unit: UnitOfWork, people: set[str]) -> dict[str, list[tuple[str, str]]]:
    person, account, convict = of(Person), of(Account), of(Convict)
    rows = unit.session.execute(
        sa.select(Person, account.id.label("account"), account.email, convict.id.label("convict"))
        .outerjoin(Account, sa.and_(account.person_id == person.id, account.closed_at.is_(None)))
        .outerjoin(Convict, sa.and_(convict.id == person.id, convict.released_on.is_(None)))
        .where(person.id.in_(people), person.wrapped_key.is_not(None))
    ).all()
    ways: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        who: Person = row[0]
        unit.meet(who)
        found = ways.setdefault(who.id, [])
        if row.convict is not None:
            found.append(("kiosk", who.language))
        elif row.account is not None:
            found.append(("sms", who.language))
            if row.email is not None:
                found.append(("email", who.language))
    return ways


def _message(
    unit: UnitOfWork, notice: Notice, channel: str, language: str, institution: str, appointment: str | None
) -> Message:
    message = unit.environment.new_id()
    text = json.dumps(dict(sorted(notice.arguments.items())), ensure_ascii=False)
    return Message(
        id=message,
        institution_id=institution,
        person_id=notice.person,
        appointment_id=appointment,
        channel=channel,
        template=notice.template,
        language=language,
        created_at=unit.now,
        tries=0,
        **unit.sealed(Message, message, notice.person, arguments=text),
    )
