"""Alembic's environment: our own types printed as plain ones, batch mode only where SQLite needs it."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import service.store.tables  # noqa: F401  (fills the metadata)
from service.store.migrations_compare import include_object
from service.store.types import LocalDay, UtcMoment


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Our column types by the names a migration imports; everything else as Alembic would."""
    if kind == "type" and isinstance(item, UtcMoment):
        return "UtcMoment()"
    if kind == "type" and isinstance(item, LocalDay):
        return "LocalDay()"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length})"
    return False


connection = context.config.attributes["connection"]
assert isinstance(connection, sa.Connection)
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_item=render_item,
    include_object=include_object,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transactional_ddl=True,  # SQLite's DDL is undone with its transaction too, which Alembic does not count on
)
with context.begin_transaction():
    context.run_migrations()
