"""The comparison of each simulated day, by the real rules: it must count what happened and accuse nobody falsely."""

from datetime import timedelta

from firmware_bridge.passes import read
from service.domain.reconciling import COUNTERS, Day, Known, Told, reconcile
from tests.bridge.simulation.checks import Findings
from tests.bridge.simulation.journals import Journals
from tests.bridge.simulation.passes import BEGAN, DAYS, passes


def known() -> dict[str, Known]:
    """Every family's pass, as the service knows it."""
    found: dict[str, Known] = {}
    for texts in passes().values():
        for one in map(read, texts):
            begins, ends = (BEGAN + timedelta(seconds=at - BEGAN.timestamp()) for at in (one.not_before, one.not_after))
            name = one.pass_id.hex()
            found[name] = Known(name, name, begins, ends, ends)
    return found


KNOWN = known()


def days_are_compared(findings: Findings, journals: Journals) -> None:
    """Every door of the journals is counted on some day, matched unless a clock was wrong, and no number is missing."""
    entries = [
        Told(device, entry.number, entry.kind, entry.at, entry.facts)
        for device, have in journals.taken.items()
        for entry in have
    ]
    doors = sum(told.kind == "door" for told in entries)
    is_set = any(told.kind == "clock" for told in entries)
    counted = 0
    for day in range(-2, DAYS + 3):
        begins = BEGAN + timedelta(days=day)
        result = reconcile(Day(begins, begins + timedelta(days=1), {}, entries, KNOWN))
        counted += result.doors
        if result.count(*COUNTERS, "journal-fork", "journal-gap"):
            findings.bad.append(f"day {day}: numbers are missing")
        if result.matched != result.doors and not is_set:
            findings.bad.append(f"day {day}: {result.matched} of {result.doors} doors are matched")
        if result.count("door-without-scan", "door-without-appointment"):
            findings.bad.append(f"day {day}: a family that was let in is accused")
    if counted != doors:
        findings.bad.append(f"{counted} of {doors} doors were counted")
