"""Who can do what, and what finds it: the table of attacks by the insider's means.

With SQL alone nothing goes unnoticed. Whoever also recomputes every hash is stopped by the signed heads, except for
events cut off behind an older one. Whoever holds the log's key too is stopped by nobody inside: only a head kept by
somebody else shows it. The rows that say "unseen" are why there are witnesses.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.record.keys import NoteSigner
from service.store import tables as t
from service.store.columns import of
from service.store.environment import Environment
from service.store.log_read import newest_head
from service.store.verify import verify
from tests.store.forgery import Forger, Leaves, log_key, unguarded
from tests.store.whole import HOUSE, Whole, whole

SQL, RECOMPUTING, WITH_KEY = "sql", "recomputing", "with the log's key"
SEEN, UNSEEN = "seen", "unseen"

Attack = Callable[[Whole, sa.Connection, Forger, str], None]


def widen_the_rooms(made: Whole, connection: sa.Connection, forger: Forger, means: str) -> None:
    """A room that was closed on a day is made to have stayed open."""
    room = made.ids["room2"]
    connection.execute(sa.update(t.Room).where(of(t.Room).id == room).values(closed_on=None))
    if means != SQL:
        forger.edit(lambda leaf: leaf.get("set", {}).get("room", {}).get(room, {}).update(closed_on=None))


def swap_the_visitor(made: Whole, connection: sa.Connection, forger: Forger, means: str) -> None:
    """Somebody else came than was booked; without the keys of people no opening can be made to say so."""
    row, other = made.ids["visitor_second_brother"], made.ids["other_son"]
    connection.execute(
        sa.update(t.AppointmentVisitor).where(of(t.AppointmentVisitor).id == row).values(person_id=other)
    )
    if means != SQL:
        forger.write(forger.leaves())


def forget_a_dispute(made: Whole, connection: sa.Connection, forger: Forger, means: str) -> None:
    """What the convict said did not happen is taken out of the middle of the record."""
    dispute = made.ids["dispute_first"]
    connection.execute(sa.delete(t.Dispute).where(of(t.Dispute).id == dispute))
    if means != SQL:
        forger.edit(lambda leaf: leaf.get("new", {}).get("dispute", {}).pop(dispute, None))


def date_back(made: Whole, connection: sa.Connection, forger: Forger, means: str) -> None:
    """The last event is given an earlier time, as if it had been decided before."""
    leaves = forger.leaves()
    number, earlier = len(leaves) - 2, leaves[-3]["at"]
    if means == SQL:
        event = of(t.Event)
        at = {"at": made.world.clock() - timedelta(days=1)}
        connection.execute(sa.update(t.Event).where(event.log_id == HOUSE, event.number == number).values(at))
    else:
        assert leaves[number]["at"] > earlier
        leaves[number]["at"] = earlier
        forger.write(leaves)


def cut_the_tail(made: Whole, connection: sa.Connection, forger: Forger, means: str) -> None:
    """A blocked day and everything after the head before it are made never to have been."""
    row = made.ids["blocked_late"]
    connection.execute(sa.delete(t.BlockedDate).where(of(t.BlockedDate).id == row))
    leaves: Leaves = forger.leaves()
    cut = next(n for n, leaf in enumerate(leaves) if row in leaf.get("new", {}).get("blocked_date", {}))
    if means == SQL:
        for table in (t.Opening, t.Event):
            column = of(table)
            connection.execute(sa.delete(table).where(column.log_id == HOUSE, column.number >= cut))
    else:
        forger.write(leaves[:cut])


def exchange_the_log(made: Whole, connection: sa.Connection, forger: Forger, means: str) -> None:
    """The whole log is written anew under a key of the insider's own."""
    own = NoteSigner(f"{made.world.domain}/{HOUSE}", Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))
    connection.execute(sa.update(t.Log).where(of(t.Log).id == HOUSE).values(verifier_key=own.vkey))
    if means == SQL:
        return
    room = made.ids["room2"]
    connection.execute(sa.update(t.Room).where(of(t.Room).id == room).values(closed_on=None))

    def change(leaf: dict[str, Any]) -> None:
        leaf.get("set", {}).get("room", {}).get(room, {}).update(closed_on=None)
        if leaf["n"] == 0:
            leaf["facts"]["vkey"] = own.vkey

    Forger(made.world, connection, HOUSE, own).edit(change)


