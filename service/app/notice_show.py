"""What somebody was told, and what became of each message: to be read again when a text was lost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from service.app.notice_send import TABLES, Outgoing
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Institution, Message

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Way:
    """One message of a notice. `state`: waiting, sent, delivered, undelivered, failed, given-up; `at`: since when."""

    channel: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice with all its ways; `time_zone` is the institution's, None for one about the account."""

    template: str
    arguments: Mapping[str, str]
    created_at: datetime
    appointment: str | None
    time_zone: str | None
    ways: tuple[Way, ...]


def list_notices(environment: Environment, actor: Actor) -> list[ShownNotice]:
    """One's own notices, the newest first, at most `SHOWN`."""
    person = actor.person or ""
    require(actor, "notice.see", Target(persons=frozenset({person})))
    with Reading(environment, actor) as reading:
        rows: list[Outgoing] = []
        for table in TABLES:
            row = of(table)
            newest = sa.select(table).where(row.person_id == person).order_by(row.created_at.desc()).limit(2 * SHOWN)
            rows.extend(cast(list[Outgoing], reading.session.scalars(newest).all()))
        house = of(Institution)
        zones = {one.id: one.time_zone for one in reading.session.execute(sa.select(house.id, house.time_zone))}
        found: dict[tuple[object, ...], list[Outgoing]] = {}
        for one in sorted(rows, key=lambda one: (one.created_at, one.channel), reverse=True):
            told = reading.open(one, "arguments") or "{}"
            found.setdefault((one.created_at, one.template, _appointment(one), told), []).append(one)
        return [
            ShownNotice(
                template=ways[0].template,
                arguments=json.loads(str(key[-1])),
                created_at=ways[0].created_at,
                appointment=_appointment(ways[0]),
                time_zone=zones[ways[0].institution_id] if isinstance(ways[0], Message) else None,
                ways=tuple(_way(one) for one in ways),
            )
            for key, ways in list(found.items())[:SHOWN]
        ]


def _appointment(row: Outgoing) -> str | None:
    return row.appointment_id if isinstance(row, Message) else None


def _way(row: Outgoing) -> Way:
    state = row.outcome or ("waiting" if row.sent_at is None else "sent")
    return Way(row.channel, state, row.outcome_at or row.sent_at or row.created_at)
