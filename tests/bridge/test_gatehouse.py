"""What a gate answers, with and without the service, and what its journal knows afterwards."""

from datetime import timedelta
from typing import Any

from firmware_bridge.decide import Decision, Verdict
from firmware_bridge.fakes import FakeClock, MemoryFile
from firmware_bridge.gatehouse import Place
from firmware_bridge.journal import Journal
from firmware_bridge.link import Answer, NoAnswer
from tests.bridge.cast import (
    FAMILY,
    FORGED,
    IN,
    JOURNAL,
    MIDDAY,
    OUT,
    SECOND_IN,
    TOO_EARLY,
    LiveState,
    Says,
    gatehouse,
    token,
)
from tests.passes.vectors import VISIT


def short(decision: Decision) -> tuple[str, str | None, str]:
    return decision.verdict.value, decision.reason, decision.source.value


def kinds(file: MemoryFile) -> list[str]:
    return [record.facts["kind"] for record in Journal(MemoryFile(file.durable)).taken_over()]


def test_without_the_service_the_pass_itself_decides() -> None:
    gate = gatehouse()
    assert short(gate.decide(IN, FAMILY)) == ("admit", None, "offline")
    assert short(gate.decide(IN, FORGED)) == ("refuse", "bad-signature", "offline")
    assert short(gate.decide(IN, TOO_EARLY)) == ("refuse", "too-early", "offline")
    assert short(gate.decide(IN, "4870001234567")) == ("refuse", "malformed", "offline")


def test_a_revoked_pass_is_refused_without_the_service_too() -> None:
    gate = gatehouse(revoked=frozenset({VISIT.pass_id}))
    assert short(gate.decide(IN, token(pass_id=VISIT.pass_id))) == ("refuse", "revoked", "offline")
    assert short(gate.decide(IN, FAMILY)) == ("admit", None, "offline")


def test_another_gate_than_the_home_gate_is_manual_offline() -> None:
    elsewhere = Place("block", "gate-block", VISIT.gate_zone + 1, IN.direction)
    assert short(gatehouse().decide(elsewhere, FAMILY)) == ("refuse", "wrong-gate", "offline")


def test_with_the_service_the_live_state_decides() -> None:
    link = Says(Answer(Verdict.REFUSE, "not-granted", "scan-7"))
    decision = gatehouse(link).decide(IN, FAMILY)
    assert short(decision) == ("refuse", "not-granted", "live")
    assert decision.scan == "scan-7"


def test_the_service_is_not_asked_about_a_milk_carton() -> None:
    live = LiveState()
    gatehouse(live).decide(IN, "4870001234567")
    assert live.asked == 0


def test_an_answer_for_the_other_way_is_no_answer() -> None:
    nonsense = Says(Answer(Verdict.LEAVE, None, "scan-1"))
    assert short(gatehouse(nonsense).decide(IN, FAMILY)) == ("admit", None, "offline")


def test_offline_a_pass_goes_in_once_until_it_came_out() -> None:
    clock = FakeClock(MIDDAY)
    gate = gatehouse(clock=clock)
    said = []
    for place in (IN, IN, OUT, IN):
        said.append(short(gate.decide(place, FAMILY)))
        clock.moved(61)
    assert said == [
        ("admit", None, "offline"),
        ("refuse", "already-inside", "offline"),
        ("leave", None, "offline"),
        ("admit", None, "offline"),
    ]
    assert gate.inside == 1


def test_a_late_pass_lets_its_family_out() -> None:
    clock = FakeClock(MIDDAY)
    gate = gatehouse(clock=clock)
    gate.decide(IN, FAMILY)
    clock.set(VISIT.not_after + timedelta(hours=3))
    assert short(gate.decide(OUT, FAMILY)) == ("leave", None, "offline")


def test_the_same_pass_within_a_minute_at_the_same_reader_gets_the_same_answer_and_no_new_record() -> None:
    file, clock, live = MemoryFile(), FakeClock(MIDDAY), LiveState()
    gate = gatehouse(live, file, clock)
    first = gate.decide(IN, FAMILY)
    clock.moved(59)
    again = gate.decide(IN, FAMILY)
    assert again.repeated
    assert (again.verdict, again.sequence, again.scan) == (first.verdict, first.sequence, first.scan)
    assert kinds(file) == ["start", "scan", "decision"]
    assert live.asked == 1


def test_another_reader_does_not_repeat_the_answer() -> None:
    gate = gatehouse()
    gate.decide(IN, FAMILY)
    assert short(gate.decide(SECOND_IN, FAMILY)) == ("refuse", "already-inside", "offline")


def test_the_scan_is_on_the_disk_before_the_service_is_asked_and_the_decision_before_it_is_given() -> None:
    file = MemoryFile()
    seen: list[list[str]] = []

    class Watching(LiveState):
        def ask(self, *arguments: Any, **named: Any) -> Answer | NoAnswer:
            seen.append(kinds(file))
            return super().ask(*arguments, **named)

    gatehouse(Watching(), file).decide(IN, FAMILY)
    assert seen == [["start", "scan"]]
    assert kinds(file) == ["start", "scan", "decision"]


