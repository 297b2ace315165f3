"""What takes two: a surplus, which also serves only once, the erasure of a person, openings given to an auditor."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from service.domain.access import EXCLUSIVE
from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.verify.finding import Finding
from service.store.verify.people import ERASED
from service.store.verify.rules.appointments import Appointments
from service.store.verify.rules.cells import found_in, plain
from service.store.verify.shelves import Shelves


class Exceptions:
    """`rule.exception-two`: granted by one officer or one role; `rule.exception-use`: used before it was granted,

    for another convict, after its last day, or twice.
    """

    tables: ClassVar[frozenset[str]] = frozenset({"exception_request", "appointment"})

    def __init__(self, appointments: Appointments, shelves: Shelves) -> None:
        self._appointments, self._shelves = appointments, shelves
        shelves.pile("surplus", *SURPLUS)
        shelves.pile("surplus_use", *USE)
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change."""
        if change.table == "appointment":
            used = plain(change.after, "exception_id")
            if isinstance(used, str) and plain(change.after, "live") is True:
                place = (used, change.log, change.number, change.at, change.key)
                self._shelves.add("surplus_use", *place, *(plain(change.after, name) for name in USE[5:]))
            return
        self._shelves.add(
            "surplus",
            change.key,
            change.log,
            change.number,
            change.at,
            *(plain(change.after, name) for name in SURPLUS[4:]),
        )
        if plain(change.after, "state") == "granted":
            asked, decided = plain(change.after, "asked_by"), plain(change.after, "decided_by")
            roles = plain(change.after, "asked_role"), plain(change.after, "decided_role")
            if decided is None or asked == decided or roles[0] == roles[1]:
                self._findings.append(found_in(change, "rule.exception-two"))

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rules."""
        yield from self._findings
        self._shelves.index("surplus", "key")
        self._shelves.index("surplus_use", "used")
        if next(self._shelves.ask("SELECT 1 FROM surplus_use LIMIT 1"), None):
            self._shelves.index("version", "appointment")
        for use in map(_Use._make, self._shelves.ask("SELECT * FROM surplus_use ORDER BY rowid")):
            if not self._covered(use) or self._twice(use):
                yield Finding("rule.exception-use", use.log, use.number, "appointment", use.key)

    def _covered(self, use: "_Use") -> bool:
        granted = None
        asked = "SELECT * FROM surplus WHERE key = ? ORDER BY rowid"
        for request in map(_Surplus._make, self._shelves.ask(asked, (use.used,))):
            if (request.number <= use.number) if request.log == use.log else (request.at <= use.at):
                granted = request
        if granted is None or granted.state != "granted":
            return False
        return granted.convict_id == use.convict_id and str(use.charge_day) <= str(granted.usable_until)

    def _twice(self, use: "_Use") -> bool:
        """Whether another appointment that uses it was live when this one began to."""
        others = (
            "DISTINCT 1, version.* FROM surplus_use JOIN version ON version.appointment = surplus_use.key "
            "WHERE used = ? AND surplus_use.key != ? AND surplus_use.log = ? AND number < ?"
        )
        found = self._appointments.versions(others, (use.used, use.key, use.log, use.number))
        return any(one.since <= use.number and (one.until is None or one.until > use.number) for _, one in found)


SURPLUS = ("key", "log", "number", "at", "state", "convict_id", "usable_until")
USE = ("used", "log", "number", "at", "key", "convict_id", "charge_day")


class _Surplus(NamedTuple):
    key: str
    log: str
    number: int
    at: str
    state: object
    convict_id: object
    usable_until: object


class _Use(NamedTuple):
    used: str
    log: str
    number: int
    at: str
    key: str
    convict_id: object
    charge_day: object


class Erasures:
    """`rule.erasure-two`: a person erased without a request that another than its author carried out."""

    tables: ClassVar[frozenset[str]] = frozenset({"person", "erasure_request"})

    def __init__(self) -> None:
        self._erased: list[Change] = []
        self._done = False
        self._number: int | None = None
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change. Both are rows of the national log, in one event."""
        if self._number != change.number:
            self._judge()
            self._number = change.number
        if change.table == "person":
            if not change.new and plain(change.after, "erased_at") is not None:
                self._erased.append(change)
            return
        asked, decided = plain(change.after, "asked_by"), plain(change.after, "decided_by")
        if plain(change.after, "state") == "done" and decided is not None and asked != decided:
            self._done = True

    def end_of_log(self) -> None:
        """The last event was seen whole."""
        self._judge()
        self._number = None

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rule."""
        yield from self._findings

    def _judge(self) -> None:
        for change in self._erased:
            if change.type != ERASED or not self._done:
                self._findings.append(found_in(change, "rule.erasure-two"))
        self._erased, self._done = [], False


class Releases:
    """`rule.release-two`: openings granted or handed out though no second auditor, or no auditor at all, granted it."""

    tables: ClassVar[frozenset[str]] = frozenset({"opening_release"})

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:
        """Takes in a change."""
        state, before = plain(change.after, "state"), None if change.new else plain(change.before, "state")
        asked, decided = plain(change.after, "asked_by"), plain(change.after, "decided_by")
        unfounded = state in ("granted", "released") and (decided is None or asked == decided)
        skipped = state == "released" and before != "granted"
        acted = leaf.by.get("id") if leaf.by["as"] == "auditor" else None
        named = decided if state in ("granted", "refused") else asked
        if unfounded or skipped or (state != before and acted != named):
            self._findings.append(found_in(change, "rule.release-two"))

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rule."""
        yield from self._findings


class Seconds:
    """`rule.merge-two`: a person ended by one officer, or in one role; `rule.role-two`: a role held on one officer's
    word, or on one's own; `rule.role-exclusive`: roles in one person that exclude each other, seen in
    the order of one log; between institutions the database refuses them.
    """

    tables: ClassVar[frozenset[str]] = frozenset({"person_merge", "officer_role"})

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._held: dict[object, dict[str, str]] = {}

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change."""
        if change.table == "person_merge":
            if plain(change.after, "state") == "granted" and not _by_two(change, "decided_by", "decided_role"):
                self._findings.append(found_in(change, "rule.merge-two"))
            return
        started, founding = plain(change.after, "started_at"), plain(change.after, "founding")
        own = plain(change.after, "approved_by") == plain(change.after, "officer_id")
        if started is not None and founding is not True and (own or not _by_two(change, "approved_by")):
            self._findings.append(found_in(change, "rule.role-two"))
        self._exclusive(change)

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rules."""
        yield from self._findings

    def _exclusive(self, change: Change) -> None:
        held = self._held.setdefault((change.log, plain(change.after, "officer_id")), {})
        role = str(plain(change.after, "role"))
        if plain(change.after, "ended_at") is not None:
            held.pop(change.key, None)
            return
        if any(frozenset({role, other}) in EXCLUSIVE for key, other in held.items() if key != change.key):
            self._findings.append(found_in(change, "rule.role-exclusive"))
        held[change.key] = role


def _by_two(change: Change, second: str, second_role: str | None = None) -> bool:
    asked, decided = plain(change.after, "asked_by"), plain(change.after, second)
    same_role = second_role is not None and plain(change.after, "asked_role") == plain(change.after, second_role)
    return asked is not None and decided is not None and asked != decided and not same_role
