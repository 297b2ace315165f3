"""Installs what the database itself refuses (design §6): the SQL beside the migrations, and 'nothing is deleted'."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

FOLDER = Path(__file__).parent / "migrations"


def install(connection: sa.Connection, number: str, kept: Sequence[str]) -> None:
    """Runs `refusals_<number>.<dialect>.sql` and refuses DELETE on the tables `kept`."""
    dialect = connection.dialect.name
    script = (FOLDER / f"refusals_{number}.{dialect}.sql").read_text(encoding="utf-8")
    for statement in _statements(script) if dialect == "sqlite" else (script,):
        connection.execute(sa.text(statement.replace(":", "\\:")))
    for table in kept:
        connection.exec_driver_sql(_kept(table, dialect))


def remove(connection: sa.Connection, functions: Sequence[str]) -> None:
    """Drops the functions `install` made; the triggers go with their tables."""
    if connection.dialect.name == "postgresql":
        for function in functions:
            connection.exec_driver_sql(f"DROP FUNCTION {function}() CASCADE")


def _kept(table: str, dialect: str) -> str:
    name = f"tr_{table}_kept"
    if dialect == "sqlite":
        return f"CREATE TRIGGER {name} BEFORE DELETE ON \"{table}\" BEGIN SELECT RAISE(ABORT, '{name}'); END"
    return f"CREATE TRIGGER {name} BEFORE DELETE ON \"{table}\" FOR EACH ROW EXECUTE FUNCTION kz_refuse('{name}')"


def _statements(script: str) -> Iterator[str]:
    lines: list[str] = []
    for line in script.splitlines():
        if not lines and (not line.strip() or line.startswith("--")):
            continue
        lines.append(line)
        if sqlite3.complete_statement("\n".join(lines)):
            yield "\n".join(lines)
            lines = []
    assert not lines, "the script ends in the middle of a statement"
