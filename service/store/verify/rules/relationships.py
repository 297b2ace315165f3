"""Nobody comes but by a relationship that the convict accepted, one officer verified and another confirmed."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, NamedTuple

from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.types import parse_moment
from service.store.verify.finding import Finding
from service.store.verify.rules.appointments import Appointments, Life
from service.store.verify.rules.cells import found_in, plain
from service.store.verify.rules.overlaps import CLOCKS_APART
from service.store.verify.shelves import Shelves

BEFORE_CONFIRMED = ("verified", "confirmed")


TIE = ("key", "log", "number", "at", "confirmed", "person", "convict", "since", "until")
COMING = ("log", "number", "at", "key", "person", "relationship", "appointment")


class _Tie(NamedTuple):
    key: str
    log: str
    number: int
    at: str
    confirmed: int
    person: object
    convict: object
    since: str | None
    until: str | None


class _Coming(NamedTuple):
    log: str
    number: int
    at: str
    key: str
    person: object
    relationship: str
    appointment: str


class Relationships:
    """`rule.two-officers`: confirmed without acceptance, or by fewer than two officers; `rule.unconfirmed`: a visitor

    whose relationship to that convict was not confirmed, or not in force on the day.
    """

    tables: ClassVar[frozenset[str]] = frozenset({"relationship", "appointment_visitor"})

    def __init__(self, appointments: Appointments, shelves: Shelves) -> None:
        self._appointments, self._shelves = appointments, shelves
        shelves.pile("tie", *TIE)
        shelves.pile("coming", *COMING)
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change."""
        if change.table == "appointment_visitor":
            self._see_visitor(change)
            return
        state = plain(change.after, "state")
        if state == "confirmed":
            self._check_two(change)
        place = (change.key, change.log, change.number, change.at, state == "confirmed")
        cells = (plain(change.after, name) for name in ("person_id", "convict_id", "since", "until"))
        self._shelves.add("tie", *place, *cells)

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rules."""
        yield from self._findings
        self._shelves.index("tie", "key")
        for one in map(_Coming._make, self._shelves.ask("SELECT * FROM coming ORDER BY rowid")):
            life = self._appointments.lives.get(one.appointment)
            ties = self._shelves.ask("SELECT * FROM tie WHERE key = ? ORDER BY rowid", (one.relationship,))
            if life is None or not self._in_force(map(_Tie._make, ties), one, life):
                yield Finding("rule.unconfirmed", one.log, one.number, "appointment_visitor", one.key)

    def _see_visitor(self, change: Change) -> None:
        relationship = plain(change.after, "relationship_id")
        if change.new and relationship is not None:  # otherwise nobody can read whose it was
            person, appointment = plain(change.after, "person_id"), str(plain(change.after, "appointment_id"))
            place = (change.log, change.number, change.at, change.key)
            self._shelves.add("coming", *place, person, relationship, appointment)

    def _check_two(self, change: Change) -> None:
        verified, confirmed = plain(change.after, "verified_by"), plain(change.after, "confirmed_by")
        accepted = plain(change.after, "accepted_at")
        skipped = not change.new and plain(change.before, "state") not in BEFORE_CONFIRMED
        if None in (verified, confirmed, accepted) or verified == confirmed or skipped:
            self._findings.append(found_in(change, "rule.two-officers"))

    @staticmethod
    def _in_force(ties: Iterable[_Tie], coming: _Coming, life: Life) -> bool:
        tie = None
        for known in ties:
            if known.log == coming.log:
                earlier = known.number <= coming.number
            else:
                earlier = parse_moment(known.at) - parse_moment(coming.at) <= CLOCKS_APART
            if earlier:
                tie = known
        day = life.charge_day
        if tie is None or not tie.confirmed or tie.since is None or day is None:
            return False
        same = tie.person == coming.person and tie.convict == life.convict
        return same and tie.since <= day and (tie.until is None or day < tie.until)