TABLE: dict[Attack, dict[str, tuple[str, str]]] = {
    #                     means:       the database alone, with a head kept outside
    widen_the_rooms: {SQL: (SEEN, SEEN), RECOMPUTING: (SEEN, SEEN), WITH_KEY: (UNSEEN, SEEN)},
    swap_the_visitor: {SQL: (SEEN, SEEN), RECOMPUTING: (SEEN, SEEN), WITH_KEY: (SEEN, SEEN)},
    forget_a_dispute: {SQL: (SEEN, SEEN), RECOMPUTING: (SEEN, SEEN), WITH_KEY: (SEEN, SEEN)},
    date_back: {SQL: (SEEN, SEEN), RECOMPUTING: (SEEN, SEEN), WITH_KEY: (UNSEEN, SEEN)},
    cut_the_tail: {SQL: (SEEN, SEEN), RECOMPUTING: (UNSEEN, SEEN), WITH_KEY: (UNSEEN, SEEN)},
    exchange_the_log: {SQL: (SEEN, SEEN), RECOMPUTING: (UNSEEN, SEEN), WITH_KEY: (UNSEEN, SEEN)},
}


def published_world(world: Environment) -> tuple[Whole, bytes]:
    """A world whose newest head somebody outside has kept; a day was blocked after the head before it."""
    made = whole(world)
    made.publish()
    world.clock.forward(timedelta(minutes=1))  # type: ignore[attr-defined]
    officer = made.ids["officer_registrar"]
    made.act(
        "date.blocked",
        HOUSE,
        lambda unit: made.new(
            unit, "blocked_late", t.BlockedDate, institution_id=HOUSE, room_id=None, first_on=unit.now.date(),
            last_on=unit.now.date(), ground="проверка", set_by=officer, set_at=unit.now,
        ),
    )  # fmt: skip
    made.publish()
    with world.database.reading() as session:
        head = newest_head(session, HOUSE)
    assert head is not None
    return made, head.note


@pytest.mark.parametrize("attack", TABLE, ids=lambda attack: attack.__name__)
@pytest.mark.parametrize("means", [SQL, RECOMPUTING, WITH_KEY])
def test_an_attack_is_found_by_what_the_table_says(
    founded: Environment, engine_url: str, attack: Attack, means: str
) -> None:
    made, kept = published_world(founded)
    assert verify(engine_url, founded.vault, [kept]).findings == []
    with unguarded(founded.database) as connection:
        signer = log_key(founded, HOUSE) if means == WITH_KEY else None
        attack(made, connection, Forger(founded, connection, HOUSE, signer), means)
    inside, outside = (verify(engine_url, founded.vault, heads) for heads in ([], [kept]))
    found = tuple(UNSEEN if report.clean else SEEN for report in (inside, outside))
    assert found == TABLE[attack][means], (inside.findings, outside.findings)


def test_every_unseen_attack_is_seen_by_whoever_kept_a_head() -> None:
    verdicts = [verdict for rows in TABLE.values() for verdict in rows.values()]
    assert all(outside == SEEN for _, outside in verdicts)
    assert any(inside == UNSEEN for inside, _ in verdicts), "otherwise nobody outside would be needed"


def test_a_head_of_another_log_or_no_head_at_all_is_told(founded: Environment, engine_url: str) -> None:
    _, kept = published_world(founded)
    other = kept.replace(b"kezdesu.kz/la-155-8\n", b"kezdesu.kz/elsewhere\n", 1)
    codes = [finding.code for finding in verify(engine_url, founded.vault, [other, b"not a note"]).findings]
    assert codes == ["outside.no-log", "outside.form"]


def test_a_head_that_nobody_signed_is_told(founded: Environment, engine_url: str) -> None:
    _, kept = published_world(founded)
    text, _, signature = kept.decode().rpartition(" ")
    forged = f"{text} {'A' if signature[10] != 'A' else 'B'}".encode() + signature.encode()[1:]
    assert [finding.code for finding in verify(engine_url, founded.vault, [forged]).findings] == ["outside.signature"]
