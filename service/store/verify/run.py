"""The whole inspection of one database: its shape, its logs, its rows, and what rows must obey over time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.tables import NATIONAL
from service.store.vault import Vault
from service.store.verify.finding import Finding
from service.store.verify.logs import LogCheck, LogRead, read_logs
from service.store.verify.outside import heads_seen
from service.store.verify.people import Opener, read_people
from service.store.verify.raw import Raw, snapshot
from service.store.verify.rules import all_rules
from service.store.verify.shape import check_shape, columns_found, shape_of
from service.store.verify.steady import no_cycles
from service.store.verify.tables import RowsCheck, all_models, check_strangers

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class LogSeen:
    """A log as it was found: how many events it has, their root, and the newest head that was published."""

    id: str
    origin: str
    size: int
    root: str
    head_size: int


@dataclass(slots=True)
class Report:
    """Every discrepancy found, and how much was looked at. Without discrepancies the database is as the record says."""

    findings: list[Finding] = field(default_factory=list)
    logs: list[LogSeen] = field(default_factory=list)
    events: int = 0
    openings: int = 0
    cells: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify(
    url: str, vault: Vault | None, outside: Sequence[bytes] = (), progress: Callable[[int], Progress] | None = None
) -> Report:
    """Inspects the database at `url`; nothing is written, and later changes are not seen.

    Without a vault (the keys of people) what stands behind commitments stays unchecked, which is a finding. `outside`
    are checkpoint files kept by others. `progress` is told the number of events and answers what to call as they are
    read. Raises NotReadable.
    """
    with no_cycles(), snapshot(url) as raw:
        return inspect(raw, vault, outside, progress)


def inspect(
    raw: Raw,
    vault: Vault | None,
    outside: Sequence[bytes] = (),
    progress: Callable[[int], Progress] | None = None,
) -> Report:
    """Inspects what one snapshot shows; see :func:`verify`."""
    shape = shape_of(raw)
    report = Report(list(check_shape(raw, shape)))
    present = columns_found(shape)
    if _own_tables_there(present):
        inspect_record(raw, vault, present, report, outside, progress)
    return report


def inspect_record(
    raw: Raw,
    vault: Vault | None,
    present: Mapping[str, set[str]],
    report: Report,
    outside: Sequence[bytes] = (),
    progress: Callable[[int], Progress] | None = None,
) -> None:
    """Inspects logs and rows of a database whose tables and columns are those `present`; adds to the report."""
    faults = report.findings
    if vault is None:
        faults.append(Finding("keys.missing", detail="what stands behind commitments was not checked"))
    logs = read_logs(raw)
    told = progress(raw.one("SELECT count(*) FROM event")) if progress else _quiet
    run = _Run(raw, vault, report, heads_seen(outside, logs, faults), told)
    for log in sorted(logs, key=lambda log: (log != NATIONAL, str(log))):
        run.read(logs[log], present)
    run.check_logs(logs)
    run.check_beside()
    faults.extend(check_strangers(raw, [str(log) for log in logs], present))
    for rule in run.rules:
        faults.extend(rule.findings())


def _quiet(_events: int) -> None:
    """Nobody watches."""


class _Run:
    def __init__(
        self, raw: Raw, vault: Vault | None, report: Report, outside: Mapping[str, Any], progress: Progress
    ) -> None:
        self.rules = all_rules(people=vault is not None)
        self._raw, self._report, self._outside, self._progress = raw, report, outside, progress
        self._people = read_people(raw, vault)
        self._opener = Opener(self._people)
        self._by_table = {
            table: [rule for rule in self.rules if table in rule.tables]
            for table in {table for rule in self.rules for table in rule.tables}
        }
        self._institutions: set[str] = set()
        self._beside: dict[tuple[str, int], frozenset[tuple[str, int]]] = {}

    def read(self, row: dict[str, Any], present: Mapping[str, set[str]]) -> None:
        """One log, and the rows it answers for."""
        faults, log = self._report.findings, row["id"]
        check = LogCheck(self._raw, row, self._opener, self._outside.get(log, ()), faults, self._see, self._progress)
        read: LogRead = check.read()
        rows = RowsCheck(self._raw, log, read.fold, self._people, faults)
        rows.run(present)
        self._beside.update(read.beside)
        for rule in self.rules:
            rule.end_of_log()
        if log == NATIONAL:
            self._institutions = set(read.fold.rows.get("institution", {}))
        report = self._report
        report.logs.append(LogSeen(read.id, read.origin, read.size, read.root.hex(), read.head_size))
        report.events += read.size
        report.openings = self._opener.count
        report.cells += rows.cells

    def check_logs(self, logs: Mapping[str, object]) -> None:
        """There is one log for each institution, and one for what belongs to none."""
        wanted = self._institutions | {NATIONAL}
        self._report.findings += [Finding("log.missing", str(log)) for log in sorted(wanted - logs.keys())]
        self._report.findings += [Finding("log.unexpected", str(log)) for log in sorted(logs.keys() - wanted)]

    def check_beside(self) -> None:
        """Events written in one transaction name each other."""
        for (log, number), others in self._beside.items():
            for other in others:
                if (log, number) not in self._beside.get(other, ()):
                    detail = f"names {other[0]}#{other[1]}, which does not name it"
                    self._report.findings.append(Finding("event.beside", log, number, detail=detail))

    def _see(self, change: Change, leaf: Leaf) -> None:
        for rule in self._by_table.get(change.table, ()):
            rule.see(change, leaf)


def _own_tables_there(present: Mapping[str, set[str]]) -> bool:
    own = {str(model.__tablename__): model for model in all_models()}
    return all(
        {column.name for column in own[table].__table__.columns} <= present.get(table, set())  # type: ignore[attr-defined]
        for table in ("log", "event", "opening", "tile", "checkpoint", "person")
    )
