"""The gate lets in what was granted: a pass for a granted appointment, one stay at a time, within its window."""

from collections.abc import Iterator
from typing import Any, ClassVar

from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.verify.finding import Finding
from service.store.verify.rules.appointments import Appointments
from service.store.verify.rules.cells import changed, found_in, plain
from service.store.verify.shelves import Shelf, Shelves

OPEN_STATES = ("granted", "underway")
SCAN = ("pass_id", "refusal", "offline_verdict")
"""What counts of a scan that admits; no other lets anybody in."""
Pass = tuple[Any, str, str, int | None]
"""An appointment's id, the window, and the number of the event that revoked it."""


class GateRules:
    """`rule.pass-granted`: a pass without a granted appointment; `rule.pass-fixed`: a pass changed after it was issued;

    `rule.admission`: somebody let in without a scan that admits, with a revoked pass, outside its window, or while
    nothing was granted; `rule.admission-twice`: let in while still inside. What a gate did offline is labelled in its
    scan and is no contradiction: it happened.
    """

    tables: ClassVar[frozenset[str]] = frozenset({"pass", "scan", "admission"})

    def __init__(self, appointments: Appointments, shelves: Shelves) -> None:
        self._appointments = appointments
        self._passes: Shelf[Pass] = shelves.shelf("gate/pass")
        self._scans: Shelf[tuple[object, ...]] = shelves.shelf("gate/scan")
        self._inside: Shelf[str] = shelves.shelf("gate/inside")
        self._number: int | None = None
        self._issued: list[Change] = []
        self._admissions: list[Change] = []
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change."""
        if self._number != change.number:
            self._judge()
            self._number = change.number
        if change.table == "scan":
            self._see_scan(change)
        elif change.table == "pass":
            self._see_pass(change)
        else:
            self._see_admission(change)

    def end_of_log(self) -> None:
        """Appointment, pass, scan and stay are rows of one log."""
        self._judge()
        self._number = None
        for seen in (self._passes, self._scans, self._inside):
            seen.clear()

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rules."""
        yield from self._findings

    def _see_scan(self, change: Change) -> None:
        if plain(change.after, "verdict") == "admit":
            self._scans[change.key] = tuple(plain(change.after, name) for name in SCAN)
        elif not change.new:
            self._scans.pop(change.key, None)

    def _see_pass(self, change: Change) -> None:
        after = change.after
        if change.new:
            self._issued.append(change)
        elif any(changed(change, name) for name in after if name not in ("revoked_at", "revoked_code")):
            self._findings.append(found_in(change, "rule.pass-fixed"))
        known = self._passes.get(change.key)
        revoked = known[3] if known is not None else None
        if revoked is None and plain(after, "revoked_at") is not None:
            revoked = change.number
        appointment, not_before, not_after = (
            plain(after, name) for name in ("appointment_id", "not_before", "not_after")
        )
        self._passes[change.key] = (appointment, str(not_before), str(not_after), revoked)

    def _see_admission(self, change: Change) -> None:
        entry_pass = str(plain(change.after, "pass_id"))
        if change.new:
            self._admissions.append(change)
            if self._inside.get(entry_pass) is not None:
                self._findings.append(found_in(change, "rule.admission-twice"))
        if plain(change.after, "left_at") is None:
            self._inside[entry_pass] = change.key
        elif self._inside.get(entry_pass) == change.key:
            del self._inside[entry_pass]

    def _judge(self) -> None:
        """An event was seen whole: its passes and admissions are held against what the log had told until then."""
        for issued in self._issued:
            life = self._appointments.lives.get(plain(issued.after, "appointment_id"))
            if life is None or life.state_at(issued.log, issued.number) not in OPEN_STATES:
                self._findings.append(found_in(issued, "rule.pass-granted"))
        for admission in self._admissions:
            if not self._lawful(admission):
                self._findings.append(found_in(admission, "rule.admission"))
        self._issued, self._admissions = [], []

    def _lawful(self, admission: Change) -> bool:
        entry_pass = str(plain(admission.after, "pass_id"))
        issued = self._passes.get(entry_pass)
        # A gate may later tell that it did otherwise: what counts is what the scan said at the admission.
        scan = self._scans.get(str(plain(admission.after, "entry_scan_id")))
        if scan is None or issued is None:
            return False
        scanned, refusal, offline = scan
        if scanned != entry_pass:
            return False
        if refusal is not None:
            return offline is not None
        appointment, not_before, not_after, revoked = issued
        if not not_before <= str(plain(admission.after, "admitted_at")) <= not_after:
            return False
        life = self._appointments.lives.get(str(appointment))
        state = None if life is None else life.state_at(admission.log, admission.number)
        return revoked is None and state in OPEN_STATES
