"""The life of each appointment as the record tells it; other rules ask here what an appointment was at an event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from service.domain.appointment import LIVE, transition_allowed
from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.verify.finding import Finding
from service.store.verify.rules.cells import changed, found_in, plain
from service.store.verify.shelves import Cell, Shelf, Shelves

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

    def row(self) -> tuple[Cell, ...]:
        """The version as it lies on the pile."""
        charge = self.charge or (None, None, None)
        where = (self.appointment, self.log, self.since, self.since_at, self.place, self.convict)
        return (*where, self.starts_at, self.ends_at, *charge, self.until, self.until_at)

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> Self:
        """The version that lies there so."""
        appointment, log, since, since_at, place, convict, starts_at, ends_at, kind, after, day, until, until_at = row
        charge = None if kind is None else (kind, after, day)
        return cls(appointment, log, since, since_at, place, convict, starts_at, ends_at, charge, until, until_at)


PLACED = ("place_id", "starts_at", "ends_at", "charge_rule", "charge_kind", "charge_after", "charge_day")
"""The columns by which an appointment takes its place."""
PILE = (
    "appointment", "log", "since", "since_at", "place", "convict", "starts_at", "ends_at",
    "charge_kind", "charge_after", "charge_until", "until", "until_at",
)  # fmt: skip


@dataclass(slots=True)
class Life:
    """One appointment from its first event to its last; `states` are those that the log `told_in` tells of."""

    log: str
    convict: str | None
    charge_day: str | None
    told_in: str
    states: list[tuple[int, str]] = field(default_factory=list)
    current: Version | None = None
    """The stretch in which it takes its place now."""

    def __reduce__(self) -> tuple[object, ...]:
        """A fifth of the usual cost; there are as many as appointments."""
        return Life, (self.log, self.convict, self.charge_day, self.told_in, self.states, self.current)

    def state_at(self, log: str, number: int) -> str | None:
        """The state once the event of that number had happened; None where another log told of it."""
        if log != self.told_in:
            return None
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

    def __init__(self, shelves: Shelves) -> None:
        self.lives: Shelf[Life] = shelves.shelf("life")
        self._shelves = shelves
        self._ended = False
        shelves.pile("version", *PILE)
        shelves.pile("seat", "appointment", "person")
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
                if changed(change, column):
                    self._find(change, "rule.who", column)
        life = self.lives.get(change.key)
        if life is None:
            life = Life(change.log, plain(cells, "convict_id"), plain(cells, "charge_day"), change.log)
            self.lives[change.key] = life
        elif life.told_in != change.log:
            life.told_in, life.states = change.log, []
        life.states.append((change.number, state))
        self._see_version(life, change)

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rules."""
        yield from self._findings

    def versions(self, clauses: str, values: Sequence[Cell] = ()) -> Iterator[tuple[Any, Version]]:
        """Stretches in which some appointment took its place, each behind what is asked for; when all were seen.

        `clauses` is what SQLite is asked after `SELECT`, its last columns `version.*`.
        """
        if not self._ended:
            self._ended = True
            for life in self.lives.values():
                if life.current is not None:
                    self._shelves.add("version", *life.current.row())
            if next(self._shelves.ask("SELECT 1 FROM seat LIMIT 1"), None):
                self._shelves.index("version", "appointment")
        for row in self._shelves.ask(f"SELECT {clauses}", values):
            yield row[: -len(PILE)], Version.of_row(row[-len(PILE) :])

    def _see_visitor(self, change: Change) -> None:
        if not change.new:
            self._find(change, "rule.who")
            return
        life = self.lives.get(plain(change.after, "appointment_id"))
        person = plain(change.after, "person_id")
        if life is not None and isinstance(person, str):
            self._shelves.add("seat", plain(change.after, "appointment_id"), person)
        if life is not None and life.state_at(change.log, change.number) != "held":
            self._find(change, "rule.who", "added after the hold")

    def _see_version(self, life: Life, change: Change) -> None:
        current = life.current
        live = plain(change.after, "live") is True
        if current is not None and live and not any(changed(change, column) for column in PLACED):
            return
        following = self._version(change) if live else None
        if current is not None and following is not None and _alike(current, following):
            return
        if current is not None:
            current.until, current.until_at = change.number, change.at
            self._shelves.add("version", *current.row())
        life.current = following

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
