"""A surplus needs two officers of two roles and a ground, and serves once."""

from collections.abc import Iterator
from typing import ClassVar

from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.verify.finding import Finding
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
