"""A day of the gates against its appointments: which door opened for whom, and where the bridges' own record is silent.

Pure: entries as bridges signed them, passes as the service knows them, one answer. `docs/reconcile.md` explains each
finding for whoever has to follow it up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

SILENCE = timedelta(seconds=150)
"""Heartbeats come each 60 seconds; two may be lost to a busy disk, not three."""
OVERSTAY = timedelta(minutes=30)
CLOCKS = timedelta(minutes=5)
"""How far the clocks of gate and service may differ before a door counts as outside its window."""

Verdict = Literal["clean", "findings", "incomplete"]
HEARTBEATS = ("heartbeat-gap",)
COUNTERS = ("counter-gap", "scan-not-in-journal")


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of a bridge's journal. `bridge` names device and key; `number` counts within it."""

    bridge: str
    number: int
    kind: str
    at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """A pass as the service knows it: there are passes for granted appointments only."""

    pass_id: str
    appointment: str
    not_before: datetime
    not_after: datetime
    ends_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to follow up. `code` is of the closed list in docs/reconcile.md; `seconds` is how long it was."""

    code: str
    bridge: str
    number: int | None = None
    at: datetime | None = None
    gate: str | None = None
    pass_id: str | None = None
    seconds: int | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What is compared. `bridges` are those that must have been heard, with the moment from which; moments are aware.

    `faults` are entries the service refused: (bridge, kind, number). `heard` are the scans the service has, by bridge.
    """

    begins: datetime
    ends: datetime
    bridges: Mapping[str, datetime]
    entries: Sequence[Told]
    passes: Mapping[str, Known]
    faults: Sequence[tuple[str, str, int]] = ()
    heard: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """The headline is `matched` of `doors`. `incomplete` names bridges not heard to the end of the day."""

    doors: int
    matched: int
    findings: tuple[Finding, ...]
    incomplete: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """'incomplete' while a bridge has not told its whole day: what it hides cannot be compared."""
        if self.incomplete:
            return "incomplete"
        return "findings" if self.findings else "clean"

    def count(self, *codes: str) -> int:
        """How many findings have one of the codes."""
        return sum(one.code in codes for one in self.findings)


def reconcile(day: Day) -> Result:
    """Compares one day. Entries of other days may be given; they lend context and are not counted."""
    by_bridge: dict[str, list[Told]] = {bridge: [] for bridge in day.bridges}
    for told in sorted(day.entries, key=lambda one: (one.bridge, one.number)):
        by_bridge.setdefault(told.bridge, []).append(told)
    findings: list[Finding] = []
    doors = matched = 0
    for bridge, entries in by_bridge.items():
        for opening, wrong in _openings(day, entries):
            doors += 1
            matched += wrong is None
            if wrong is not None:
                findings.append(wrong)
            if opening.kind == "release":
                findings.append(_at("manual-release", opening, opening.facts.get("pass")))
        findings += _silences(day, bridge, entries)
        findings += _missing(bridge, entries, day.heard.get(bridge, frozenset()))
    findings += [Finding(f"journal-{kind}", bridge, number) for bridge, kind, number in day.faults]
    findings += _stays(day, _passages(day))
    incomplete = tuple(
        bridge
        for bridge, since in day.bridges.items()
        if since < day.ends and not any(told.at >= day.ends - SILENCE for told in by_bridge[bridge])
    )
    ordered = sorted(findings, key=lambda one: (one.code, one.bridge, one.number or 0, one.pass_id or ""))
    return Result(doors, matched, tuple(ordered), incomplete)


def _openings(day: Day, entries: Sequence[Told]) -> Iterator[tuple[Told, Finding | None]]:
    """Every opening of the day with what is wrong with it: doors, and releases by hand without a door's entry."""
    by_number = {told.number: told for told in entries}
    admitted = {of for told in entries for of, verdict in _decisions(told) if verdict == "admit"}
    stood_for = {told.facts.get("of") for told in entries if told.kind == "door"}
    for told in entries:
        if not day.begins <= told.at < day.ends:
            continue
        if told.kind == "release" and told.number not in stood_for:
            yield told, _unmatched(day, told, told.facts.get("pass"))
        elif told.kind == "door":
            cause = by_number.get(told.facts.get("of") or 0)
            if cause is None or (cause.kind == "scan" and cause.number not in admitted):
                yield told, _at("door-without-scan", told, None)
            else:
                yield (cause if cause.kind == "release" else told), _unmatched(day, told, cause.facts.get("pass"))


def _unmatched(day: Day, told: Told, pass_id: Any) -> Finding | None:
    known = day.passes.get(pass_id) if isinstance(pass_id, str) else None
    if known is None:
        return _at("door-without-appointment", told, pass_id)
    if not known.not_before - CLOCKS <= told.at <= known.not_after + CLOCKS:
        return _at("door-outside-window", told, pass_id)
    if known.revoked_at is not None and known.revoked_at < told.at - CLOCKS:
        return _at("door-after-withdrawal", told, pass_id)
    return None


