"""A scan's records are spelled by hand: they read as what was to be said, and as the journal spells all others."""

import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.decide import Decision, Direction, Source, Verdict
from firmware_bridge.fakes import FakeClock, MemoryFile
from firmware_bridge.journal import Journal, spelled
from firmware_bridge.link import Question
from firmware_bridge.memory import Asked, Memory, decision_facts, question_key, scan_facts
from firmware_bridge.passes import Refusal
from tests.bridge.cast import FAMILY, IN, MIDDAY, gatehouse

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
MOMENTS = st.builds(
    datetime.fromtimestamp,
    st.floats(1.7e9, 3e9),
    st.sampled_from([UTC, timezone(timedelta(hours=5))]),
)
REASONS = st.none() | st.sampled_from(Refusal) | NAMES


@given(gate=NAMES, reader=NAMES, at=MOMENTS, reason=REASONS, verdict=st.sampled_from(Verdict), decided=st.booleans())
def test_a_scan_reads_as_what_was_scanned(
    gate: str, reader: str, at: datetime, reason: str | None, verdict: Verdict, decided: bool
) -> None:
    question = Question(question_key("j", 7), 7, gate, reader, Direction.ENTRY, FAMILY, at)
    octets = scan_facts(Asked(question, verdict, reason, "ab" * 16), is_decided=decided)
    facts = json.loads(octets)
    assert octets == spelled(facts)
    memory = Memory("j")
    memory.fold(7, facts)
    (asked,) = memory.unheard.values()
    assert (asked.question, asked.offline, asked.reason, asked.pass_id) == (question, verdict, reason, "ab" * 16)
    assert asked.decision == (Decision(verdict, reason, Source.OFFLINE, 7) if decided else None)


@given(
    at=MOMENTS, reason=REASONS, verdict=st.sampled_from(Verdict), source=st.sampled_from(Source), scan=st.none() | NAMES
)
def test_a_decision_reads_as_what_was_decided(
    at: datetime, reason: str | None, verdict: Verdict, source: Source, scan: str | None
) -> None:
    octets = decision_facts(7, Decision(verdict, reason, source, 7, scan), at)
    facts = json.loads(octets)
    assert octets == spelled(facts)
    assert facts == {
        "kind": "decision",
        "of": 7,
        "at": at.isoformat(),
        "verdict": verdict,
        "reason": reason,
        "source": source,
        "scan": scan,
    }


def test_where_nobody_is_asked_a_scan_and_its_answer_are_one_record_or_none() -> None:
    file = MemoryFile()
    gatehouse(None, file, FakeClock(MIDDAY)).decide(IN, FAMILY)
    start = len(Journal(MemoryFile(file.durable)).entries(1, 1)[0]) + 8
    for length in range(start, len(file.durable) + 1):
        left = MemoryFile(file.durable[:length])
        again = gatehouse(None, left, FakeClock(MIDDAY))
        assert again.inside == (length == len(file.durable)), "an answer nobody heard lets nobody in"
        assert again.decide(IN, FAMILY).verdict is Verdict.ADMIT, "whoever heard nothing shows it again"
