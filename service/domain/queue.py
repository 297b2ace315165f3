"""The one rule of the queue for a full day: whoever asked first is offered the first place that becomes free.

"First" is the number of the event by which they joined, in the log of the institution. Numbers have no gap and no two
are alike, so there is no tie to settle, and anybody who holds the record recomputes the order (docs/queue.md).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from service.domain.refusal import refuse

State = Literal["waiting", "offered", "left", "passed", "closed"]
OFFER = timedelta(hours=12)
"""How long an offered place is kept at most."""
SHORTEST = timedelta(hours=1)
"""An offer that could stand no longer than this is not made: the queue for that time is closed."""
MOST_DAYS = 3
"""For how many days a person may wait at once, for one convict and kind: nobody stands everywhere."""
REACH = timedelta(days=3)
"""How many days around its own a long visit may take a place that somebody waits for."""

STEPS: Mapping[str, State] = {"offer": "offered", "leave": "left", "pass": "passed", "close": "closed"}


@dataclass(frozen=True, slots=True)
class QueueName:
    """One queue: an institution, a kind of visit, an institution-local day."""

    institution: str
    kind: str
    by_video: bool
    day: date


@dataclass(frozen=True, slots=True)
class InQueue:
    """Somebody who waits, by the number of the event by which they joined."""

    entry: str
    turn: int


def first(waiting: Iterable[InQueue]) -> InQueue | None:
    """Who is offered the next place; None where nobody waits."""
    return min(waiting, key=lambda one: one.turn, default=None)


def place_of(turn: int, waiting: Collection[int]) -> int:
    """The place in the queue of whoever joined in that turn, from 1; `waiting` are the turns of all who wait."""
    return 1 + sum(other < turn for other in waiting)


def step(name: str, state: str) -> State:
    """The state after a step of somebody who waits. Raises Refusal 'conflict' for one whose waiting has ended."""
    if state != "waiting":
        raise refuse("conflict", "state-does-not-allow")
    return STEPS[name]


def offered_until(now: datetime, starts_at: datetime) -> datetime | None:
    """Until when an offer made now stands: half of the time that is left, at most `OFFER`; None where that is too
    short to answer it."""
    stands = min(OFFER, (starts_at - now) // 2)
    return now + stands if stands >= SHORTEST else None


@dataclass
class Queues:
    """All queues of one log as its events tell of them, for recomputing who was whose turn."""

    waiting: dict[QueueName, dict[str, int]] = field(default_factory=dict)
    _queue_of: dict[str, QueueName] = field(default_factory=dict)

    def join(self, queue: QueueName, entry: str, turn: int) -> None:
        """Somebody joins."""
        self.waiting.setdefault(queue, {})[entry] = turn
        self._queue_of[entry] = queue

    def end(self, entry: str, state: str) -> str | None:
        """Somebody's waiting ends; answers who was passed by, where it ends with an offer out of turn."""
        queue = self._queue_of.pop(entry, None)
        if queue is None:
            return None
        waiting = self.waiting[queue]
        turn = waiting.pop(entry)
        if not waiting:
            del self.waiting[queue]
        if state != "offered":
            return None
        earlier = first(InQueue(other, at) for other, at in waiting.items() if at < turn)
        return None if earlier is None else earlier.entry

    def anybody(self, queue: QueueName) -> bool:
        """Whether somebody waits there: then no place of that day goes to a click."""
        return bool(self.waiting.get(queue))
