"""A world on PostgreSQL whose record is divided, and questions to its catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.store.environment import Environment
from service.store.partition import Missing, divide

ALMATY = ZoneInfo("Asia/Almaty")


def url_of(world: Environment) -> str:
    """The address of the world's database."""
    return world.database.engine.url.render_as_string(hide_password=False)


def divided(world: Environment, at_least: int = 1) -> list[Missing]:
    """Divides at the world's time; the world's own connections are given back first."""
    return divide(url_of(world), now=world.clock(), zone=ALMATY, at_least=at_least)


@contextmanager
def insider(world: Environment) -> Iterator[sa.Connection]:
    """Somebody with the password of the database, whose changes are undone."""
    with world.database.engine.connect() as connection, connection.begin() as changing:
        yield connection
        changing.rollback()
