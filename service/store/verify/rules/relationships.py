"""Nobody comes but by a relationship that the convict accepted, one officer verified and another confirmed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.types import parse_moment
from service.store.verify.finding import Finding
from service.store.verify.rules.appointments import Appointments, Life
from service.store.verify.rules.cells import found_in, plain
from service.store.verify.rules.overlaps import CLOCKS_APART

BEFORE_CONFIRMED = ("verified", "confirmed")


@dataclass(frozen=True, slots=True)
class _Tie:
    log: str
    number: int
    at: str
    confirmed: bool
    person: object
    convict: object
    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True)
class _Coming:
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

    def __init__(self, appointments: Appointments) -> None:
        self._appointments = appointments
        self._ties: dict[str, list[_Tie]] = {}
        self._coming: list[_Coming] = []
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change."""
        if change.table == "appointment_visitor":
            self._see_visitor(change)
            return
        state = plain(change.after, "state")
        if state == "confirmed":
            self._check_two(change)
        tie = _Tie(
            change.log,
            change.number,
            change.at,
            state == "confirmed",
            plain(change.after, "person_id"),
            plain(change.after, "convict_id"),
            plain(change.after, "since"),
            plain(change.after, "until"),
        )
        self._ties.setdefault(change.key, []).append(tie)

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rules."""
        yield from self._findings
        for one in self._coming:
            life = self._appointments.lives.get(one.appointment)
            if life is None or not self._in_force(self._ties.get(one.relationship, []), one, life):
                yield Finding("rule.unconfirmed", one.log, one.number, "appointment_visitor", one.key)

    def _see_visitor(self, change: Change) -> None:
        relationship = plain(change.after, "relationship_id")
        if change.new and relationship is not None:  # otherwise nobody can read whose it was
            person, appointment = plain(change.after, "person_id"), str(plain(change.after, "appointment_id"))
            self._coming.append(
                _Coming(change.log, change.number, change.at, change.key, person, relationship, appointment)
            )

    def _check_two(self, change: Change) -> None:
        verified, confirmed = plain(change.after, "verified_by"), plain(change.after, "confirmed_by")
        accepted = plain(change.after, "accepted_at")
        skipped = not change.new and plain(change.before, "state") not in BEFORE_CONFIRMED
        if None in (verified, confirmed, accepted) or verified == confirmed or skipped:
            self._findings.append(found_in(change, "rule.two-officers"))

    @staticmethod
    def _in_force(ties: list[_Tie], coming: _Coming, life: Life) -> bool:
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
