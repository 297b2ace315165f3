"""Two live appointments never share a place, a convict or a visitor at one time, nor the days of a charge."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import ClassVar

from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.types import parse_moment
from service.store.verify.finding import Finding
from service.store.verify.rules.appointments import Appointments, Version

CLOCKS_APART = timedelta(minutes=5)
"""Two logs may tell one moment a little apart: when a clock is set back, each waits for its own last event."""


class Overlaps:
    """`rule.overlap-place`, `rule.overlap-convict`, `rule.overlap-visitor`, `rule.charge-interval`."""

    tables: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, appointments: Appointments) -> None:
        self._appointments = appointments

    def see(self, change: Change, leaf: Leaf) -> None:
        """Nothing: the appointments were seen already."""

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """Pairs of appointments that stood in each other's way while both were live."""
        for name, (columns, asked, start, end) in _SPANS.items():
            found = self._appointments.versions(asked)
            for _, group in groupby(found, key=lambda one: one[0][:columns]):
                for one, other in _clashing((version for _, version in group), start, end):
                    yield Finding(
                        f"rule.{name}",
                        other.log,
                        other.since,
                        "appointment",
                        other.appointment,
                        detail=f"beside {one.appointment}",
                    )


Edge = Callable[[Version], str]


def _starts(version: Version) -> str:
    return version.starts_at


def _ends(version: Version) -> str:
    return version.ends_at


def _charged_after(version: Version) -> str:
    return version.charge[1] if version.charge else ""


def _charged_until(version: Version) -> str:
    return version.charge[2] if version.charge else ""


_ORDER = "since_at, since, log, version.appointment"
_SPANS: dict[str, tuple[int, str, Edge, Edge]] = {
    "overlap-place": (1, f"place, version.* FROM version ORDER BY place, starts_at, {_ORDER}", _starts, _ends),
    "overlap-convict": (
        1,
        f"convict, version.* FROM version WHERE convict IS NOT NULL ORDER BY convict, starts_at, {_ORDER}",
        _starts,
        _ends,
    ),
    "overlap-visitor": (
        1,
        "person, version.* FROM seat JOIN version ON version.appointment = seat.appointment "
        f"ORDER BY person, starts_at, {_ORDER}",
        _starts,
        _ends,
    ),
    "charge-interval": (
        2,
        "convict, charge_kind, version.* FROM version WHERE convict IS NOT NULL AND charge_kind IS NOT NULL "
        f"ORDER BY convict, charge_kind, charge_after, {_ORDER}",
        _charged_after,
        _charged_until,
    ),
}
"""By rule: in how many columns those of a group are alike, the question, and where the span of one begins and ends."""


def _clusters(versions: Iterable[Version], start: Edge, end: Edge) -> Iterator[list[Version]]:
    """Versions, ordered by where they begin, whose half-open spans hang together: one slot and its holds, as a rule."""
    cluster: list[Version] = []
    last = ""
    for version in versions:
        if cluster and start(version) >= last:
            yield cluster
            cluster = []
        last = max(last, end(version)) if cluster else end(version)
        cluster.append(version)
    yield cluster


def _clashing(versions: Iterable[Version], start: Edge, end: Edge) -> Iterator[tuple[Version, Version]]:
    """Pairs of two appointments whose spans share something, live at one moment of the record; the earlier first."""
    for cluster in _clusters(versions, start, end):
        live: list[Version] = []
        for version in sorted(cluster, key=_recorded):
            live = [held for held in live if held.until_at is None or held.until_at >= version.since_at]
            for held in live:
                overlap = start(held) < end(version) and start(version) < end(held)
                if overlap and held.appointment != version.appointment and _together(held, version):
                    yield held, version
            live.append(version)


def _recorded(version: Version) -> tuple[str, int, str, str]:
    return version.since_at, version.since, version.log, version.appointment


def _together(one: Version, other: Version) -> bool:
    """Whether both were live at one moment of the record."""
    if one.log == other.log:
        ends = [version.until for version in (one, other) if version.until is not None]
        return not ends or max(one.since, other.since) < min(ends)
    untils = [version.until_at for version in (one, other) if version.until_at is not None]
    if not untils:
        return True
    return parse_moment(min(untils)) - parse_moment(max(one.since_at, other.since_at)) > CLOCKS_APART
