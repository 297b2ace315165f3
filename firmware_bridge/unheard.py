"""Telling the service afterwards what a gate answered on its own: oldest first, many at a time, until it is not heard.

An answered scan stays here until the journal says that the service knows it. One the service will not take holds
nothing up, stays in the journal, and is offered again each hour.
"""

from itertools import islice
from threading import Lock

from firmware_bridge.clock import Clock
from firmware_bridge.journal import Journal, NotRecorded
from firmware_bridge.link import Answer, Link
from firmware_bridge.memory import Asked, Memory, afterwards, answer_facts, answers_facts

POSTPONED = 3600.0
AT_ONCE = 30
"""Scans of one request: what the service says of them is one record, which must not be longer than a record may be."""


class Unheard:
    """The answered scans of one bridge that the service has not heard of. Shares memory and lock with the gatehouse."""

    def __init__(self, memory: Memory, journal: Journal, link: Link, clock: Clock, lock: Lock) -> None:
        self._memory, self._journal, self._link, self._clock, self._lock = memory, journal, link, clock, lock
        self._postponed: dict[int, float] = {}

    def is_postponed(self, sequence: int) -> bool:
        """Whether the service would not take it the last time."""
        return sequence in self._postponed

    def send(self, within: float) -> int:
        """Answers how many scans the service knows now that it did not know before."""
        waiting, heard = iter(self._waiting()), 0
        while group := list(islice(waiting, AT_ONCE)):
            said = self._link.tell([afterwards(asked) for asked in group], within)
            taken: list[tuple[int, Answer]] = []
            is_there = True
            for asked, answer in zip(group, said, strict=True):
                if isinstance(answer, Answer):
                    taken.append((asked.question.sequence, answer))
                elif answer.lasting:
                    self._postponed[asked.question.sequence] = self._clock.monotonic() + POSTPONED
                else:
                    is_there = False
                    break
            try:
                self._note(taken)
            except NotRecorded:
                return heard
            heard += len(taken)
            if not is_there:
                return heard
        return heard

    def _note(self, taken: list[tuple[int, Answer]]) -> None:
        if not taken:
            return
        with self._lock:
            now = self._clock.now()
            facts = answer_facts(*taken[0], now) if len(taken) == 1 else answers_facts(taken, now)
            self._memory.fold(self._journal.append(facts), facts)

    def _waiting(self) -> list[Asked]:
        """What is due; and of the same passes what was postponed before it: heard in another order, who left while an
        entry waited would be inside for ever.
        """
        now = self._clock.monotonic()
        with self._lock:
            answered = [(number, one) for number, one in self._memory.unheard.items() if one.decision is not None]
        due = {number for number, _ in answered if self._postponed.get(number, now) <= now}
        newest: dict[str, int] = {}
        for number, one in answered:
            if number in due:
                newest[one.pass_id] = number
        return [one for number, one in answered if number <= newest.get(one.pass_id, 0)]
