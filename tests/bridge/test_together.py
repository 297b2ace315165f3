"""Codes that come together are decided and recorded as if one had come after the other, in fewer writes."""

import errno
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.decide import Source, Verdict
from firmware_bridge.disk import JournalFile
from firmware_bridge.fakes import FakeClock, MemoryFile
from firmware_bridge.gatehouse import Place
from firmware_bridge.journal import LARGEST_ENTRY, Journal
from tests.bridge.cast import FAMILY, FORGED, IN, MIDDAY, OUT, SECOND_IN, TOO_EARLY, LiveState, gatehouse, token

FRAME = 8
TOKENS = [FAMILY, FORGED, TOO_EARLY, "NO PASS AT ALL", *(token(visitor) for visitor in (1, 2, 3))]
CODES = st.lists(st.tuples(st.sampled_from([IN, SECOND_IN, OUT]), st.sampled_from(TOKENS)), max_size=14, unique=True)
"""A code is muted while it is in its reader's view: no reader puts one twice at once."""


class Counting(MemoryFile):
    """Remembers how long each write was, and takes `most` octets."""

    def __init__(self, most: int = 1 << 30) -> None:
        super().__init__(did=self.note)
        self.lengths: list[int] = []
        self.syncs = 0
        self._most = most

    def note(self, act: str) -> None:
        self.syncs += act == "sync"

    def append(self, octets: bytes) -> None:
        self.lengths.append(len(octets))
        if len(self.written) + len(octets) > self._most:
            self.written += octets[: self._most - len(self.written)]
            raise OSError(errno.ENOSPC, "No space left on device")
        super().append(octets)


def records(file: MemoryFile) -> list[dict[str, object]]:
    return [dict(record.facts) for record in Journal(MemoryFile(file.durable)).taken_over()]


@given(codes=CODES)
def test_together_they_are_answered_and_recorded_as_one_after_the_other(codes: list[tuple[Place, str]]) -> None:
    alone, together = MemoryFile(), Counting()
    one_by_one = gatehouse(None, alone, FakeClock(MIDDAY))
    expected = [one_by_one.decide(place, text) for place, text in codes]
    assert gatehouse(None, together, FakeClock(MIDDAY)).decide_together(codes) == expected
    assert together.durable == alone.durable
    assert max(together.lengths) <= FRAME + LARGEST_ENTRY, "a write that is cut off is recognised by its length"


def test_families_at_several_readers_share_a_sync() -> None:
    file = Counting()
    gate = gatehouse(None, file)
    before = file.syncs
    given = gate.decide_together([(IN, token(1)), (SECOND_IN, token(2)), (OUT, token(3))])
    assert [one.verdict for one in given] == [Verdict.ADMIT, Verdict.ADMIT, Verdict.LEAVE]
    assert file.syncs == before + 1
    assert [one["kind"] for one in records(file)] == ["start", *["scan"] * 3]


def test_one_pass_at_two_readers_at_once_is_let_in_by_one_of_them() -> None:
    given = gatehouse().decide_together([(IN, FAMILY), (SECOND_IN, FAMILY)])
    assert [(one.verdict, one.reason) for one in given] == [
        (Verdict.ADMIT, None),
        (Verdict.REFUSE, "already-inside"),
    ]


@given(room=st.integers(0, 9000))
def test_a_disk_that_fills_up_between_them_lets_in_only_whoever_is_recorded(room: int) -> None:
    started = Counting()
    gatehouse(None, started)
    file = Counting(len(started.written) + room)
    gate = gatehouse(None, file)
    codes = [(IN, token(visitor)) for visitor in range(8)] + [(OUT, token(9))]
    given = gate.decide_together(codes)
    recorded = {number for number, one in enumerate(records(file), 1) if one.get("decided")}
    for decision in given[:-1]:
        assert (decision.verdict is Verdict.ADMIT) == (decision.sequence in recorded)
        assert decision.verdict is Verdict.ADMIT or decision.reason == "not-recorded"
    assert given[-1].verdict is Verdict.LEAVE, "whoever goes out is not held by a disk"
    assert gate.inside == sum(one.verdict is Verdict.ADMIT for one in given)
    again = gatehouse(None, MemoryFile(file.durable))
    assert again.inside == gate.inside, "the journal tells the same as the memory"
    assert [one.verdict for one in again.decide_together(codes)] == [*[Verdict.ADMIT] * 8, Verdict.LEAVE]


def test_each_is_asked_of_a_service_that_there_is() -> None:
    live = LiveState()
    gate = gatehouse(live)
    assert gate.asks
    given = gate.decide_together([(IN, token(1)), (SECOND_IN, token(2)), (IN, "NO PASS AT ALL")])
    assert [one.source for one in given] == [Source.LIVE, Source.LIVE, Source.OFFLINE]
    assert len(live.scans) == 2


@given(lengths=st.lists(st.integers(0, 2500), min_size=1, max_size=9))
def test_many_records_are_as_few_writes_as_are_no_longer_than_the_longest_record(lengths: list[int]) -> None:
    file: Counting = Counting()
    a_file: JournalFile = file
    journal = Journal(a_file)
    assert journal.append_all([{"text": "x" * length} for length in lengths]) == journal.head[0] == len(lengths)
    assert len(Journal(MemoryFile(file.durable)).taken_over()) == len(lengths)
    assert max(file.lengths) <= FRAME + LARGEST_ENTRY
    starts = [sum(file.lengths[:number]) for number in range(len(file.lengths) + 1)]
    for start, after in pairwise(starts[1:]):
        first = FRAME + int.from_bytes(file.durable[start : start + 4], "big")
        assert first <= after - start
        assert start - starts[starts.index(start) - 1] + first > FRAME + LARGEST_ENTRY, "it would have fitted"
