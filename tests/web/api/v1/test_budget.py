"""What a booking and a scan may cost the database: statements, BEGIN and COMMIT included, as one client sends them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from tests.web.api.v1.callers import Caller, Face

BOOKING, SCAN = 15, 8


@contextmanager
def statements(face: Face) -> Iterator[list[str]]:
    """Every statement that reaches the database, each transaction's beginning and end among them."""
    database, seen = face.world.environment.database, []

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(" ".join(statement.split()))

    def begun(_connection: Any) -> None:
        if not database.is_sqlite and not _alone(_connection):  # on SQLite the service says BEGIN itself
            seen.append("BEGIN")

    def ended(_connection: Any) -> None:
        if not _alone(_connection):
            seen.append("COMMIT or ROLLBACK")

    listeners = [("before_cursor_execute", executed), ("begin", begun), ("commit", ended), ("rollback", ended)]
    for name, listener in listeners:
        sa.event.listen(database.engine, name, listener)
    try:
        yield seen
    finally:
        for name, listener in listeners:
            sa.event.remove(database.engine, name, listener)


def _alone(connection: sa.Connection) -> bool:
    """A statement that is a transaction of its own: nothing is sent before or after it."""
    options = connection.get_execution_options()
    return bool(options.get("single")) or options.get("isolation_level") == "AUTOCOMMIT"


def counted(face: Face, caller: Caller, path: str, body: dict[str, Any], status: int) -> list[str]:
    with statements(face) as seen:
        answer = caller.post(path, body)
    assert answer.status_code == status, answer.json
    return seen


def test_a_hold_costs_no_more_than_its_budget_with_sign_in_and_key(face: Face) -> None:
    dinara = face.relative("Динара")
    seen = counted(face, dinara, "/holds", face.hold_body("Динара", "Аружан"), 201)
    assert len(seen) <= BOOKING, "\n".join(seen)


def test_a_request_costs_no_more_than_its_budget_with_sign_in_and_key(face: Face) -> None:
    held = face.relative("Динара").post("/holds", face.hold_body("Динара", "Аружан")).json["appointment"]
    seen = counted(face, face.relative("Динара"), "/appointments", {"appointment": held}, 201)
    assert len(seen) <= BOOKING, "\n".join(seen)


def test_a_scan_costs_no_more_than_its_budget_with_the_devices_key(face: Face) -> None:
    token = face.tokens(face.granted())[0]
    face.world.clock.set(datetime(2026, 3, 14, 4, 30, tzinfo=UTC))
    seen = counted(face, face.bridge(), "/scans", face.scan_body(token), 200)
    assert len(seen) <= SCAN, "\n".join(seen)
    face.world.clock.tick(hours=20)
    seen = counted(face, face.bridge(), "/scans", face.scan_body(token, 2, direction="exit"), 200)
    assert len(seen) <= SCAN, "\n".join(seen)


def test_the_count_sees_every_statement_of_a_plain_reading(face: Face) -> None:
    with statements(face) as seen:
        with face.world.environment.database.reading() as session:
            session.execute(sa.text("SELECT 1"))
        with face.world.environment.database.single.connect() as connection:
            connection.execute(sa.text("SELECT 2"))
    assert [one.split()[0] for one in seen] == ["BEGIN", "SELECT", "COMMIT", "SELECT"]
