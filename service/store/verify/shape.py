"""Whether the database still has the shape the migrations gave it: tables, columns, constraints, indexes, triggers.

A refusal that was dropped or switched off changes no row, yet lets the next one in. On SQLite the shape is compared
with that of a file migrated now; on PostgreSQL, where nobody who only reads can migrate, with the one kept beside this
module (`python -m service.store.verify.shape URL` writes it anew from a migrated database).
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from service.store.migrate import head, upgrade
from service.store.partition_shape import as_whole
from service.store.verify.finding import Finding, shortened
from service.store.verify.raw import Raw, snapshot

Shape = Mapping[str, str]
"""What there is, by kind and name (`trigger appointment.tr_appointment_fixed`), and how it is defined."""

_WORD = re.compile(r"'(?:[^']|'')*'::character varying")
_LIST = re.compile(rf"\(ARRAY\[({_WORD.pattern}(?:, {_WORD.pattern})*)\]\)::text\[\]")

KEPT = Path(__file__).with_name("shape.postgresql.json")


def shape_of(raw: Raw) -> Shape:
    """The shape of a database as its own catalogue tells it; that of a divided one as if it were whole."""
    return as_whole(dict(raw.rows(_catalogue("sqlite" if raw.is_sqlite else "postgresql"))))


@cache
def _catalogue(engine: str) -> str:
    return Path(__file__).with_name(f"catalogue.{engine}.sql").read_text(encoding="utf-8")


@cache
def shape_wanted(sqlite: bool) -> Shape:
    """The shape that the migrations give."""
    if not sqlite:
        kept: dict[str, str] = json.loads(KEPT.read_text(encoding="utf-8"))
        return kept
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'migrated.db')}"
        upgrade(url)
        with snapshot(url) as raw:
            return shape_of(raw)


@cache
def newest_migration() -> str:
    """The number of the newest migration."""
    return head()


def columns_found(shape: Shape) -> dict[str, set[str]]:
    """Which tables there are, with their columns."""
    tables: dict[str, set[str]] = {}
    for place in shape:
        kind, _, name = place.partition(" ")
        if kind == "column":
            table, _, column = name.partition(".")
            tables.setdefault(table, set()).add(column)
    return tables


def check_shape(raw: Raw, found: Shape) -> Iterator[Finding]:
    """What was taken away, added or changed since the migrations ran."""
    wanted = shape_wanted(raw.is_sqlite)
    for name in sorted(wanted.keys() - found.keys()):
        yield Finding("shape.missing", detail=name)
    for name in sorted(found.keys() - wanted.keys()):
        yield Finding("shape.unexpected", detail=name)
    for name in sorted(wanted.keys() & found.keys()):
        if wanted[name] != found[name] and _settled(wanted[name]) != _settled(found[name]):
            yield Finding("shape.changed", detail=name)
    if "alembic_version" in columns_found(found):
        versions = [version for (version,) in raw.rows("SELECT version_num FROM alembic_version")]
        if versions != [newest_migration()]:
            yield Finding("shape.version", table="alembic_version", detail=shortened(versions))
    if raw.is_sqlite:
        for (fault,) in raw.rows("PRAGMA integrity_check(20)"):
            if fault != "ok":
                yield Finding("shape.damaged", detail=shortened(fault))


def _settled(definition: str) -> str:
    """The definition as PostgreSQL spells it after a dump and a restore: each word of a list is cast, not the list."""
    return _LIST.sub(lambda found: "ARRAY[" + _WORD.sub(r"(\g<0>)::text", found[1]) + "]", definition)


def _write(url: str) -> None:
    with snapshot(url) as raw:
        KEPT.write_text(json.dumps(shape_of(raw), indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write(sys.argv[1])
