"""The life of each appointment as the record tells it; other rules ask here what an appointment was at an event."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from service.domain.appointment import LIVE, transition_allowed
from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.verify.finding import Finding
from service.store.verify.rules.cells import found_in, plain

WHO = ("convict_id", "kind", "by_video", "asked_by", "asked_at", "institution_id")
"""What never changes (design §4): another convict or kind is another appointment."""


@dataclass(slots=True)
class Version:
    """An appointment while it took its place: from the event that said so until the one that changed it."""

    appointment: str
    log: str
    since: int
    since_at: str
    place: str
    convict: str | None
    starts_at: str
    ends_at: str
    charge: tuple[str, str, str] | None
    """Kind, day after which, and day up to which no other charge may lie; None where no interval is drawn."""
    until: int | None = None
    until_at: str | None = None


@dataclass(slots=True)
class Life:
    """One appointment from its first event to its last."""

    log: str
    convict: str | None
    charge_day: str | None
    states: list[tuple[int, str]] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    visitors: list[str] = field(default_factory=list)

    def state_at(self, number: int) -> str | None:
        """The state once the event of that number had happened."""
        found = None
        for event, state in self.states:
            if event > number:
                break
            found = state
        return found


class Appointments:
    """`rule.step`: no arrow leads from one state to the other; `rule.live`: live and state disagree;

    `rule.who`: convict, kind or visitors were changed; `rule.undecided`: granted or refused by nobody.
    """

    tables: ClassVar[frozenset[str]] = frozenset({"appointment", "appointment_visitor"})

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}
        self._of_this_log: list[Life] = []
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change."""
        if change.table == "appointment_visitor":
            self._see_visitor(change)
            return
        state, cells = str(plain(change.after, "state")), change.after
        before = None if change.new else plain(change.before, "state")
        if not transition_allowed(before, state):
            self._find(change, "rule.step", f"{before} -> {state}")
        if plain(cells, "live") is not (state in LIVE):
            self._find(change, "rule.live")
        if state in ("granted", "refused") and cells.get("decided_by") is None:
            self._find(change, "rule.undecided")
        if not change.new:
            for column in WHO:
                if plain(change.before, column) != plain(cells, column):
                    self._find(change, "rule.who", column)
        life = self.lives.get(change.key)
        if life is None:
            life = Life(change.log, plain(cells, "convict_id"), plain(cells, "charge_day"))
            self.lives[change.key] = life
            self._of_this_log.append(life)
        life.states.append((change.number, state))
        self._see_version(life, change)

    def end_of_log(self) -> None:
        """Later logs ask when and where an appointment was live, not for each of its states."""
        for life in self._of_this_log:
            life.states.clear()
        self._of_this_log.clear()

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rules."""
        yield from self._findings

    def versions(self) -> Iterator[tuple[Life, Version]]:
        """Every stretch in which some appointment took its place."""
        for life in self.lives.values():
            for version in life.versions:
                yield life, version

    def _see_visitor(self, change: Change) -> None:
        if not change.new:
            self._find(change, "rule.who")
            return
        life = self.lives.get(plain(change.after, "appointment_id"))
        person = plain(change.after, "person_id")
        if life is not None and isinstance(person, str):
            life.visitors.append(person)
        if life is not None and life.state_at(change.number) != "held":
            self._find(change, "rule.who", "added after the hold")

    def _see_version(self, life: Life, change: Change) -> None:
        current = life.versions[-1] if life.versions and life.versions[-1].until is None else None
        following = self._version(change) if plain(change.after, "live") is True else None
        if current is not None and following is not None and _alike(current, following):
            return
        if current is not None:
            current.until, current.until_at = change.number, change.at
        if following is not None:
            life.versions.append(following)

    @staticmethod
    def _version(change: Change) -> Version:
        cells = change.after
        charge = None
        if plain(cells, "charge_rule") == "interval":
            kind, after, day = (plain(cells, name) for name in ("charge_kind", "charge_after", "charge_day"))
            charge = (str(kind), str(after), str(day))
        return Version(
            change.key,
            change.log,
            change.number,
            change.at,
            str(plain(cells, "place_id")),
            plain(cells, "convict_id"),
            str(plain(cells, "starts_at")),
            str(plain(cells, "ends_at")),
            charge,
        )

    def _find(self, change: Change, code: str, detail: str | None = None) -> None:
        self._findings.append(found_in(change, code, detail))


def _alike(one: Version, other: Version) -> bool:
    return (one.place, one.starts_at, one.ends_at, one.charge) == (
        other.place,
        other.starts_at,
        other.ends_at,
        other.charge,
    )
