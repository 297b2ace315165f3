"""What is published of every institution and month, without anybody being found in it.

Counts below five are held back, and with them as many others as are needed that no held-back count can be had by
subtraction from a published sum. Nothing here names or links a person; all of it stands in clear in the record.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

FEWEST = 5
ALL = "all"
"""Instead of an institution: the whole country."""
USED = ("underway", "completed", "no_show")
KINDS: Mapping[str, str] = {"short": "short", "long": "long", "call": "call", "video_call": "call"}


class Decided(NamedTuple):
    """An appointment as far as it is counted. Moments are aware; `ground` is the code of its refusal."""

    institution: str
    zone: str
    kind: str
    state: str
    starts_at: datetime
    requested_at: datetime | None
    ground: str | None
    exception: bool


class Doors(NamedTuple):
    """The daily comparison of an institution's gates that holds: matched door openings, of all."""

    institution: str
    day: date
    doors: int
    matched: int


@dataclass(frozen=True, slots=True)
class Published:
    """One figure. `value` is None where it is held back; `month` is 'YYYY-MM', local to the institution.

    `measure`: 'used' and 'used.<kind>'; 'refused' and 'refused.<ground>'; 'exceptions'; 'waiting_days', the median from
    request to visit; 'doors' and 'doors.matched'.
    """

    institution: str
    month: str
    measure: str
    value: int | None


Key = tuple[str, str, str]


def published(decided: Iterable[Decided], doors: Iterable[Doors], until: date) -> list[Published]:
    """The figures of every month that was over on `until`, by institution, month and measure."""
    counts, waited = _counted(decided)
    for one in doors:
        place = (one.institution, one.day.strftime("%Y-%m"))
        counts[*place, "doors"] += one.doors
        counts[*place, "doors.matched"] += one.matched
    now = until.strftime("%Y-%m")
    kept = {key: count for key, count in counts.items() if key[1] < now}
    for (_, month, measure), count in list(kept.items()):
        kept[ALL, month, measure] = kept.get((ALL, month, measure), 0) + count
    held_back = suppressed(kept)
    found = [Published(*key, None if key in held_back else count) for key, count in kept.items()]
    found += [
        Published(*place, "waiting_days", round(median(days)) if len(days) >= FEWEST else None)
        for place, days in waited.items()
        if place[1] < now
    ]
    return sorted(found, key=lambda one: (one.month, one.institution != ALL, one.institution, one.measure))


def _counted(decided: Iterable[Decided]) -> tuple[Counter[Key], dict[tuple[str, str], list[int]]]:
    counts: Counter[Key] = Counter()
    waited: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in decided:
        place = (one.institution, one.starts_at.astimezone(ZoneInfo(one.zone)).strftime("%Y-%m"))
        if one.state in USED and one.kind in KINDS:
            counts[*place, "used"] += 1
            counts[*place, f"used.{KINDS[one.kind]}"] += 1
            if one.requested_at is not None:
                waited[place].append((one.starts_at - one.requested_at).days)
            if one.exception:
                counts[*place, "exceptions"] += 1
        elif one.state == "refused":
            counts[*place, "refused"] += 1
            counts[*place, f"refused.{one.ground or 'none'}"] += 1
    return counts, waited


def suppressed(counts: Mapping[Key, int]) -> set[Key]:
    """The figures that are held back: small ones, and what would give them away.

    A sum is published beside its parts twice over: kinds and grounds of one institution and month, and institutions of
    one measure and month. Wherever a single part is held back and the sum is not, the next smallest part is held back
    too; where there is none, the sum is.
    """
    held = {key for key, count in counts.items() if 0 < count < FEWEST}
    groups = _sums(counts)
    changed = True
    while changed:
        changed = False
        for total, parts in groups:
            hidden = [key for key in parts if key in held]
            # Two parts held back whose sum is small are each known to be small; that is no more than they are.
            if len(hidden) != 1 or total in held:
                continue
            others = sorted((counts[key], key) for key in parts if key not in held and counts[key] > 0)
            held.add(others[0][1] if others else total)
            changed = True
    return held


def _sums(counts: Mapping[Key, int]) -> Sequence[tuple[Key, list[Key]]]:
    parts: dict[tuple[Key, str], list[Key]] = defaultdict(list)
    for institution, month, measure in counts:
        whole = measure.partition(".")[0]
        if whole not in (measure, "doors"):
            parts[(institution, month, whole), "measures"].append((institution, month, measure))
        if institution != ALL:
            parts[(ALL, month, measure), "institutions"].append((institution, month, measure))
    return [(total, sorted(keys)) for (total, _), keys in sorted(parts.items())]
