"""Divides events and openings of a country's PostgreSQL by institution, and by year inside, without losing a refusal.

`event` and `opening` become partitioned by `log_id`, and each log's part by `number`, cut at the log's size at the turn
of each year: so primary and foreign keys stay what they were. What was added since the last turn, and what belongs to a
log that is new, lies in a default partition until the command runs again. Constraints and triggers stand on the whole,
from where PostgreSQL gives them to every partition.
"""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import count

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from service.store.migrate import LOCK
from service.store.partition_definition import Definition, definition_of

DIVIDED = ("event", "opening")
"""The tables that are divided, those that are referred to first."""
BY = {"root": "LIST (log_id)", "log": "RANGE (number)"}
WAIT_MS = 60_000
LONGEST = 41
"""Of a log's name within a partition's, which PostgreSQL cuts at 63 octets."""
_RANGE = re.compile(r"FOR VALUES FROM \((\d+)\) TO \((\d+)\)")


@dataclass(frozen=True)
class Year:
    """The events of a log from `first` up to and without `end`: those of a year, or of several that were quiet."""

    year: int
    first: int
    end: int


@dataclass(frozen=True)
class Missing:
    """What a log still lacks: a part of its own (`known` is False), and the years that have ended since `begun`."""

    log: str
    known: bool
    begun: int
    years: tuple[Year, ...]

    def ranges(self) -> Iterator[tuple[str, int, int | None]]:
        """(end of the partition's name, first number, number after the last; None where it stays open)."""
        for one in self.years:
            yield str(one.year), one.first, one.end
        yield "later", self.years[-1].end if self.years else self.begun, None


def part(table: str, log: str, year: str = "") -> str:
    """The name of a partition: of a log, or of a year of it."""
    whose = log if len(log) <= LONGEST else hashlib.sha256(log.encode()).hexdigest()[:32]
    return f"{table} of {whose}" + (f" {year}" if year else "")


def others(table: str) -> str:
    """The name of the partition for logs that have none of their own yet."""
    return f"{table} of others yet"


def missing(url: str, *, now: datetime, zone: tzinfo, at_least: int = 1) -> list[Missing]:
    """What `divide` would make, log by log; nothing is changed and nobody waits."""
    with _connected(url) as connection:
        return _missing(connection, now, zone, at_least)


def divide(url: str, *, now: datetime, zone: tzinfo, at_least: int = 1) -> list[Missing]:
    """Makes the partitions that are missing, in one transaction during which nothing else is written; answers which.

    A year begins at midnight of `zone`; a year with fewer than `at_least` events goes with the next. Raises
    OperationalError when writers do not let go within a minute: nothing has changed then.
    """
    with _connected(url) as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
        if not _missing(connection, now, zone, at_least):
            return []
        wholes = {table: definition_of(connection, table) for table in DIVIDED if not _is_divided(connection, table)}
        _lock(connection)
        wanted = _missing(connection, now, zone, at_least)
        _Division(connection, wholes, wanted).carry_out()
        connection.commit()
        connection.exec_driver_sql(f"ANALYZE {', '.join(DIVIDED)}")
        connection.commit()
        return wanted


def _lock(connection: sa.Connection) -> None:
    """In the order of those who write: people and logs, then events and openings."""
    connection.exec_driver_sql("LOCK TABLE person, log IN SHARE ROW EXCLUSIVE MODE")
    connection.exec_driver_sql(f"LOCK TABLE {', '.join(DIVIDED)} IN ACCESS EXCLUSIVE MODE")


