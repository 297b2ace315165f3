"""A day of the gates against its appointments: what matches, and what somebody has to follow up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.reconciling import Day, Known, Result, Told, reconcile

BEGINS = datetime(2026, 3, 13, 19, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=1)
NOON = datetime(2026, 3, 14, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
VISIT = Known("pass-1", "visit-1", NOON - HOUR, NOON + 2 * HOUR, NOON + 2 * HOUR)


class Bridge:
    """Writes a journal as a bridge does, heartbeats included."""

    def __init__(self, name: str = "bridge-1", gate: str = "gate-1") -> None:
        self.name, self.gate = name, gate
        self.told: list[Told] = []

    def tell(self, kind: str, at: datetime, **facts: Any) -> int:
        self.told.append(Told(self.name, len(self.told) + 1, kind, at, facts))
        return len(self.told)

    def beats(self, begin: datetime = BEGINS, end: datetime = ENDS, *, left_out: range = range(0)) -> None:
        for minute in range(int((end - begin).total_seconds() // 60)):
            if minute not in left_out:
                self.tell("heartbeat", begin + timedelta(minutes=minute), up=60 * minute)

    def scan(
        self, at: datetime, pass_id: str = "pass-1", verdict: str = "admit", *, door: bool = True, alone: bool = False
    ) -> int:
        """With `alone` nobody was asked: the scan's own entry is the decision."""
        decided = {"decided": True} if alone else {}
        facts = {"pass": pass_id, "gate": self.gate, "offline": verdict if alone else "refuse", **decided}
        scan = self.tell("scan", at, **facts)
        if not alone:
            self.tell("decision", at, of=scan, verdict=verdict)
        if door and verdict == "admit":
            self.tell("door", at, of=scan, gate=self.gate)
        return scan


def compared(*bridges: Bridge, passes: tuple[Known, ...] = (VISIT,), **more: Any) -> Result:
    return reconcile(
        Day(
            BEGINS,
            ENDS,
            {bridge.name: BEGINS - HOUR for bridge in bridges},
            [told for bridge in bridges for told in bridge.told],
            {one.pass_id: one for one in passes},
            **more,
        )
    )


def quiet(name: str = "bridge-1", gate: str = "gate-1") -> Bridge:
    bridge = Bridge(name, gate)
    bridge.beats()
    return bridge


def codes(result: Result) -> list[str]:
    return [one.code for one in result.findings]


def test_a_day_on_which_every_door_had_its_appointment_is_clean() -> None:
    gate = quiet()
    gate.scan(NOON)
    gate.scan(NOON + HOUR, verdict="leave")
    result = compared(gate)
    assert (result.verdict, result.matched, result.doors, result.findings) == ("clean", 1, 1, ())


def test_what_a_gate_answered_alone_counts_like_what_it_asked_about() -> None:
    first, second = quiet("bridge-1", "gate-1"), quiet("bridge-2", "gate-2")
    first.scan(NOON, alone=True)
    first.tell("door", NOON, of=first.scan(NOON, verdict="refuse", alone=True), gate=first.gate)
    second.scan(NOON + timedelta(minutes=5), alone=True)
    second.scan(NOON + HOUR, verdict="leave", alone=True)
    result = compared(first, second)
    assert (result.doors, result.matched) == (3, 2)
    assert codes(result) == ["door-without-scan", "pass-at-two-gates"]


@pytest.mark.parametrize(
    ("pass_id", "at", "known", "code"),
    [
        ("pass-2", NOON, VISIT, "door-without-appointment"),
        ("pass-1", NOON - 2 * HOUR, VISIT, "door-outside-window"),
        (
            "pass-1",
            NOON,
            Known("pass-1", "visit-1", NOON - HOUR, NOON + HOUR, NOON + HOUR, NOON - HOUR),
            "door-after-withdrawal",
        ),
    ],
)
def test_a_door_without_a_true_ground_is_named(pass_id: str, at: datetime, known: Known, code: str) -> None:
    gate = quiet()
    gate.scan(at, pass_id)
    gate.scan(at + timedelta(minutes=1), pass_id, "leave")
    result = compared(gate, passes=(known,))
    assert (result.verdict, result.matched, result.doors, codes(result)) == ("findings", 0, 1, [code])


def test_a_door_that_no_scan_and_no_officer_opened_is_named() -> None:
    gate = quiet()
    gate.tell("door", NOON, of=None, gate="gate-1")
    scan = gate.scan(NOON, verdict="refuse")
    gate.tell("door", NOON, of=scan, gate="gate-1")
    assert codes(compared(gate)) == ["door-without-scan"] * 2