def test_a_full_disk_lets_nobody_in_and_everybody_out() -> None:
    file = MemoryFile()
    gate = gatehouse(LiveState(), file)
    gate.decide(IN, FAMILY)
    file.full = True
    assert short(gate.decide(IN, token(2))) == ("refuse", "not-recorded", "offline")
    assert short(gate.decide(OUT, FAMILY)) == ("leave", "not-recorded", "offline")
    file.full = False
    assert short(gate.decide(IN, token(2))) == ("admit", None, "live")


def test_a_crash_before_the_answer_turns_no_family_away() -> None:
    """The service let them in, the bridge died before it could say so, they hold the pass up again."""
    file, clock, live = MemoryFile(), FakeClock(MIDDAY), LiveState()
    first = gatehouse(live, file, clock).decide(IN, FAMILY)
    without_decision = file.durable[: file.durable.rindex(b'{"at"') - 48]
    clock.moved(10)
    again = gatehouse(live, MemoryFile(without_decision), clock).decide(IN, FAMILY)
    assert short(again) == ("admit", None, "live")
    assert again.scan == first.scan
    assert len(live.scans) == 1


def test_a_late_answer_is_asked_for_again_and_not_counted_twice() -> None:
    """The pass's key is new to this bridge: alone it must refuse, but the service has let the family in."""
    clock, live = FakeClock(MIDDAY), LiveState()
    live.answers_arrive = False
    gate = gatehouse(live, clock=clock)
    unknown_key = token(key_id=5)
    assert short(gate.decide(IN, unknown_key)) == ("refuse", "unknown-key", "offline")
    live.answers_arrive = True
    clock.moved(5)
    assert short(gate.decide(IN, unknown_key)) == ("admit", None, "live")
    assert len(live.scans) == 1


def test_a_family_refused_for_want_of_an_answer_is_asked_about_anew_once_the_service_knows() -> None:
    """The upload told the service of the refusal: the next scan is another one, and theirs to be let in by."""
    clock, live = FakeClock(MIDDAY), LiveState()
    live.reachable = False
    gate = gatehouse(live, clock=clock)
    unknown_key = token(key_id=5)
    assert short(gate.decide(IN, unknown_key)) == ("refuse", "unknown-key", "offline")
    live.reachable = True
    gate.send_unheard(10)
    clock.moved(5)
    assert short(gate.decide(IN, unknown_key)) == ("admit", None, "live")
    assert [question.answered for question in live.scans.values()] == [Verdict.REFUSE, None]


def test_a_question_asked_while_somebody_waits_says_nothing_of_the_gates_own_verdict() -> None:
    live = LiveState()
    gatehouse(live).decide(IN, FAMILY)
    (question,) = live.scans.values()
    assert question.answered is None


def test_after_a_restart_the_gate_remembers_who_is_inside_and_what_is_unheard() -> None:
    file, clock = MemoryFile(), FakeClock(MIDDAY)
    gatehouse(None, file, clock).decide(IN, FAMILY)
    clock.moved(120)
    live = LiveState()
    again = gatehouse(live, MemoryFile(file.durable), clock)
    assert (again.inside, again.unheard) == (1, 1)
    assert again.send_unheard(10) == 1
    assert again.unheard == 0
    (question,) = live.scans.values()
    assert question.key == f"scan-{JOURNAL}-2-late"
    assert (question.scanned_at, question.answered, question.sequence) == (MIDDAY, Verdict.ADMIT, 2)


def test_scans_are_sent_oldest_first_until_the_service_is_gone_again() -> None:
    live = LiveState()
    live.reachable = False
    gate = gatehouse(live)
    for visitor in range(5):
        gate.decide(IN, token(visitor))
    assert gate.send_unheard(10) == 0
    assert gate.unheard == 5
    live.reachable = True
    assert gate.send_unheard(10) == 5
    assert list(live.scans) == sorted(live.scans)
    assert {question.answered for question in live.scans.values()} == {Verdict.ADMIT}
    assert gate.send_unheard(10) == 0


def test_the_service_is_not_asked_about_a_pass_whose_earlier_scans_it_has_not_heard_of() -> None:
    live = LiveState()
    live.reachable = False
    gate = gatehouse(live)
    gate.decide(IN, FAMILY)
    live.reachable = True
    assert short(gate.decide(SECOND_IN, FAMILY)) == ("refuse", "already-inside", "offline")
    assert live.scans == {}
    assert gate.send_unheard(10) == 2
    assert [answer.verdict for answer in live.given.values()] == [Verdict.ADMIT, Verdict.REFUSE]


def test_a_scan_the_service_will_not_take_holds_nothing_up_and_is_not_thrown_away() -> None:
    clock = FakeClock(MIDDAY)
    link = Says(NoAnswer("the service answered 422", lasting=True))
    gate = gatehouse(link, clock=clock)
    gate.decide(IN, token(1))
    gate.decide(IN, token(2))
    assert gate.send_unheard(10) == 0
    assert gate.unheard == 2
    link.answer = Answer(Verdict.ADMIT, None, "scan-1")
    assert gate.send_unheard(10) == 0
    clock.moved(3601)
    assert gate.send_unheard(10) == 2


def test_the_journal_names_no_person_and_the_record_of_a_misread_holds_no_text() -> None:
    file = MemoryFile()
    gatehouse(None, file).decide(IN, "IVANOV IVAN 900101300017")
    assert b"IVANOV" not in file.durable
    assert kinds(file) == ["start", "misread"]