class _Division:
    """One run over both tables. What is moved lies in tables that nobody else sees until they are attached."""

    def __init__(self, connection: sa.Connection, wholes: dict[str, Definition], wanted: Sequence[Missing]) -> None:
        self._connection, self._wholes, self._wanted = connection, wholes, wanted
        self._numbers = count()

    def carry_out(self) -> None:
        for table in reversed(DIVIDED):
            self._move(table)
        for table in DIVIDED:
            if table in self._wholes:
                for statement in self._wholes[table].statements():
                    self._run(statement)
            self._attach(table)

    def _move(self, table: str) -> None:
        """Into partitions that are not attached yet. Openings go first: events that they refer to cannot be moved."""
        sources = self._sources(table)
        columns = ", ".join(_name(column) for column in self._columns(table))
        for one in self._wanted:
            source = sources[one.log if one.known else ""]
            for year, first, end in one.ranges():
                name = part(table, one.log, year)
                self._empty(name, table)
                below = "" if end is None else f" AND number < {end}"
                self._run(
                    f"INSERT INTO {_name(name)} ({columns}) SELECT {columns} FROM {_name(source)} "  # noqa: S608  (quoted)
                    f"WHERE log_id = {_word(one.log)} AND number >= {first}{below}"
                )
        for source in sources.values():
            self._run(f"DROP TABLE {_name(source)}")

    def _sources(self, table: str) -> dict[str, str]:
        """From where the rows come: by log, and '' for the logs that had no part of their own."""
        if table in self._wholes:
            self._run(f"ALTER TABLE {table} RENAME TO {table}_whole")
            self._run(
                f"CREATE TABLE {table} (LIKE {table}_whole INCLUDING DEFAULTS INCLUDING STORAGE) "
                f"PARTITION BY {BY['root']}"
            )
            return {"": f"{table}_whole"}
        found = {}
        if not all(one.known for one in self._wanted):
            found[""] = self._detach(table, others(table))
        for one in self._wanted:
            if one.known:
                found[one.log] = self._detach(part(table, one.log), part(table, one.log, "later"))
        return found

    def _detach(self, parent: str, name: str) -> str:
        source = f"before_{next(self._numbers)}"
        self._run(f"ALTER TABLE {_name(parent)} DETACH PARTITION {_name(name)}")
        self._run(f"ALTER TABLE {_name(name)} RENAME TO {source}")
        return source

    def _attach(self, table: str) -> None:
        for one in self._wanted:
            log = part(table, one.log)
            if not one.known:
                self._run(
                    f"CREATE TABLE {_name(log)} PARTITION OF {table} FOR VALUES IN ({_word(one.log)}) "
                    f"PARTITION BY {BY['log']}"
                )
            for year, first, end in one.ranges():
                bound = "DEFAULT" if end is None else f"FOR VALUES FROM ({first}) TO ({end})"
                self._run(f"ALTER TABLE {_name(log)} ATTACH PARTITION {_name(part(table, one.log, year))} {bound}")
        if not all(one.known for one in self._wanted):
            self._run(f"CREATE TABLE {_name(others(table))} PARTITION OF {table} DEFAULT")

    def _empty(self, name: str, table: str) -> None:
        self._run(f"CREATE TABLE {_name(name)} (LIKE {table} INCLUDING DEFAULTS INCLUDING STORAGE)")

    def _columns(self, table: str) -> list[str]:
        return [column["name"] for column in sa.inspect(self._connection).get_columns(table)]

    def _run(self, statement: str) -> None:
        self._connection.exec_driver_sql(statement.replace("%", "%%"))


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        connect_args={"options": f"-c lock_timeout={WAIT_MS} -c timezone=UTC"},
    )
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _is_divided(connection: sa.Connection, table: str) -> bool:
    asked = sa.text("SELECT relkind FROM pg_class WHERE oid = CAST(:name AS regclass)")
    return bool(connection.execute(asked, {"name": f"public.{table}"}).scalar_one() == "p")


def partitions(connection: sa.Connection) -> list[tuple[str, str, str]]:
    """Every partition of the schema: what it is a part of, its name, the bound it was given."""
    found = connection.exec_driver_sql(
        "SELECT p.relname, c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i "
        "JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent "
        "WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND c.relnamespace = 'public'::regnamespace"
    )
    return [(parent, name, bound) for parent, name, bound in found]


def _missing(connection: sa.Connection, now: datetime, zone: tzinfo, at_least: int) -> list[Missing]:
    made = partitions(connection)
    names = {name for _, name, _ in made}
    logs = connection.exec_driver_sql("SELECT id, size FROM log ORDER BY id").all()
    found = []
    for log, size in logs:
        known = part("event", log) in names
        begun = _begun(made, log)
        years = tuple(_ended(connection, log, begun, size, now.astimezone(zone), at_least))
        if years or not known:
            found.append(Missing(log, known, begun, years))
    return found


def _begun(made: Sequence[tuple[str, str, str]], log: str) -> int:
    """The number after the last that lies in a partition with an end."""
    ends = (_RANGE.fullmatch(bound) for parent, _, bound in made if parent == part("event", log))
    return max((int(end[2]) for end in ends if end), default=0)


def _ended(connection: sa.Connection, log: str, begun: int, size: int, now: datetime, at_least: int) -> Iterator[Year]:
    """The years of a log that have ended. No event is older than the one before: each turn is found by halving."""

    def at(number: int) -> datetime:
        asked = sa.text("SELECT at FROM event WHERE log_id = :log AND number = :number")
        moment: datetime = connection.execute(asked, {"log": log, "number": number}).scalar_one()
        return moment

    if begun >= size:
        return
    for year in range(at(begun).astimezone(now.tzinfo).year + 1, now.year + 1):
        turn = datetime(year, 1, 1, tzinfo=now.tzinfo)
        end = begun + bisect_left(range(begun, size), turn, key=at)
        if end - begun >= max(at_least, 1):
            yield Year(year - 1, begun, end)
            begun = end
            if begun >= size:
                return


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _word(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
