"""Whose turn it was for a place on a full day, recomputed from the events alone (docs/queue.md)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import ClassVar

from service.domain.queue import QueueName, Queues
from service.record.fold import Change, Value
from service.record.leaf import Leaf
from service.store.verify.finding import Finding
from service.store.verify.rules.cells import found_in, plain


class QueueRule:
    """`rule.queue-turn`: a turn is not the number of the event that gave it; `rule.queue-order`: an offer passed
    somebody by; `rule.queue-jumped`: a place of a day for which somebody waited was taken out of the queue."""

    tables: ClassVar[frozenset[str]] = frozenset({"queue_entry", "appointment"})

    def __init__(self) -> None:
        self._queues = Queues()
        self._taken: list[Change] = []
        self._offered: set[str] = set()
        self._number: int | None = None
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:
        """Takes in a change."""
        if self._number != leaf.number:
            self._judge()
            self._number = leaf.number
        if change.table == "queue_entry":
            self._entry(change)
        else:
            self._appointment(change)

    def end_of_log(self) -> None:
        """Nothing of one log matters to another."""
        self._judge()
        self._queues, self._number = Queues(), None

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rule."""
        yield from self._findings

    def _entry(self, change: Change) -> None:
        cells, state = change.after, str(plain(change.after, "state"))
        if change.new:
            if plain(cells, "turn") != change.number:
                self._findings.append(found_in(change, "rule.queue-turn", f"turn {plain(cells, 'turn')}"))
            queue = _queue(cells, "wanted_on")
            if queue is not None:
                self._queues.join(queue, change.key, change.number)
        if state == "waiting":
            return
        passed = self._queues.end(change.key, state)
        if passed is not None:
            self._findings.append(found_in(change, "rule.queue-order", f"{passed} waited longer"))
        if state == "offered":
            self._offered.add(str(plain(cells, "appointment_id")))

    def _appointment(self, change: Change) -> None:
        if not self._queues.waiting:
            return
        queue = _queue(change.after, "charge_day")
        moved = plain(change.before, "starts_at") != plain(change.after, "starts_at")
        if queue is not None and moved and self._queues.anybody(queue):
            self._taken.append(change)

    def _judge(self) -> None:
        """An event was seen whole: whoever took a place of a day others wait for was offered it by the same event."""
        for change in self._taken:
            if change.key not in self._offered:
                self._findings.append(found_in(change, "rule.queue-jumped", "somebody waited for that day"))
        self._taken, self._offered = [], set()


def _queue(cells: Mapping[str, Value], day: str) -> QueueName | None:
    """The queue a row belongs to; None where its cells do not say."""
    try:
        wanted_on = date.fromisoformat(str(plain(cells, day)))
    except ValueError:
        return None
    institution, kind = (str(plain(cells, name)) for name in ("institution_id", "kind"))
    return QueueName(institution, kind, bool(plain(cells, "by_video")), wanted_on)
