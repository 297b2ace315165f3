"""What takes two: a surplus, which also serves only once, the erasure of a person, openings given to an auditor."""

from collections.abc import Iterator
from typing import ClassVar

from service.domain.access import EXCLUSIVE
from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.verify.finding import Finding
from service.store.verify.people import ERASED
from service.store.verify.rules.appointments import Appointments
from service.store.verify.rules.cells import found_in, plain


class Exceptions:
    """`rule.exception-two`: granted by one officer or one role; `rule.exception-use`: used before it was granted,

    for another convict, after its last day, or twice.
    """

    tables: ClassVar[frozenset[str]] = frozenset({"exception_request", "appointment"})

    def __init__(self, appointments: Appointments) -> None:
        self._appointments = appointments
        self._requests: dict[str, list[Change]] = {}
        self._uses: dict[str, list[Change]] = {}
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change."""
        if change.table == "appointment":
            used = plain(change.after, "exception_id")
            if isinstance(used, str) and plain(change.after, "live") is True:
                self._uses.setdefault(used, []).append(change)
            return
        self._requests.setdefault(change.key, []).append(change)
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
        for exception, uses in self._uses.items():
            for use in uses:
                if not self._covered(exception, use) or self._twice(uses, use):
                    yield found_in(use, "rule.exception-use")

    def _covered(self, exception: str, use: Change) -> bool:
        granted = None
        for request in self._requests.get(exception, []):
            if (request.number <= use.number) if request.log == use.log else (request.at <= use.at):
                granted = request
        if granted is None or plain(granted.after, "state") != "granted":
            return False
        day, last = plain(use.after, "charge_day"), plain(granted.after, "usable_until")
        return plain(granted.after, "convict_id") == plain(use.after, "convict_id") and str(day) <= str(last)

    def _twice(self, uses: list[Change], use: Change) -> bool:
        """Whether another appointment that uses it was live when this one began to."""
        return any(
            one.since <= use.number and (one.until is None or one.until > use.number)
            for other in uses
            if other.key != use.key and other.log == use.log and other.number < use.number
            for one in self._appointments.lives[other.key].versions
        )


class Erasures:
    """`rule.erasure-two`: a person erased without a request that another than its author carried out."""

    tables: ClassVar[frozenset[str]] = frozenset({"person", "erasure_request"})

    def __init__(self) -> None:
        self._erased: list[Change] = []
        self._done: set[int] = set()

    def see(self, change: Change, leaf: Leaf) -> None:  # noqa: ARG002
        """Takes in a change."""
        if change.table == "person":
            if not change.new and plain(change.after, "erased_at") is not None:
                self._erased.append(change)
            return
        asked, decided = plain(change.after, "asked_by"), plain(change.after, "decided_by")
        if plain(change.after, "state") == "done" and decided is not None and asked != decided:
            self._done.add(change.number)

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rule. Both are rows of the national log, in one event."""
        for change in self._erased:
            if change.type != ERASED or change.number not in self._done:
                yield found_in(change, "rule.erasure-two")


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
