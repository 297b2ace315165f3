"""What a gate does when time, memory and restarts come between a scan and its answer."""

from datetime import timedelta
from typing import Any

import pytest

from firmware_bridge.decide import Decision, Source, Verdict
from firmware_bridge.fakes import FakeClock, MemoryFile
from firmware_bridge.journal import Journal
from firmware_bridge.link import NoAnswer
from tests.bridge.cast import (
    FAMILY,
    IN,
    MIDDAY,
    SECOND_IN,
    LiveState,
    Says,
    gatehouse,
    token,
)


def short(decision: Decision) -> tuple[str, str | None, str]:
    return decision.verdict.value, decision.reason, decision.source.value


def kinds(file: MemoryFile) -> list[str]:
    return [record.facts["kind"] for record in Journal(MemoryFile(file.durable)).taken_over()]


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_clock_set_wrong_by_hours_does_not_lose_or_double_a_scan(hours: int) -> None:
    file, clock, live = MemoryFile(), FakeClock(MIDDAY), LiveState()
    gate = gatehouse(live, file, clock)
    gate.decide(IN, token(1))
    clock.set(MIDDAY + timedelta(hours=hours))
    gate.decide(IN, token(2))
    clock.set(MIDDAY)
    gate.decide(IN, token(3))
    records = Journal(MemoryFile(file.durable)).taken_over()
    assert [record.sequence for record in records] == list(range(1, 10))
    moved = [record.facts["seconds"] for record in records if record.facts["kind"] == "clock"]
    assert moved == [hours * 3600, -hours * 3600]
    assert len(live.scans) == 3


def test_source_and_verdict_words_are_those_of_the_api() -> None:
    assert [verdict.value for verdict in Verdict] == ["admit", "leave", "refuse"]
    assert [source.value for source in Source] == ["live", "offline"]


def test_the_same_scan_is_the_same_whatever_happens_to_the_wall_clock() -> None:
    clock = FakeClock(MIDDAY)
    gate = gatehouse(clock=clock)
    gate.decide(IN, FAMILY)
    clock.moved(10)
    clock.set(MIDDAY - timedelta(hours=3))
    assert gate.decide(IN, FAMILY).repeated
    clock.moved(51)
    assert short(gate.decide(IN, FAMILY)) == ("refuse", "already-inside", "offline")


def test_a_clock_that_went_back_while_the_bridge_was_off_is_noted() -> None:
    file = MemoryFile()
    gatehouse(None, file).decide(IN, FAMILY)
    gatehouse(None, file, FakeClock(MIDDAY - timedelta(hours=2)))
    records = Journal(MemoryFile(file.durable)).taken_over()
    assert [record.facts["kind"] for record in records][-2:] == ["start", "clock"]
    assert records[-1].facts["seconds"] == -7200


def test_a_scan_that_nobody_heard_an_answer_to_is_closed_and_the_service_is_told_that_nobody_went_in() -> None:
    """The service let them in, the bridge died, and they did not come back to the reader within a minute."""
    file, clock, live = MemoryFile(), FakeClock(MIDDAY), LiveState()
    gatehouse(live, file, clock).decide(IN, FAMILY)
    without_decision = MemoryFile(file.durable[: file.durable.rindex(b'{"at"') - 48])
    clock.moved(300)
    live.reachable = False
    gate = gatehouse(live, without_decision, clock)
    assert short(gate.decide(SECOND_IN, FAMILY)) == ("admit", None, "offline"), "nobody is inside by a lost answer"
    live.reachable = True
    assert gate.send_unheard(10) == 2
    answered = [question.answered for question in live.requests.values() if question.answered is not None]
    assert answered == [Verdict.REFUSE, Verdict.ADMIT]


def test_a_pass_that_went_in_unheard_is_not_let_in_by_a_service_that_will_not_hear_of_it() -> None:
    clock, live = FakeClock(MIDDAY), LiveState()
    live.reachable = False
    gate = gatehouse(live, clock=clock)
    gate.decide(IN, FAMILY)
    link = Says(NoAnswer("the service answered 422", lasting=True))
    gate._link = link
    gate.send_unheard(10)
    gate._link = live
    live.reachable = True
    assert short(gate.decide(SECOND_IN, FAMILY)) == ("refuse", "already-inside", "offline")


def test_a_bored_visitor_does_not_fill_the_journal() -> None:
    file, clock = MemoryFile(), FakeClock(MIDDAY)
    gate = gatehouse(None, file, clock)
    for number in range(500):
        clock.moved(0.1)
        assert short(gate.decide(IN, f"CARTON {number}")) == ("refuse", "malformed", "offline")
    assert kinds(file).count("misread") == 30
    clock.moved(60)
    gate.decide(IN, "ONE MORE")
    assert kinds(file).count("misread") == 31


def test_ten_thousand_unheard_scans_do_not_slow_the_next_one() -> None:
    """Counted in steps of the interpreter, not in seconds."""
    import sys

    def steps(scans: int) -> int:
        gate = gatehouse()
        for visitor in range(scans):
            gate.decide(IN, token(visitor))
        text, count = token(scans + 1), 0

        def counts(*_: Any) -> Any:
            nonlocal count
            count += 1
            return counts

        before = sys.gettrace()  # what measures which lines are reached goes on afterwards
        sys.settrace(counts)
        gate.decide(IN, text)
        sys.settrace(before)
        return count

    assert steps(600) < 2 * steps(2)


def test_after_a_restart_the_last_answer_to_a_scan_holds() -> None:
    """Refused for want of an answer, asked about again and let in, then the bridge died: they are inside."""
    file, clock, live = MemoryFile(), FakeClock(MIDDAY), LiveState()
    live.reachable = False
    gate = gatehouse(live, file, clock)
    unknown_key = token(key_id=5)
    gate.decide(IN, unknown_key)
    live.reachable = True
    clock.moved(5)
    assert short(gate.decide(IN, unknown_key)) == ("admit", None, "live")
    again = gatehouse(live, MemoryFile(file.durable), clock)
    assert (again.inside, again.unheard) == (1, 0)
