"""The gatehouse of one bridge: every scan is journalled, decided, journalled again, and only then answered."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from firmware_bridge.book import Book
from firmware_bridge.clock import Clock
from firmware_bridge.decide import Decision, Direction, Offline, Source, Verdict, nothing, offline
from firmware_bridge.journal import Journal, NotRecorded
from firmware_bridge.link import Answer, Link, NoAnswer, NoLink, Question
from firmware_bridge.memory import (
    UNANSWERED,
    Asked,
    Memory,
    decision_facts,
    offline_decision,
    question_key,
    scan_facts,
)
from firmware_bridge.passes import PublicKey, Refusal
from firmware_bridge.rules import Rules
from firmware_bridge.today import Answered, Today
from firmware_bridge.unheard import Unheard

LIVE_DEADLINE = 0.3
FITTING = {
    Direction.ENTRY: {Verdict.ADMIT, Verdict.REFUSE},
    Direction.EXIT: {Verdict.LEAVE, Verdict.REFUSE},
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands: its own name, the gate as the service names it, the zone, the way people go."""

    reader: str
    gate: str
    gate_zone: int
    direction: Direction


@dataclass(slots=True)
class _Shown:
    """A code on its way to an answer. With `is_asked` the service has to be asked about `asked`."""

    place: Place
    text: str
    decision: Decision | None = None
    pass_id: str | None = None
    asked: Asked | None = None
    is_asked: bool = False


