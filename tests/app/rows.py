"""Reads rows as they stand in the database."""

import json
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import SQLModel

from service.store.tables import Event, Message, Person
from tests.builders import Builder

T = TypeVar("T", bound=SQLModel)


def row(world: Builder, table: type[T], key: str) -> T:
    """One row."""
    with world.environment.database.reading() as session:
        return session.get_one(table, key)


def rows(world: Builder, table: type[T], **equal: object) -> list[T]:
    """All rows whose cells equal those named."""
    wanted = sa.select(table).where(*(table.__table__.c[name] == value for name, value in equal.items()))  # type: ignore[attr-defined]
    with world.environment.database.reading() as session:
        return list(session.scalars(wanted))


def events(world: Builder, log: str) -> list[dict[str, Any]]:
    """The leaves of a log, oldest first."""
    found = sorted(rows(world, Event, log_id=log), key=lambda one: one.number)
    return [json.loads(one.leaf) for one in found]


def last_event(world: Builder, log: str) -> dict[str, Any]:
    """The newest leaf of a log."""
    return events(world, log)[-1]


def opened(world: Builder, message: Message) -> dict[str, str]:
    """The arguments of a message as whoever sends it reads them."""
    with world.environment.database.reading() as session:
        wrapped = session.get_one(Person, message.person_id).wrapped_key or b""
    key = world.environment.vault.unwrap(message.person_id, wrapped)
    found: dict[str, str] = json.loads(key.open(f"message/arguments/{message.id}", message.arguments))
    return found
