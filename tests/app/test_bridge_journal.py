"""What a bridge tells of itself: continued it is kept, contradicted it is evidence, and nothing is taken twice."""

import pytest
import sqlalchemy as sa

from firmware_bridge.journal import NOTHING_BEFORE
from service.app.bridge_register import approve_key
from service.app.journal_take import MOST, Taken
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import BridgeKey, Event, JournalEntry, JournalFault
from tests.app.booking import granted, scan, token
from tests.app.bridging import NAME, identity, journal, register, upload
from tests.cast import MEDIUM, World


def faults(world: World) -> list[tuple[str, int]]:
    row = of(JournalFault)
    with world.environment.database.reading() as session:
        return [tuple(one) for one in session.execute(sa.select(row.kind, row.number).order_by(row.number))]


def refused(told: Taken) -> tuple[str, int] | None:
    return (told.refused.kind, told.refused.number) if told.refused is not None else None


def numbers(world: World) -> list[int]:
    row = of(JournalEntry)
    with world.environment.database.reading() as session:
        return list(session.scalars(sa.select(row.number).order_by(row.number)))


def test_the_first_key_of_a_bridge_holds_and_naming_it_again_changes_nothing(world: World) -> None:
    first = register(world)
    assert first.holds
    assert register(world) == first
    with world.environment.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(BridgeKey)) == 1
        types = session.scalars(sa.select(of(Event).type).where(of(Event).log_id == MEDIUM)).all()
    assert types.count("bridge.key_registered") == 1


def test_a_second_key_waits_for_a_person_and_then_ends_the_first(world: World) -> None:
    register(world)
    second = register(world, identity(2), "f" * 16)
    assert not second.holds
    with_second = journal(identity(2)).entries(1, 5)
    assert refused(upload(world, with_second)) == ("signature", 1)
    with pytest.raises(Refusal):
        world.run(world.as_officer("gate_officer"), lambda unit: approve_key(unit, key=second.key))
    world.run(world.as_officer("head"), lambda unit: approve_key(unit, key=second.key))
    assert upload(world, with_second).through == 5
    assert refused(upload(world, journal().entries(1, 5))) == ("fork", 1)
    with pytest.raises(Refusal):
        register(world)


def test_a_machine_whose_device_sent_scans_needs_a_device_of_its_own(world: World) -> None:
    register(world)
    scan(world, token(world, granted(world)), 2)
    second = register(world, identity(2), "f" * 16)
    with pytest.raises(Refusal):
        world.run(world.as_officer("head"), lambda unit: approve_key(unit, key=second.key))


def test_a_claim_signed_by_another_is_no_claim(world: World) -> None:
    own, other = identity(), identity(2)
    mixed = type(own)(own.signing, other.sealing)
    with pytest.raises(Refusal):
        register(world, type("Lying", (), {
            "signing_public": own.signing_public, "sealing_public": mixed.sealing_public, "claim": own.claim,
        })())  # fmt: skip


def test_a_journal_is_taken_in_parts_and_again_without_change(world: World) -> None:
    register(world)
    made = journal(count=MOST + 20)
    first = upload(world, made.entries(1, MOST))
    assert (first.through, first.refused) == (MOST, None)
    again = upload(world, made.entries(MOST - 9, 30))
    assert (again.through, again.head) == (MOST + 20, made.head[1].hex())
    assert upload(world, made.entries(1, MOST)) == again
    assert numbers(world) == list(range(1, MOST + 21))
    assert upload(world, []) == again


def test_the_entry_that_stands_elsewhere_otherwise_is_a_fork_and_kept_as_evidence(world: World) -> None:
    register(world)
    upload(world, journal().entries(1, 5))
    other = journal(None, *({"kind": "door", "at": "2026-03-02T04:00:00+00:00", "n": n} for n in range(5)))
    told = upload(world, other.entries(3, 3))
    assert (told.through, refused(told)) == (5, ("fork", 3))
    assert refused(upload(world, other.entries(3, 3))) == ("fork", 3)
    assert faults(world) == [("fork", 3)]


def test_a_missing_entry_is_a_gap_and_what_came_before_it_is_kept(world: World) -> None:
    register(world)
    entries = journal().entries(1, 5)
    told = upload(world, [*entries[:2], *entries[3:]])
    assert (told.through, refused(told)) == (2, ("gap", 4))
    assert upload(world, entries[2:]).through == 5
    assert faults(world) == [("gap", 4)]


def test_a_rewritten_entry_names_the_wrong_one_before_it(world: World) -> None:
    register(world)
    upload(world, journal(count=2).entries(1, 2))
    other = journal(None, {"kind": "stop", "at": "2026-03-02T04:00:00+00:00"}, *(
        {"kind": "door", "at": "2026-03-02T04:00:00+00:00"} for _ in range(3)
    ))  # fmt: skip
    assert refused(upload(world, other.entries(3, 1))) == ("link", 3)


def test_what_is_not_signed_by_the_bridge_or_no_entry_at_all_is_refused(world: World) -> None:
    register(world)
    entry = journal().entries(1, 1)[0]
    assert refused(upload(world, [entry[:-1] + bytes([entry[-1] ^ 1])])) == ("signature", 1)
    assert refused(upload(world, [b"nothing of the kind"])) == ("form", 1)
    assert upload(world, []).head == NOTHING_BEFORE.hex()
    assert {kind for kind, _ in faults(world)} == {"signature", "form"}


def test_without_a_key_of_its_own_a_bridge_tells_nothing(world: World) -> None:
    with pytest.raises(Refusal):
        upload(world, journal().entries(1, 1))


def test_the_hashes_of_entries_stand_in_the_log(world: World) -> None:
    register(world)
    made = journal()
    upload(world, made.entries(1, 5))
    row = of(Event)
    with world.environment.database.reading() as session:
        leaf = session.scalars(sa.select(row.leaf).where(row.type == "bridge.journal_taken")).one()
    assert made.head[1].hex().encode() in leaf
    assert NAME.encode() not in leaf
