"""The daily comparison with the real parts: bridges without a network, their journals, the service, a signed result."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from firmware_bridge.decide import Direction, Verdict
from firmware_bridge.fakes import FakeClock, MemoryFile
from firmware_bridge.gatehouse import Gatehouse, Place
from firmware_bridge.journal import Journal
from firmware_bridge.link import NoLink
from firmware_bridge.today import Today
from service.app.bridge_register import register_key
from service.app.bundle_make import make_bundle
from service.app.device_add import add_device
from service.app.journal_take import MOST, take_journal
from service.app.reconcile_day import Reconciled, days_to_reconcile, reconcile_day, reconciliations
from service.app.room_open import open_gate
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.jobs.tasks import reconcile_days
from service.record.keys import NoteVerifier
from service.record.notes import parse, verify
from service.store.columns import of
from service.store.tables import Event, Gate, Log
from tests.app.booking import granted, token
from tests.app.bridging import identity
from tests.cast import MEDIUM, World

SYSTEM = Actor("system", "reconcile")
BEGINS = datetime(2026, 3, 13, 19, tzinfo=UTC)
DAY = date(2026, 3, 14)


class CutOff:
    """A gate with its own bridge, registered and provided with a bundle, and then without a network."""

    def __init__(self, world: World, bridge: Actor, gate: str, number: int, clock: FakeClock) -> None:
        self.world, self.bridge, self.clock = world, bridge, clock
        own, name = identity(number), f"{number:016x}"
        self.registered = world.run(
            bridge,
            lambda unit: register_key(
                unit, journal=name, signing_key=own.signing_public, sealing_key=own.sealing_public,
                claim=own.claim(name),
            ),
        )  # fmt: skip
        self.today = Today(clock, identity=own, limit=timedelta(hours=24))
        key = NoteVerifier.from_vkey(self.registered.verifier_key).public_key
        self.today.know(key, bytes.fromhex(self.registered.device))
        self.today.take(make_bundle(world.environment, bridge))
        self.journal = Journal(MemoryFile(), own.sign)
        with world.environment.database.reading() as session:
            house = session.get_one(Gate, gate)
        self.place = Place(f"{gate[:6]}-in", gate, house.zone, Direction.ENTRY)
        bundle = self.today.bundle
        assert bundle is not None
        self.gatehouse = Gatehouse(
            bundle.institution, {}, journal=self.journal, link=NoLink(), clock=clock, new_id=lambda: name,
            today=self.today,
        )  # fmt: skip

    def show(self, text: str, way: Direction = Direction.ENTRY) -> Verdict:
        decision = self.gatehouse.decide(
            Place(f"{self.place.reader}-{way}", self.place.gate, self.place.gate_zone, way), text
        )
        if decision.verdict is Verdict.ADMIT:
            self.gatehouse.record_door(self.place, decision, "door")
        return decision.verdict

    def beat(self, minutes: int) -> None:
        for _ in range(minutes):
            self.clock.moved(60)
            self.gatehouse.note("heartbeat", up=round(self.clock.monotonic()))

    def tell_all(self) -> None:
        for first in range(1, self.journal.head[0] + 1, MOST):
            done = self.world.run(
                self.bridge, lambda unit, first=first: take_journal(unit, self.journal.entries(first, MOST))
            )
            assert done.refused is None


def second_gate(world: World, zone: int = 2) -> tuple[Actor, str]:
    head = world.as_officer("head")
    gate = world.run(head, lambda unit: open_gate(unit, institution=MEDIUM, name="КПП-2", zone=zone))
    device = world.run(head, lambda unit: add_device(unit, institution=MEDIUM, kind="bridge", name="2", gate=gate))
    return Actor("bridge", device.device, None, MEDIUM, device=device.device), gate


def compare(world: World, day: date = DAY) -> Reconciled:
    done = world.run(SYSTEM, lambda unit: reconcile_day(unit, institution=MEDIUM, day=day))
    assert done is not None
    return done


def morning(world: World) -> tuple[CutOff, str]:
    """The day begins, with a visit at ten and a gate that is cut off from midnight on."""
    text = token(world, granted(world))
    world.clock.set(BEGINS)
    return CutOff(world, world.bridge(MEDIUM), world.gates[MEDIUM], 1, FakeClock(BEGINS)), text


def test_a_family_that_came_offline_is_matched_and_the_result_is_signed_and_told(world: World) -> None:
    gate, text = morning(world)
    assert gate.today.expected()[0].name == "Ахметова Айгүл"
    gate.beat(9 * 60 + 30)
    assert gate.show(text) is Verdict.ADMIT
    gate.beat(2 * 60)
    assert gate.show(text, Direction.EXIT) is Verdict.LEAVE
    gate.beat(13 * 60)
    world.clock.set(BEGINS + timedelta(hours=30))
    assert compare(world).result.verdict == "incomplete"
    gate.tell_all()
    world.clock.tick(minutes=10)
    done = compare(world)
    assert (done.row.verdict, done.headline) == ("clean", (1, 1))
    with world.environment.database.reading() as session:
        vkey = session.get_one(Log, MEDIUM).verifier_key
        row = of(Event)
        told = session.scalars(sa.select(Event).where(row.type == "gate.reconciled").order_by(row.number)).all()
    note = parse(done.row.note)
    verify(note, [NoteVerifier.from_vkey(vkey)])
    origin, day, headline, body = note.text.splitlines()
    assert (origin, day, headline) == (f"kezdesu.kz/{MEDIUM}/reconciliation", "2026-03-14", "1 of 1")
    assert json.loads(body)["findings"] == []
    assert done.row.digest.encode() in told[-1].leaf
    assert [
        one.verdict for one in reconciliations(world.environment, world.as_officer("head"), institution=MEDIUM)
    ] == ["clean"]


def test_a_pass_that_was_copied_comes_in_at_two_gates_and_reconciliation_names_both(world: World) -> None:
    first, text = morning(world)
    bridge, gate = second_gate(world)
    second = CutOff(world, bridge, gate, 2, FakeClock(BEGINS))
    for one in (first, second):
        one.beat(10 * 60)
    assert first.show(text) is Verdict.ADMIT
    second.clock.moved(300)
    # At the other gate the reader says wrong-gate; the officers there let the copy in by hand.
    assert second.show(text) is Verdict.REFUSE
    copied = first.today.answers()[0].pass_id
    release: dict[str, Any] = {"gate": gate, "direction": "entry", "ground": "wrong-gate", "officers": ["a", "b"]}
    number = second.gatehouse.release(**release, people=1, **{"pass": copied})
    first.beat(60)
    first.show(text, Direction.EXIT)
    for one in (first, second):
        one.beat(14 * 60)
        one.tell_all()
    found = {one.code: one for one in compare(world).result.findings}
    both = found["pass-at-two-gates"]
    assert (both.pass_id, both.gate, both.number) == (copied, gate, number)
    assert both.other is not None
    assert world.gates[MEDIUM] in both.other
    assert "manual-release" in found


def test_a_scanned_copy_at_two_readers_of_one_zone_is_kept_by_both_and_named(world: World) -> None:
    first, text = morning(world)
    device = world.run(
        world.as_officer("head"),
        lambda unit: add_device(unit, institution=MEDIUM, kind="bridge", name="2", gate=world.gates[MEDIUM]),
    )
    bridge = Actor("bridge", device.device, None, MEDIUM, device=device.device)
    second = CutOff(world, bridge, world.gates[MEDIUM], 2, FakeClock(BEGINS))
    second.place = Place("other", "f" * 32, second.place.gate_zone, Direction.ENTRY)
    for one in (first, second):
        one.beat(10 * 60)
        assert one.show(text) is Verdict.ADMIT
        one.beat(60)
    first.show(text, Direction.EXIT)
    for one in (first, second):
        one.beat(14 * 60)
        one.tell_all()
    assert [one.code for one in compare(world).result.findings] == ["pass-at-two-gates"]


def test_the_job_compares_yesterday_once_and_an_incomplete_day_again(world: World) -> None:
    gate, _ = morning(world)
    world.clock.set(BEGINS + timedelta(hours=34))
    assert days_to_reconcile(world.environment) == [(MEDIUM, DAY)]
    assert reconcile_days(world.environment) == 1
    assert reconcile_days(world.environment) == 0
    gate.beat(25 * 60)
    gate.tell_all()
    world.clock.tick(days=3)
    assert (MEDIUM, DAY) in days_to_reconcile(world.environment)
    reconcile_days(world.environment)
    rows = reconciliations(world.environment, SYSTEM, institution=MEDIUM)
    assert {row.day: row.verdict for row in rows}[DAY] == "clean"


def test_who_may_compare_and_who_may_read(world: World) -> None:
    with pytest.raises(Refusal):
        world.run(world.as_officer("head"), lambda unit: reconcile_day(unit, institution=MEDIUM, day=DAY))
    with pytest.raises(Refusal):
        reconciliations(world.environment, world.as_officer("registry_officer"), institution=MEDIUM)
    assert reconciliations(world.environment, world.as_officer("auditor"), institution=MEDIUM) == []
