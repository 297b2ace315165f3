"""Records told by hand, event by event, for the rules that read the fold: no database, no keys.

Each story is read twice, by rules that keep all of it in memory and by rules that keep hardly anything there.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from service.record.events import Draft, RowImage, write
from service.record.fold import Fold
from service.record.leaf import Leaf, read_leaf
from service.store.types import moment_text
from service.store.verify.finding import Finding
from service.store.verify.rules import Rule, all_rules
from service.store.verify.shelves import Shelves

HOUSE = "la-155-8"
BEGIN = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)

RELATIONSHIP = {
    "person_id": "mother",
    "convict_id": "son",
    "state": "confirmed",
    "accepted_at": "2026-03-01",
    "verified_by": "officer-1",
    "confirmed_by": "officer-2",
    "since": "2026-03-01",
}
APPOINTMENT = {
    "convict_id": "son",
    "kind": "short",
    "place_id": "seat-1",
    "starts_at": "2026-03-20T05:00:00.000000Z",
    "ends_at": "2026-03-20T07:00:00.000000Z",
    "state": "held",
    "live": True,
    "charge_rule": "interval",
    "charge_kind": "short",
    "charge_day": "2026-03-20",
    "charge_after": "2026-03-05",
    "asked_by": "mother",
}
VISITOR = {"appointment_id": "visit", "person_id": "mother", "relationship_id": "tie"}
PASS = {
    "appointment_id": "visit",
    "not_before": "2026-03-20T03:30:00.000000Z",
    "not_after": "2026-03-20T07:00:00.000000Z",
}
SCAN = {"pass_id": "pass", "verdict": "admit"}
ADMISSION = {"pass_id": "pass", "entry_scan_id": "scan", "admitted_at": "2026-03-20T04:50:00.000000Z"}
Rows = dict[str, dict[str, dict[str, Any]]]


class Reader:
    """Rules and folds that keep so many values of a kind in memory."""

    def __init__(self, near: int | None) -> None:
        self.shelves = Shelves(near)
        self.rules: Sequence[Rule] = all_rules(shelves=self.shelves)
        self.folds: dict[str, Fold] = {}

    def take(self, leaf: Leaf) -> None:
        """One more event."""
        if leaf.log not in self.folds:
            self.folds[leaf.log] = Fold(table=lambda name: self.shelves.shelf(f"{leaf.log}/{name}"))
        for change in self.folds[leaf.log].apply(leaf, {}):
            for rule in self.rules:
                if change.table in rule.tables:
                    rule.see(change, leaf)

    def found(self) -> list[Finding]:
        """What the rules say in the end."""
        for rule in self.rules:
            rule.end_of_log()
        return [finding for rule in self.rules for finding in rule.findings()]


@dataclass
class Story:
    """A record in the making: several logs, one clock that moves on with every event."""

    sizes: dict[str, int] = field(default_factory=dict)
    readers: tuple[Reader, Reader] = field(default_factory=lambda: (Reader(None), Reader(1)))
    now: datetime = BEGIN

    def event(
        self,
        new: Rows | None = None,
        set_: Rows | None = None,
        *,
        by: str = "system",
        log: str = HOUSE,
        type_: str = "x",
    ) -> None:
        """One more event; an officer is named by `by` as 'officer-1'."""
        self.now += timedelta(minutes=1)
        number = self.sizes.get(log, 0)
        self.sizes[log] = number + 1
        rows = [
            RowImage(table, key, cells, is_new)
            for is_new, images in ((True, new), (False, set_))
            for table, keyed in (images or {}).items()
            for key, cells in keyed.items()
        ]
        actor: dict[str, Any] = {"as": "officer", "id": by} if by.startswith("officer") else {"as": by}
        leaf = read_leaf(
            write(
                Draft(type_, actor, rows),
                log=log,
                number=number,
                at=moment_text(self.now),
                after=(0, ""),
                beside=(),
                random_bytes=bytes,
            ).leaf
        )
        for reader in self.readers:
            reader.take(leaf)

    def found(self) -> list[Finding]:
        """What the rules say in the end; the same, however little of it they kept in memory."""
        large, small = (reader.found() for reader in self.readers)
        assert large == small
        return large

    def codes(self) -> set[str]:
        return {finding.code for finding in self.found()}


def visit(story: Story, name: str = "visit", *, log: str = HOUSE, **cells: Any) -> None:
    """A hold of the mother's, by a relationship confirmed long ago."""
    story.event({"appointment": {name: {**APPOINTMENT, "institution_id": log, **cells}}}, log=log)


def tie(story: Story, name: str = "tie", **cells: Any) -> None:
    story.event({"relationship": {name: {**deepcopy(RELATIONSHIP), **cells}}})


def granted(story: Story) -> None:
    """A visit with its visitor, requested and granted, with a pass."""
    tie(story)
    rows: Rows = {"appointment": {"visit": dict(APPOINTMENT)}, "appointment_visitor": {"who": dict(VISITOR)}}
    story.event(rows)
    move(story, state="requested")
    story.event(
        {"pass": {"pass": dict(PASS)}}, {"appointment": {"visit": {"state": "granted", "decided_by": "officer-1"}}}
    )


def move(story: Story, name: str = "visit", *, by: str = "system", log: str = HOUSE, **cells: Any) -> None:
    """Changes cells of an appointment."""
    story.event(set_={"appointment": {name: cells}}, by=by, log=log)
