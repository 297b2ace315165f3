"""The migration of cosignatures keeps what was there, goes down over rows of its own, and up again."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from service.store.migrate import differences, downgrade, upgrade

NOW = "2026-03-10T04:00:00.000000Z"
ROWS = (
    "INSERT INTO log VALUES ('national', 'kezdesu.example/national', 'key', 2, '{now}', 1, '00')",
    "INSERT INTO checkpoint VALUES ('national', 1, {octets}, '{now}')",
)
WITNESSED = (
    "INSERT INTO cosignature VALUES ('national', 1, 'prosecutor.example/w+00000000', {octets})",
    "INSERT INTO witness_line (log_id, witness, begun_at, held_size, failures) VALUES ('national', 'w', '{now}', 0, 0)",
)


@contextmanager
def opened(url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    yield engine
    engine.dispose()


def run(url: str, *statements: str) -> None:
    with opened(url) as engine, engine.begin() as connection:
        octets = "'\\x6e'::bytea" if engine.dialect.name == "postgresql" else "x'6e'"
        for statement in statements:
            connection.exec_driver_sql(statement.format(now=NOW, octets=octets))


def tables(url: str) -> set[str]:
    with opened(url) as engine:
        return set(sa.inspect(engine).get_table_names())


def test_heads_published_before_stay_and_can_be_cosigned(empty_url: str) -> None:
    upgrade(empty_url, "0001")
    run(empty_url, *ROWS)
    upgrade(empty_url, "0002")
    run(empty_url, *WITNESSED)
    downgrade(empty_url, "0001")
    assert tables(empty_url).isdisjoint({"cosignature", "witness_line"})
    with pytest.raises(sa.exc.DBAPIError, match="tr_checkpoint_kept"):
        run(empty_url, "DELETE FROM checkpoint")
    upgrade(empty_url)
    run(empty_url, *WITNESSED)
    assert differences(empty_url) == []


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE cosignature SET size = 1", "tr_cosignature_append_only"),
        ("DELETE FROM cosignature", "tr_cosignature_kept"),
        ("INSERT INTO cosignature VALUES ('national', 2, 'w', {octets})", "(?i)foreign key"),
        (WITNESSED[0], "(?i)unique"),
    ],
)
def test_what_a_witness_signed_is_of_a_published_head_and_stays(empty_url: str, statement: str, rule: str) -> None:
    upgrade(empty_url)
    run(empty_url, *ROWS, *WITNESSED)
    with pytest.raises(sa.exc.DBAPIError, match=rule):
        run(empty_url, "PRAGMA foreign_keys=ON" if empty_url.startswith("sqlite") else "SELECT 1", statement)
