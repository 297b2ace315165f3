"""Counts the SQL statements that something sends."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from service.store.engine import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement sent within the block, beginnings of transactions left out."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
