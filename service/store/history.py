"""What the leads look at, gathered from the record as it is read: by the auditor from a copy with openings.

A rule among rules (`service.store.verify.rules`): it sees every change and finds nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from service.leads.facts import History, Tie, Visit
from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.types import parse_moment
from service.store.verify.finding import Finding
from service.store.verify.rules.cells import plain

COLUMNS = {
    "institution": ("time_zone",),
    "person": ("document",),
    "account": ("person_id", "phone"),
    "relationship": ("institution_id", "person_id", "convict_id", "kind", "confirmed_at", "confirmed_by"),
    "appointment": (
        "institution_id", "place_id", "kind", "starts_at", "convict_id", "requested_at", "asked_at", "decided_at",
        "decided_by", "state", "exception_id",
    ),
    "appointment_visitor": ("appointment_id", "person_id"),
}  # fmt: skip
UNUSED = ("refused", "cancelled", "lapsed", "no_show")


class Gatherer:
    """Keeps the newest cells of the rows that the leads look at."""

    tables: ClassVar[frozenset[str]] = frozenset(COLUMNS)

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self._ended: dict[str, tuple[str, str | None]] = {}

    def see(self, change: Change, leaf: Leaf) -> None:
        """Takes in a change; who cancelled is whoever's event it is."""
        cells = {name: plain(change.after, name) for name in COLUMNS[change.table]}
        if (
            change.table == "appointment"
            and cells["state"] == "cancelled"
            and plain(change.before, "state") == "granted"
        ):
            officer = leaf.by.get("id") if leaf.by["as"] == "officer" else None
            self._ended.setdefault(change.key, (change.at, officer if isinstance(officer, str) else None))
        self._rows[change.table][change.key] = cells

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """Nothing: leads are questions, not findings."""
        yield from ()

    def history(self) -> History:
        """The history; whoever no opening showed is not in it."""
        return History(list(self._ties()), list(self._visits()), self._marks())

    def _ties(self) -> Iterator[Tie]:
        for key, row in self._rows["relationship"].items():
            who = (row["institution_id"], row["person_id"], row["convict_id"])
            if row["confirmed_at"] is not None and row["confirmed_by"] is not None and None not in who:
                yield Tie(key, *who, row["kind"], _epoch(row["confirmed_at"]), row["confirmed_by"])

    def _visits(self) -> Iterator[Visit]:
        party: dict[str, list[str]] = defaultdict(list)
        for row in self._rows["appointment_visitor"].values():
            if row["person_id"] is not None:
                party[row["appointment_id"]].append(row["person_id"])
        for key, row in self._rows["appointment"].items():
            if row["decided_by"] is None or row["convict_id"] is None:
                continue
            ended, by = self._ended.get(key, (None, None))
            yield Visit(
                key,
                row["institution_id"],
                row["place_id"],
                row["kind"],
                _epoch(row["starts_at"]),
                row["convict_id"],
                tuple(sorted(party[key])),
                _epoch(row["requested_at"] or row["asked_at"]),
                _epoch(row["decided_at"]),
                self._hour_of_week(row["institution_id"], row["decided_at"]),
                row["decided_by"],
                row["state"] not in UNUSED,
                row["exception_id"] is not None,
                None if ended is None else _epoch(ended),
                by,
            )

    def _hour_of_week(self, institution: str, moment: str) -> float:
        zone = self._rows["institution"].get(institution, {}).get("time_zone")
        local = parse_moment(moment).astimezone(ZoneInfo(zone or "UTC"))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return local.weekday() * 24 + (local - midnight) / timedelta(hours=1)

    def _marks(self) -> dict[str, dict[str, str]]:
        return {
            "phone": {
                row["person_id"]: row["phone"]
                for row in self._rows["account"].values()
                if row["phone"] is not None and row["person_id"] is not None
            },
            "document": {key: row["document"] for key, row in self._rows["person"].items() if row["document"]},
        }


def _epoch(moment: str) -> float:
    return parse_moment(moment).timestamp()
