"""Every granted appointment weighed anew with the law's own function, over the history that the record holds of it.

What was known when it was granted decides: facts of the same log up to that event, facts of other logs by their time.
Where somebody's openings cannot be read, the rule says nothing about what depends on them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from service.domain.law import LawError
from service.domain.reasons import decidable
from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.types import moment_text, parse_moment
from service.store.verify.finding import Finding
from service.store.verify.rules.cells import plain
from service.store.verify.rules.overlaps import CLOCKS_APART
from service.store.verify.rules.weighing import COLUMNS, Known, charge_of, weigh

Cells = dict[str, Any]


@dataclass(slots=True)
class Told:
    """The versions of one row: the time, log and number of each event that changed it, and its cells since."""

    versions: list[tuple[str, str, int, Cells]] = field(default_factory=list)

    def at(self, log: str, number: int, until: str) -> Cells | None:
        """The cells as they were known at an event; other logs count up to the moment `until`."""
        found = None
        for at, held, since, cells in self.versions:
            if (since <= number) if held == log else (at <= until):
                found = cells
        return found


class Entitled:
    """`rule.entitlement`: granted though the law forbade it; `rule.charge`: charged otherwise than the law says."""

    tables: ClassVar[frozenset[str]] = frozenset(COLUMNS)

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Told]] = {table: {} for table in COLUMNS}
        self._of_convict: dict[str, dict[str, set[str]]] = {table: defaultdict(set) for table in COLUMNS}
        self._party: dict[str, list[str]] = defaultdict(list)
        self._granted: list[tuple[str, str, int, str, str]] = []

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change."""
        table, after = change.table, change.after
        cells = {name: plain(after, name) for name in COLUMNS[table]}
        told = self._rows[table].setdefault(change.key, Told())
        told.versions.append((change.at, change.log, change.number, cells))
        whose = cells.get("person_id") if table == "visitor_ban" else cells.get("convict_id")
        if isinstance(whose, str):
            self._of_convict[table][whose].add(change.key)
        if table == "appointment_visitor":
            self._party[str(cells["appointment_id"])].append(change.key)
        if table == "appointment" and cells["state"] == "granted" and isinstance(cells["convict_id"], str):
            before = change.before
            moved = any(plain(before, name) != cells[name] for name in ("state", "starts_at", "charge_day"))
            if moved:
                self._granted.append((change.at, change.log, change.number, change.key, cells["convict_id"]))

    def end_of_log(self) -> None:
        """Nothing to let go: a convict's history goes on in other logs."""

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rules."""
        for at, log, number, key, convict in self._granted:
            early, late = (moment_text(parse_moment(at) + apart) for apart in (-CLOCKS_APART, CLOCKS_APART))
            fault = self._fault(log, number, key, convict, at)
            if fault is not None and all(self._fault(log, number, key, convict, until) for until in (early, late)):
                code, detail = fault
                yield Finding(code, log, number, "appointment", key, detail=detail)

    def _fault(self, log: str, number: int, key: str, convict: str, until: str) -> tuple[str, str] | None:
        def rows(table: str, keys: Any) -> dict[str, Cells]:
            found = {
                one: self._rows[table][one].at(log, number, until) for one in sorted(keys) if one in self._rows[table]
            }
            return {one: cells for one, cells in found.items() if cells is not None}

        row = rows("appointment", [key]).get(key)
        house = rows("institution", [log]).get(log)
        if row is None or house is None:
            return None
        party = rows("appointment_visitor", self._party[key])
        people = {str(one["person_id"]) for one in party.values()}
        known = Known(
            row,
            house,
            rows("convict", [convict]).get(convict, {}),
            rows("placement", self._of_convict["placement"][convict]),
            rows("file_entry", self._of_convict["file_entry"][convict]),
            {
                one: cells
                for one, cells in rows("appointment", self._of_convict["appointment"][convict]).items()
                if one != key and cells["live"] is True
            },
            party,
            rows("relationship", {str(one["relationship_id"]) for one in party.values()}),
            rows("person", people),
            [
                cells
                for person in sorted(people)
                for cells in rows("visitor_ban", self._of_convict["visitor_ban"][person]).values()
            ],
        )
        try:
            answer = weigh(known)
        except (LawError, TypeError, ValueError, KeyError):
            return None  # a figure that the law leaves open was for a person to decide; odd cells are told elsewhere
        if answer is None:
            return None
        if not (answer.allowed or decidable(answer.reasons)):
            return "rule.entitlement", ", ".join(one.code for one in answer.reasons)
        charged = {name: row[name] for name in ("charge_rule", "charge_after", "charge_day")}
        wanted = charge_of(answer)
        if wanted is not None and wanted != charged:
            return "rule.charge", f"{charged} instead of {wanted}"
        return None
