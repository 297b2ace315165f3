"""Notices to people, written in the transaction of what they tell; the worker delivers them, the edge words them.

A notice carries no name and no number of a document: it may travel through a supplier outside the country.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from service.store.columns import of
from service.store.tables import Account, AccountMessage, Convict, Message, Person
from service.store.unit_of_work import UnitOfWork

TEMPLATES: Mapping[str, frozenset[str]] = {
    "relationship-accepted": frozenset(),
    "relationship-declined": frozenset(),
    "relationship-verified": frozenset(),
    "relationship-confirmed": frozenset(),
    "relationship-refused": frozenset({"ground"}),
    "relationship-permitted": frozenset(),
    "relationship-reopened": frozenset(),
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
    "appointment-kept": frozenset({"starts_at"}),
    "convict-transferred": frozenset({"since"}),
    "convict-released": frozenset(),
    "institution-will-call": frozenset(),
    "queue-offered": frozenset({"starts_at", "answer_by"}),
    "queue-passed": frozenset({"wanted_on", "reason"}),
    "queue-closed": frozenset({"wanted_on"}),
    "dispute-raised": frozenset(),
    "convict-request-granted": frozenset({"number"}),
    "convict-request-refused": frozenset({"number", "ground"}),
    "appointment-reminder": frozenset({"starts_at"}),
    "call-granted": frozenset({"starts_at"}),
    "call-soon": frozenset({"starts_at"}),
    "call-cancelled": frozenset({"starts_at", "ground"}),
    "call-missed": frozenset({"starts_at"}),
    "dispute-answered": frozenset({"outcome"}),
    "phone-changing": frozenset({"effective_at"}),
    "email-added": frozenset(),
}
"""Every notice there is, with what its sentence may be filled with."""

AT_ANY_HOUR = frozenset({"phone-changing"})
"""What concerns the safety of an account does not wait for the morning."""
AT_ANY_HOUR_IF_SOON = frozenset(
    {
        "call-cancelled",
        "appointment-granted",
        "appointment-refused",
        "appointment-cancelled",
        "appointment-moved",
        "appointment-flagged",
    }
)
"""What changes a journey that may begin before the morning: urgent when the visit, old or new, begins within `SOON`."""
SOON = timedelta(hours=24)

Way = Literal["sms", "email"]


@dataclass(frozen=True, slots=True)
class Contact:
    """A number (E.164) or an e-mail address to be told, whatever the account's present one is or becomes."""

    channel: Way
    address: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one person; with a `contact`, there and by no other way."""

    person: str
    template: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    contact: Contact | None = None

    def urgent(self, now: datetime) -> bool:
        """Whether it is delivered at night too."""
        if self.template in AT_ANY_HOUR:
            return True
        moments = [
            datetime.fromisoformat(self.arguments[name]) for name in ("starts_at", "before") if name in self.arguments
        ]
        return self.template in AT_ANY_HOUR_IF_SOON and any(now <= one <= now + SOON for one in moments)


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
    more: dict[str, Any] = {"institution_id": institution, "appointment_id": appointment}
    return _write(unit, [Message(**cells, **more) for cells in _cells(unit, Message, notices)])


def notify_account(unit: UnitOfWork, *notices: Notice) -> int:
    """Writes notices about people's own accounts, which belong to no institution; answers how many messages.

    The use case tells the event of the national log. Example, for a number that is about to change, told to both:

        told = {"effective_at": moment.isoformat()}
        notify_account(
            unit,
            Notice(person, "phone-changing", told, Contact("sms", old)),
            Notice(person, "phone-changing", told, Contact("sms", new)),
        )
    """
    return _write(unit, [AccountMessage(**cells) for cells in _cells(unit, AccountMessage, notices)])


def _write(unit: UnitOfWork, messages: Sequence[Message] | Sequence[AccountMessage]) -> int:
    if messages:
        unit.add(*messages)
    return len(messages)


def _cells(
    unit: UnitOfWork, table: type[Message] | type[AccountMessage], notices: Sequence[Notice]
) -> list[dict[str, Any]]:
    for one in notices:
        assert set(one.arguments) <= TEMPLATES[one.template], f"{one.template} has no {set(one.arguments)}"
    found = _ways(unit, {one.person for one in notices})
    return [
        _message(unit, table, one, channel, found[one.person].language)
        for one in notices
        if one.person in found
        for channel in ((one.contact.channel,) if one.contact else found[one.person].channels)
    ]


@dataclass(frozen=True, slots=True)
class _Ways:
    language: str
    channels: tuple[str, ...]


def _ways(unit: UnitOfWork, people: set[str]) -> dict[str, _Ways]:
    person, account, convict = of(Person), of(Account), of(Convict)
    rows = unit.session.execute(
        sa.select(Person, account.id.label("account"), account.email, convict.id.label("convict"))
        .outerjoin(Account, sa.and_(account.person_id == person.id, account.closed_at.is_(None)))
        .outerjoin(Convict, sa.and_(convict.id == person.id, convict.released_on.is_(None)))
        .where(person.id.in_(people), person.wrapped_key.is_not(None))
    ).all()
    ways: dict[str, _Ways] = {}
    for row in rows:
        who: Person = row[0]
        unit.meet(who)
        if row.convict is not None:
            channels: tuple[str, ...] = ("kiosk",)
        elif row.account is not None:
            channels = ("sms",) if row.email is None else ("sms", "email")
        else:
            channels = ()
        ways[who.id] = _Ways(who.language, channels)
    return ways


def _message(
    unit: UnitOfWork, table: type[Message] | type[AccountMessage], notice: Notice, channel: str, language: str
) -> dict[str, Any]:
    message = unit.environment.new_id()
    text = json.dumps(dict(sorted(notice.arguments.items())), ensure_ascii=False)
    address = notice.contact.address if notice.contact else None
    return {
        "id": message,
        "person_id": notice.person,
        "channel": channel,
        "template": notice.template,
        "language": language,
        "created_at": unit.now,
        "urgent": True if notice.urgent(unit.now) else None,
        "tries": 0,
        **unit.sealed(table, message, notice.person, arguments=text, contact=address),
    }