def _silences(day: Day, bridge: str, entries: Sequence[Told]) -> Iterator[Finding]:
    """Where nothing was written for longer than three heartbeats. Within a run the bridge's own stopwatch counts."""
    last: Told | None = None
    for told in entries:
        if told.kind not in ("heartbeat", "start", "stop"):
            continue
        if last is not None and day.begins <= told.at < day.ends:
            seconds = _between(last, told)
            if seconds > SILENCE.total_seconds():
                yield Finding("heartbeat-gap", bridge, told.number, told.at, seconds=round(seconds), other=_why(told))
        last = told


def _between(last: Told, told: Told) -> float:
    up, before = told.facts.get("up"), last.facts.get("up")
    if told.kind != "start" and isinstance(up, int) and isinstance(before, int) and up >= before:
        return float(up - before)
    return (told.at - last.at).total_seconds()


def _why(told: Told) -> str:
    """What the bridge says it was: stopped in order, cut off, or silent while it ran."""
    return {"stop": "stopped", "cut": "cut-off"}.get(str(told.facts.get("after")), "silent")


def _missing(bridge: str, entries: Sequence[Told], heard: frozenset[int]) -> Iterator[Finding]:
    """Numbers that are not there, and scans the service has that the journal does not tell of."""
    numbers = [told.number for told in entries]
    for before, after in pairwise(numbers):
        if after != before + 1:
            yield Finding("counter-gap", bridge, before + 1, seconds=None, other=str(after - 1))
    scans = {told.number for told in entries if told.kind in ("scan", "misread")}
    if numbers:
        for number in sorted(heard - scans):
            if numbers[0] <= number <= numbers[-1]:
                yield Finding("scan-not-in-journal", bridge, number)


def _decisions(told: Told) -> list[tuple[int, str]]:
    """What an entry says was answered at the reader: the scan's number and the verdict. Where nobody was asked, the
    scan's entry says it itself.
    """
    if told.kind == "decision":
        return [(told.facts.get("of") or 0, told.facts["verdict"])]
    return [(told.number, told.facts["offline"])] if told.kind == "scan" and told.facts.get("decided") else []


@dataclass(frozen=True, slots=True)
class _Passage:
    """Somebody went through with a pass."""

    told: Told
    pass_id: str
    gate: str
    enters: bool


def _passages(day: Day) -> list[_Passage]:
    """In the order of the gates' clocks; what was let in by hand with a pass is a passage too."""
    found: list[_Passage] = []
    scans = {(told.bridge, told.number): told for told in day.entries if told.kind == "scan"}
    for told in day.entries:
        if told.kind == "release" and isinstance(told.facts.get("pass"), str):
            enters = told.facts.get("direction") == "entry"
            found.append(_Passage(told, told.facts["pass"], str(told.facts.get("gate")), enters))
        for of, verdict in _decisions(told):
            scan = scans.get((told.bridge, of))
            if scan is not None and verdict in ("admit", "leave"):
                found.append(_Passage(scan, str(scan.facts["pass"]), str(scan.facts["gate"]), verdict == "admit"))
    return sorted(found, key=lambda one: (one.told.at, one.told.bridge, one.told.number))


def _stays(day: Day, passages: Iterable[_Passage]) -> Iterator[Finding]:
    """The same pass let in at another gate while it was inside, and stays longer than the visit."""
    inside: dict[str, _Passage] = {}
    for one in passages:
        entered = inside.get(one.pass_id)
        if one.enters and entered is not None and entered.gate != one.gate:
            if day.begins <= one.told.at < day.ends:
                yield Finding(
                    "pass-at-two-gates", one.told.bridge, one.told.number, one.told.at, one.gate, one.pass_id,
                    other=f"{entered.told.bridge} {entered.gate} {entered.told.number}",
                )  # fmt: skip
        elif one.enters:
            inside.setdefault(one.pass_id, one)
        elif entered is not None:
            del inside[one.pass_id]
            yield from _long(day, entered, one.told.at)
    for entered in inside.values():
        yield from _long(day, entered, day.ends)


def _long(day: Day, entered: _Passage, left_at: datetime) -> Iterator[Finding]:
    known = day.passes.get(entered.pass_id)
    over = left_at - known.ends_at if known is not None else None
    if over is not None and over > OVERSTAY and day.begins <= left_at <= day.ends:
        told = entered.told
        yield Finding(
            "stay-too-long", told.bridge, told.number, told.at, entered.gate, entered.pass_id,
            seconds=round(over.total_seconds()),
        )  # fmt: skip


def _at(code: str, told: Told, pass_id: Any) -> Finding:
    gate = told.facts.get("gate")
    return Finding(
        code, told.bridge, told.number, told.at, gate if isinstance(gate, str) else None,
        pass_id if isinstance(pass_id, str) else None,
    )  # fmt: skip
