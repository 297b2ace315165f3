"""The published statistics from the record alone: whoever has a copy of the logs derives them again, without a name."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from service.domain.statistics import Decided, Doors, Published, published
from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.types import parse_moment
from service.store.verify.finding import Finding
from service.store.verify.rules.cells import plain

COLUMNS = {
    "institution": ("time_zone",),
    "appointment": ("institution_id", "kind", "state", "starts_at", "requested_at", "ended_code", "exception_id"),
    "reconciliation": ("institution_id", "day", "made_at", "doors", "matched"),
}


class Counted:
    """A rule that finds nothing: it keeps what is counted, as the events tell it."""

    tables: ClassVar[frozenset[str]] = frozenset(COLUMNS)

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change."""
        self._rows[change.table][change.key] = {name: plain(change.after, name) for name in COLUMNS[change.table]}

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """Nothing."""
        yield from ()

    def published(self, until: date) -> list[Published]:
        """The figures of every month that was over on `until`."""
        return published(self._decided(), self._doors(), until)

    def _decided(self) -> Iterator[Decided]:
        houses = self._rows["institution"]
        for row in self._rows["appointment"].values():
            asked = row["requested_at"]
            yield Decided(
                row["institution_id"],
                houses.get(row["institution_id"], {}).get("time_zone", "UTC"),
                row["kind"],
                row["state"],
                parse_moment(row["starts_at"]),
                None if asked is None else parse_moment(asked),
                row["ended_code"],
                row["exception_id"] is not None,
            )

    def _doors(self) -> Iterator[Doors]:
        rows = sorted(self._rows["reconciliation"].items(), key=lambda item: (item[1]["made_at"], item[0]))
        newest = {
            (row["institution_id"], row["day"]): Doors(
                row["institution_id"], date.fromisoformat(row["day"]), row["doors"], row["matched"]
            )
            for _, row in rows
        }
        yield from newest.values()
