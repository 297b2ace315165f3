"""What must be true of every seed, whatever befell it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from firmware_bridge.decide import Verdict
from firmware_bridge.fakes import MemoryFile
from firmware_bridge.journal import Journal, JournalDamaged
from tests.bridge.simulation.journals import quick


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that was sounded at a reader."""

    gate: str
    reader: str
    pass_id: str
    verdict: Verdict
    reason: str | None
    sequence: int | None
    repeated: bool
    at: datetime


@dataclass(slots=True)
class Findings:
    """What was seen, and everything that was wrong with it."""

    bad: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    deaths: int = 0
    scans: int = 0

    def wrong(self, at: datetime, what: str) -> None:
        self.bad.append(f"{at:%d %H:%M:%S} {what}")


def whole(findings: Findings, gate: str, octets: bytes) -> list[dict[str, object]]:
    """The journal's records, which must read from the first to the last without a gap."""
    try:
        records = Journal(MemoryFile(octets), quick).taken_over()
    except JournalDamaged as damage:
        findings.bad.append(f"{gate}: {damage}")
        return []
    if [record.sequence for record in records] != list(range(1, len(records) + 1)):
        findings.bad.append(f"{gate}: the counter has a gap")
    return [{"sequence": record.sequence, **record.facts} for record in records]


def verdicts_in(record: Mapping[str, object]) -> dict[object, object]:
    """The verdict that a record tells of, by the number of its scan."""
    if record["kind"] == "decision":
        return {record["of"]: record["verdict"]}
    return {record["sequence"]: record["offline"]} if record["kind"] == "scan" and "decided" in record else {}


def left_before(octets: bytes, pass_id: str) -> bool:
    """Whether, by the journal, the last thing the gate decided of a pass before its newest scan was that it leaves.

    A leave may be on the disk though the bridge died before it sounded it: the journal is what holds.
    """
    decisions: dict[int, object] = {}
    scans: list[int] = []
    for record in Journal(MemoryFile(octets), quick).taken_over():
        if record.facts["kind"] == "scan" and record.facts["pass"] == pass_id:
            scans.append(record.sequence)
        decisions.update(verdicts_in({"sequence": record.sequence, **record.facts}))
    let_through = [decisions[of] for of in scans[:-1] if decisions.get(of) in ("admit", "leave")]
    return bool(let_through) and let_through[-1] == "leave"


def answers_are_kept(findings: Findings, journals: dict[str, list[dict[str, object]]]) -> None:
    """Whatever was sounded is in the journal, as it was sounded."""
    decided = {
        (gate, of, verdict)
        for gate, records in journals.items()
        for record in records
        for of, verdict in verdicts_in(record).items()
    }
    for told in findings.told:
        if told.sequence is not None and (told.gate, told.sequence, told.verdict.value) not in decided:
            findings.wrong(
                told.at, f"{told.gate}: the answer {told.verdict} to scan {told.sequence} is not in the journal"
            )