class Gatehouse:
    """Decides for all readers of one bridge; safe to call from their threads.

    `new_id` names a new journal and is asked once in its life: 16 hexadecimal digits of chance. `keys` are those of the
    settings; `today` has those of the newest bundle, its revocations, and hears every answer.
    """

    def __init__(
        self,
        institution: int,
        keys: Mapping[int, PublicKey],
        *,
        journal: Journal,
        link: Link,
        clock: Clock,
        new_id: Callable[[], str],
        revoked: Callable[[bytes], bool] = nothing,
        deadline: float = LIVE_DEADLINE,
        today: Today | None = None,
    ) -> None:
        self._today = today or Today(clock)
        self._rules = Rules(institution, keys, revoked, self._today)
        self._journal = journal
        self._link = link
        self._clock = clock
        self._deadline = deadline
        self._lock = Lock()
        self._memory = Memory()
        for record in journal.taken_over():
            self._memory.fold(record.sequence, record.facts)
        if self._memory.last_bundle is not None:
            number, seconds = self._memory.last_bundle
            self._today.was(number, timedelta(seconds=seconds))
        self._memory.journal_id = self._memory.journal_id or new_id()
        self._claimed: set[str] = set()
        self._deciding: set[int] = set()
        self._book = Book(journal, self._memory, clock)
        self._unheard = Unheard(self._memory, journal, link, clock, self._lock)
        self._given: dict[int, Verdict] = {}
        with suppress(NotRecorded):
            self._book.begin()

    def decide(self, place: Place, text: str) -> Decision:
        """Answers one scan. With the decision returned, its record is on the disk.

        Nobody is let in whose entry cannot be recorded; whoever leaves is let out all the same.
        """
        return self.decide_together([(place, text)])[0]

    def decide_together(self, shown: Sequence[tuple[Place, str]]) -> list[Decision]:
        """The same for codes that came together: where nobody is asked, their records are one write and one sync."""
        scans = [_Shown(place, text) for place, text in shown]
        try:
            with self._lock, suppress(NotRecorded):
                self._judge_all(scans)
            return [self._answered(scan) for scan in scans]
        finally:
            if any(scan.is_asked for scan in scans):
                with self._lock:
                    for scan in scans:
                        self._is_settled(scan)

    @property
    def asks(self) -> bool:
        """Whether there is a service to be asked, for which a reader waits."""
        return not isinstance(self._link, NoLink)

    def _judge_all(self, scans: Sequence[_Shown]) -> None:
        """Raises NotRecorded when something does not come to the disk; the scans say themselves what did."""
        self._settle_unanswered()
        try:
            for scan in scans:
                with suppress(NotRecorded):
                    self._judge(scan)
            self._book.write()
        finally:
            self._book.forget()

    def _answered(self, scan: _Shown) -> Decision:
        decision, pass_id = self._answer_to(scan), scan.pass_id
        place, now = scan.place, self._clock.now()
        who = None if pass_id is None else self._today.who(pass_id)
        self._today.answered(
            Answered(now, place.gate, place.gate_zone, place.reader, place.direction, decision, pass_id, who)
        )
        return decision

    def _answer_to(self, scan: _Shown) -> Decision:
        asked = scan.asked if scan.is_asked else None
        try:
            if asked is not None:
                return self._settled(asked, self._ask(asked))
        except NotRecorded:
            return self._unrecorded(scan.place, scan.text, asked)
        if scan.decision is not None and (scan.asked is None or scan.asked.decision is not None):
            return scan.decision
        scan.pass_id = None
        return self._unrecorded(scan.place, scan.text, None)

    def _is_settled(self, scan: _Shown) -> None:
        if scan.is_asked and scan.asked is not None:
            self._deciding.discard(scan.asked.question.sequence)
            self._claimed.discard(scan.asked.pass_id)

    def record_door(self, place: Place, decision: Decision, door: str) -> None:
        """Notes that a door is opened for a decision, before it is. Raises NotRecorded: then it stays shut."""
        self.note("door", gate=place.gate, reader=place.reader, door=door, of=decision.sequence)

    def note(self, kind: str, **facts: Any) -> int:
        """Brings any other occurrence to the journal; answers its number. Raises NotRecorded."""
        with self._lock:
            return self._note(kind, facts)

    def release(self, **facts: Any) -> int:
        """Notes that officers let somebody through by hand, and remembers it; see `release.py`. Raises NotRecorded."""
        with self._lock:
            number = self._note("release", facts)
            self._memory.released({**facts, "at": self._clock.now().isoformat()})
            return number

    def compared(self, **facts: Any) -> int:
        """Notes what an officer found when face and document were compared; with `matched` false the pass is not
        inside. Raises NotRecorded.
        """
        with self._lock:
            number = self._note("compared", facts)
            self._memory.compared(facts)
            return number

    def _note(self, kind: str, facts: Mapping[str, Any]) -> int:
        self._book.begin()
        now = self._clock.now()
        self._book.watch_clock(now, self._clock.monotonic())
        return self._book.append({"kind": kind, "at": now.isoformat(), **facts})

    def send_unheard(self, within: float) -> int:
        """Tells the service of answered scans it has not heard of, oldest first, until it is not heard itself.

        Answers how many it now knows. A scan it will not take stays in the journal and is offered again later.
        """
        with suppress(NotRecorded), self._lock:
            self._settle_unanswered()
        return self._unheard.send(within)

    @property
    def unheard(self) -> int:
        """How many answered scans the service has not heard of."""
        with self._lock:
            return sum(asked.decision is not None for asked in self._memory.unheard.values())

    @property
    def is_recording(self) -> bool:
        """Whether the last record came to the disk; while it did not, nobody is let in."""
        return self._journal.is_writable

    @property
    def inside(self) -> int:
        """How many passes were let in here and not out again."""
        with self._lock:
            return len(self._memory.inside)

    @property
    def who_is_inside(self) -> dict[str, datetime]:
        """The passes that were let in here and not out again, and when."""
        with self._lock:
            return dict(self._memory.inside)

    @property
    def journal_id(self) -> str:
        """The name of the journal: 16 hexadecimal digits."""
        return self._memory.journal_id

    def _judge(self, scan: _Shown) -> None:
        """Finds the answer, or that the service is to be asked. Raises NotRecorded."""
        place, text, now, moment = scan.place, scan.text, self._clock.now(), self._clock.monotonic()
        again = self._memory.same_scan(text, (place.reader, place.gate, place.direction), now, moment)
        if again is not None and again.decision is not None:
            if again.decision.verdict is not Verdict.REFUSE:
                scan.decision, scan.pass_id = replace(again.decision, repeated=True), again.pass_id
                return
            if again.question.sequence not in self._memory.unheard:
                again = None
        alone = self._alone(place, text, now)
        pass_id = "" if alone.found is None else alone.found.pass_id.hex()
        if self._book.has(pass_id):
            # What is decided of a pass rests on what was recorded of it before.
            self._book.write()
            self._judge(scan)
            return
        if again is not None and (again.offline is alone.verdict or alone.verdict is Verdict.REFUSE):
            if again.offline is alone.verdict:
                again.reason = alone.refusal  # as it is now: the clock may have been set since
            self._put(scan, again)
            return
        self._book.begin()
        self._book.watch_clock(now, moment)
        if alone.found is None:
            self._book.misread(place.gate, place.reader, text, now, moment)
            scan.decision = Decision(alone.verdict, alone.refusal, Source.OFFLINE)
            return
        sequence = self._book.next
        key = question_key(self._memory.journal_id, sequence)
        question = Question(key, sequence, place.gate, place.reader, place.direction, text, now)
        asked = Asked(question, alone.verdict, alone.refusal, pass_id, shown_at=moment)
        if not self.asks or self._is_behind(asked):
            # Nobody is asked: question and answer are one record, and the holder waits for one sync and not for two.
            scan.asked, scan.pass_id = asked, pass_id
            scan.decision = offline_decision(asked)
            self._book.decided(asked, scan.decision)
            return
        self._book.append(scan_facts(asked))
        self._memory.asked(asked)
        self._put(scan, asked)

    def _put(self, scan: _Shown, asked: Asked) -> None:
        """The service is to be asked about it."""
        scan.asked, scan.pass_id, scan.is_asked = asked, asked.pass_id, True
        self._deciding.add(asked.question.sequence)
        if asked.offline is Verdict.ADMIT:
            self._claimed.add(asked.pass_id)

    def _alone(self, place: Place, text: str, now: datetime) -> Offline:
        """The answer from the pass and what is known here; nobody is let in by what is known too long."""
        alone = offline(text, self._rules.at(place.gate_zone), place.direction, now, self._is_inside)
        if alone.verdict is Verdict.ADMIT and self._today.is_too_old:
            return Offline(Verdict.REFUSE, Refusal.LIST_TOO_OLD, alone.found)
        return alone

    def _settle_unanswered(self) -> None:
        """Closes scans that a crash or a full disk left without an answer: nobody was let in by them, and the
        service, which may have answered, is told so. Whoever goes out was not held.
        """
        for asked in self._memory.unanswered(self._clock.now(), self._clock.monotonic()):
            if asked.question.sequence in self._deciding:
                continue
            self._book.begin()
            given = self._given.pop(asked.question.sequence, Verdict.REFUSE)
            decision = Decision(given, UNANSWERED, Source.OFFLINE, asked.question.sequence)
            self._journal.append(decision_facts(asked.question.sequence, decision, self._clock.now()))
            self._memory.decided(asked, decision)

    def _ask(self, asked: Asked) -> Answer | NoAnswer:
        """Asks the service, unless it has yet to hear of earlier scans of this pass: its state is then older
        than the gate's own, and it would let in again whoever was let in while it was away.
        """
        with self._lock:
            if self._is_behind(asked):
                return NoAnswer("earlier scans of this pass are not uploaded yet")
        return self._link.ask(asked.question, self._deadline)

    def _is_behind(self, asked: Asked) -> bool:
        """Whether the service has yet to hear of an earlier scan of the pass."""
        return any(
            earlier.question.sequence < asked.question.sequence and self._matters(earlier)
            for earlier in self._memory.unheard_of(asked.pass_id)
        )

    def _matters(self, earlier: Asked) -> bool:
        """Whether the service's ignorance of a scan matters: a refusal it will not take changes nothing."""
        if earlier.decision is None:
            return earlier.question.sequence not in self._deciding
        is_dropped = self._unheard.is_postponed(earlier.question.sequence)
        return earlier.decision.verdict is not Verdict.REFUSE or not is_dropped

    def _settled(self, asked: Asked, answer: Answer | NoAnswer) -> Decision:
        question = asked.question
        if isinstance(answer, Answer) and answer.verdict in FITTING[question.direction]:
            decision = Decision(answer.verdict, answer.reason, Source.LIVE, question.sequence, answer.scan)
        else:
            decision = offline_decision(asked)
        with self._lock:
            self._journal.append(decision_facts(question.sequence, decision, self._clock.now()))
            self._memory.decided(asked, decision)
        return decision

    def _unrecorded(self, place: Place, text: str, asked: Asked | None) -> Decision:
        alone = offline(text, self._rules.at(place.gate_zone), place.direction, self._clock.now())
        verdict = Verdict.LEAVE if alone.verdict is Verdict.LEAVE else Verdict.REFUSE
        if asked is not None:
            self._given[asked.question.sequence] = verdict
        reason = Refusal.NOT_RECORDED if verdict is Verdict.LEAVE else alone.refusal or Refusal.NOT_RECORDED
        return Decision(verdict, reason, Source.OFFLINE)

    def _is_inside(self, pass_id: bytes) -> bool:
        name = pass_id.hex()
        return name in self._memory.inside or name in self._claimed
