"""The hours of a week at which a relative can be called: blocks of the hours that the law leaves open (IR 102)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from service.domain.refusal import refuse

BLOCK = 3
"""Hours in one block: morning, noon, afternoon, evening."""
CALL_KINDS = ("call", "video_call")


@dataclass(frozen=True, slots=True, order=True)
class CallHours:
    """One block of one day: the ISO weekday (1 is Monday), and local "HH:MM" from and to."""

    weekday: int
    starts: str
    ends: str


def blocks(opens: time, closes: time) -> tuple[tuple[str, str], ...]:
    """The blocks of a day between the hours of the law; the last may be shorter."""
    hours = range(opens.hour, closes.hour, BLOCK)
    return tuple((f"{hour:02}:00", f"{min(hour + BLOCK, closes.hour):02}:00") for hour in hours)


def check_hours(kind: str, chosen: Iterable[CallHours], opens: time, closes: time) -> tuple[CallHours, ...]:
    """The chosen blocks in order, each once. Raises Refusal 'choice-unknown' for one that is not offered."""
    offered, found = set(blocks(opens, closes)), sorted(set(chosen))
    if kind not in CALL_KINDS or any((one.starts, one.ends) not in offered for one in found):
        raise refuse("not-possible", "choice-unknown")
    if any(not 1 <= one.weekday <= 7 for one in found):
        raise refuse("not-possible", "choice-unknown")
    return tuple(found)
