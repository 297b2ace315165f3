"""The gate lets in what was granted: a pass for a granted appointment, one stay at a time, within its window."""

from collections.abc import Iterator
from typing import ClassVar

from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.verify.finding import Finding
from service.store.verify.rules.appointments import Appointments
from service.store.verify.rules.cells import found_in, plain

OPEN_STATES = ("granted", "underway")


class GateRules:
    """`rule.pass-granted`: a pass without a granted appointment; `rule.pass-fixed`: a pass changed after it was issued;

    `rule.admission`: somebody let in without a scan that admits, with a revoked pass, outside its window, or while
    nothing was granted; `rule.admission-twice`: let in while still inside. What a gate did offline is labelled in its
    scan and is no contradiction: it happened.
    """

    tables: ClassVar[frozenset[str]] = frozenset({"pass", "scan", "admission"})

    def __init__(self, appointments: Appointments) -> None:
        self._appointments = appointments
        self._passes: dict[str, Change] = {}
        self._revoked: dict[str, int] = {}
        self._issued: list[Change] = []
        self._scans: dict[str, list[Change]] = {}
        self._admissions: list[Change] = []
        self._inside: dict[str, str] = {}
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change."""
        if change.table == "scan":
            self._scans.setdefault(change.key, []).append(change)
        elif change.table == "pass":
            self._see_pass(change)
        else:
            self._see_admission(change)

    def end_of_log(self) -> None:
        """Appointment, pass, scan and stay are rows of one log: each is judged when its log was read."""
        for issued in self._issued:
            life = self._appointments.lives.get(plain(issued.after, "appointment_id"))
            if life is None or life.state_at(issued.number) not in OPEN_STATES:
                self._findings.append(found_in(issued, "rule.pass-granted"))
        for admission in self._admissions:
            if not self._lawful(admission):
                self._findings.append(found_in(admission, "rule.admission"))
        for seen in (self._passes, self._revoked, self._issued, self._scans, self._admissions, self._inside):
            seen.clear()

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rules."""
        yield from self._findings

    def _see_pass(self, change: Change) -> None:
        if change.new:
            self._issued.append(change)
        elif any(
            plain(change.before, name) != plain(change.after, name)
            for name in change.after
            if name not in ("revoked_at", "revoked_code")
        ):
            self._findings.append(found_in(change, "rule.pass-fixed"))
        self._passes[change.key] = change
        if plain(change.after, "revoked_at") is not None:
            self._revoked.setdefault(change.key, change.number)

    def _see_admission(self, change: Change) -> None:
        entry_pass = str(plain(change.after, "pass_id"))
        if change.new:
            self._admissions.append(change)
            if entry_pass in self._inside:
                self._findings.append(found_in(change, "rule.admission-twice"))
        if plain(change.after, "left_at") is None:
            self._inside[entry_pass] = change.key
        elif self._inside.get(entry_pass) == change.key:
            del self._inside[entry_pass]

    def _lawful(self, admission: Change) -> bool:
        entry_pass = str(plain(admission.after, "pass_id"))
        issued = self._passes.get(entry_pass)
        # A gate may later tell that it did otherwise: what counts is what the scan said at the admission.
        scans = self._scans.get(str(plain(admission.after, "entry_scan_id")), [])
        scan = next((one for one in reversed(scans) if one.number <= admission.number), None)
        if scan is None or issued is None:
            return False
        if plain(scan.after, "verdict") != "admit" or plain(scan.after, "pass_id") != entry_pass:
            return False
        if plain(scan.after, "refusal") is not None:
            return plain(scan.after, "offline_verdict") is not None
        at = str(plain(admission.after, "admitted_at"))
        if not str(plain(issued.after, "not_before")) <= at <= str(plain(issued.after, "not_after")):
            return False
        life = self._appointments.lives.get(str(plain(issued.after, "appointment_id")))
        revoked = self._revoked.get(entry_pass, admission.number + 1) <= admission.number
        return not revoked and life is not None and life.state_at(admission.number) in OPEN_STATES