def test_a_release_by_hand_is_an_opening_and_always_named() -> None:
    gate = quiet()
    gate.tell("release", NOON, **{"pass": "pass-1", "gate": "gate-1", "direction": "entry", "officers": ["a", "b"]})
    gate.scan(NOON + HOUR, verdict="leave")
    gate.tell("release", NOON, **{"pass": None, "gate": "gate-1", "direction": "entry", "officers": ["a", "b"]})
    result = compared(gate)
    assert (result.matched, result.doors) == (1, 2)
    assert codes(result) == ["door-without-appointment", "manual-release", "manual-release"]


def test_silence_longer_than_three_heartbeats_is_named_with_its_length() -> None:
    gate = Bridge()
    gate.beats(left_out=range(100, 110))
    (gap,) = compared(gate).findings
    assert (gap.code, gap.seconds, gap.other) == ("heartbeat-gap", 660, "silent")
    steady = Bridge()
    steady.beats(left_out=range(100, 101))
    assert compared(steady).verdict == "clean"


def test_a_clock_that_was_set_is_no_silence_and_a_power_cut_is() -> None:
    gate = Bridge()
    for minute in range(1440):
        wrong = timedelta(hours=3) if 600 <= minute < 900 else timedelta(0)
        gate.tell("heartbeat", BEGINS + timedelta(minutes=minute) + wrong, up=60 * minute)
    assert compared(gate).verdict == "clean"
    cut = Bridge()
    cut.beats(end=NOON)
    cut.tell("start", NOON + HOUR, after="cut")
    cut.beats(NOON + HOUR)
    (gap,) = compared(cut).findings
    assert (gap.code, gap.other) == ("heartbeat-gap", "cut-off")


def test_the_same_pass_let_in_at_two_gates_is_named_with_both() -> None:
    first, second = quiet(), quiet("bridge-2", "gate-2")
    one = first.scan(NOON)
    other = second.scan(NOON + timedelta(minutes=10))
    first.scan(NOON + HOUR, verdict="leave")
    (found,) = compared(first, second).findings
    assert (found.code, found.number, found.pass_id) == ("pass-at-two-gates", other, "pass-1")
    assert found.other == f"bridge-1 gate-1 {one}"


def test_who_stays_longer_than_the_visit_is_named_whether_he_left_or_not() -> None:
    late, still = quiet(), quiet()
    late.scan(NOON)
    late.scan(NOON + 4 * HOUR, verdict="leave")
    still.scan(NOON)
    assert [(one.code, one.seconds) for one in compared(late).findings] == [("stay-too-long", 7200)]
    assert codes(compared(still)) == ["stay-too-long"]


def test_a_missing_number_and_a_scan_the_journal_does_not_tell_of_are_named() -> None:
    gate = quiet()
    scan = gate.scan(NOON)
    gate.scan(NOON + HOUR, verdict="leave")
    del gate.told[50]
    result = compared(gate, heard={"bridge-1": frozenset({scan, 7})})
    assert codes(result) == ["counter-gap", "scan-not-in-journal"]


def test_what_the_service_refused_of_a_journal_is_named() -> None:
    assert codes(compared(quiet(), faults=[("bridge-1", "fork", 12)])) == ["journal-fork"]


def test_a_day_is_incomplete_until_every_bridge_has_told_it_to_the_end() -> None:
    gate = Bridge()
    gate.beats(end=NOON)
    result = compared(gate, quiet("bridge-2"))
    assert (result.verdict, result.incomplete) == ("incomplete", ("bridge-1",))


@given(st.lists(st.sampled_from(["good", "unknown", "door", "hand"]), max_size=12), st.randoms())
def test_every_opening_is_counted_once_and_matched_only_with_its_appointment(openings: list[str], random: Any) -> None:
    gate = Bridge()
    for number, opening in enumerate(openings):
        at = NOON + timedelta(minutes=number)
        if opening in ("good", "unknown"):
            gate.scan(at, "pass-1" if opening == "good" else "pass-9")
        elif opening == "door":
            gate.tell("door", at, of=None, gate="gate-1")
        else:
            gate.tell("release", at, **{"pass": None, "gate": "gate-1", "direction": "entry"})
    told = list(gate.told)
    random.shuffle(told)
    gate.told = told
    result = compared(gate)
    assert (result.doors, result.matched) == (len(openings), openings.count("good"))
