"""Two live appointments never share a place, a convict or a visitor at one time, nor the days of a charge."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
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
        for name, groups in self._groups().items():
            for versions in groups.values():
                for one, other in _clashing(versions, *_SPANS[name]):
                    yield Finding(
                        f"rule.{name}",
                        other.log,
                        other.since,
                        "appointment",
                        other.appointment,
                        detail=f"beside {one.appointment}",
                    )

    def _groups(self) -> dict[str, dict[object, list[Version]]]:
        groups: dict[str, dict[object, list[Version]]] = {name: defaultdict(list) for name in _SPANS}
        for life, version in self._appointments.versions():
            groups["overlap-place"][version.place].append(version)
            if version.convict is not None:
                groups["overlap-convict"][version.convict].append(version)
                if version.charge is not None:
                    groups["charge-interval"][version.convict, version.charge[0]].append(version)
            for person in life.visitors:
                groups["overlap-visitor"][person].append(version)
        return groups


Edge = Callable[[Version], str]


def _starts(version: Version) -> str:
    return version.starts_at


def _ends(version: Version) -> str:
    return version.ends_at


def _charged_after(version: Version) -> str:
    return version.charge[1] if version.charge else ""


def _charged_until(version: Version) -> str:
    return version.charge[2] if version.charge else ""


_SPANS: dict[str, tuple[Edge, Edge]] = {
    "overlap-place": (_starts, _ends),
    "overlap-convict": (_starts, _ends),
    "overlap-visitor": (_starts, _ends),
    "charge-interval": (_charged_after, _charged_until),
}


def _clusters(versions: Iterable[Version], start: Edge, end: Edge) -> Iterator[list[Version]]:
    """Versions whose half-open spans hang together: one slot and its holds, as a rule."""
    cluster: list[Version] = []
    last = ""
    for version in sorted(versions, key=start):
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


def _recorded(version: Version) -> tuple[str, int]:
    return version.since_at, version.since


def _together(one: Version, other: Version) -> bool:
    """Whether both were live at one moment of the record."""
    if one.log == other.log:
        ends = [version.until for version in (one, other) if version.until is not None]
        return not ends or max(one.since, other.since) < min(ends)
    untils = [version.until_at for version in (one, other) if version.until_at is not None]
    if not untils:
        return True
    return parse_moment(min(untils)) - parse_moment(max(one.since_at, other.since_at)) > CLOCKS_APART
