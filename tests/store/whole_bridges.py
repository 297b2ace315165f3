"""Bridges of the installation of `tests.store.whole`: keys, journals, what contradicts them, PINs, comparisons."""

from hashlib import sha256

from service.store import tables as t
from service.store.unit_of_work import UnitOfWork
from tests.store.whole_files import DAY, HOUSE, Whole


def bridges(made: Whole) -> None:
    bridge, officer = made.ids["device_bridge"], made.ids["officer_head"]

    def keys(unit: UnitOfWork) -> None:
        for name in ("first", "second"):
            holds = {"holds_from": unit.now} if name == "first" else {}
            made.new(
                unit, f"bridge_key_{name}", t.BridgeKey, institution_id=HOUSE, device_id=bridge, journal="0" * 16,
                signing_key=("a" if name == "first" else "b") * 64, sealing_key="c" * 64, asked_at=unit.now, **holds,
            )  # fmt: skip

    made.act("bridge.key_asked", HOUSE, keys)

    def approve(unit: UnitOfWork) -> None:
        made.change(unit, t.BridgeKey, "bridge_key_first", ended_at=unit.now)
        made.change(unit, t.BridgeKey, "bridge_key_second", holds_from=unit.now, approved_by=officer)

    made.act("bridge.key_approved", HOUSE, approve)

    def entries(unit: UnitOfWork) -> None:
        for number in (1, 2):
            entry = f"entry {number}".encode()
            cells = {
                "institution_id": HOUSE, "device_id": bridge, "number": number, "digest": sha256(entry).hexdigest(),
                "entry": entry, "received_at": unit.now,
            }  # fmt: skip
            made.new(
                unit, f"entry_{number}", t.JournalEntry, key_id=made.ids["bridge_key_first"], kind="heartbeat",
                at=unit.now, **cells,
            )  # fmt: skip
            made.new(unit, f"fault_{number}", t.JournalFault, kind="fork", expected="d" * 64, **cells)

    made.act("bridge.journal_taken", HOUSE, entries)

    def pins(unit: UnitOfWork) -> None:
        for name in ("head", "registrar"):
            person = made.ids[name]
            made.new(
                unit, f"pin_{name}", t.GatePin, officer_id=made.ids[f"officer_{name}"], person_id=person,
                verifier="$argon2id$x", set_at=unit.now,
            )  # fmt: skip

    made.act("gate_pin.set", t.NATIONAL, pins)
    made.act("gate_pin.set", t.NATIONAL, lambda unit: made.change(unit, t.GatePin, "pin_head", ended_at=unit.now))

    def compared(unit: UnitOfWork) -> None:
        for number in (0, 1):
            note = f"note {number}".encode()
            made.new(
                unit, f"reconciliation_{number}", t.Reconciliation, institution_id=HOUSE, day=DAY, made_at=unit.now,
                verdict="findings", doors=2, matched=1, manual_releases=1, heartbeat_gaps=1, counter_gaps=1,
                long_stays=1, at_two_gates=1, journal_faults=1, digest=sha256(note).hexdigest(), note=note,
            )  # fmt: skip

    made.act("gate.reconciled", HOUSE, compared)
