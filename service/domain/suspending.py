"""What stops a convict's visits and calls on a day: isolator, quarantine, orders, and lasting bars."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.answer import Blocker
from service.domain.facts import CALL_KINDS, AppointmentRequest, ConvictFacts, Kind, Suspension
from service.domain.law import Law, named
from service.domain.law_rows import CallsUnder, SuspensionRule
from service.domain.reasons import Reason, reason


@dataclass(frozen=True, slots=True)
class Suspended:
    """A suspension in force: its rule, its first free day (None: until it is lifted) and what it leaves of
    calls."""

    rule: SuspensionRule
    suspension: Suspension
    until: date | None

    def stops(self, kind: Kind) -> bool:
        """Whether appointments of the kind are stopped: the order says so, or else the law file."""
        stops = self.rule.stops if self.suspension.stops is None else self.suspension.stops
        return kind in stops

    @property
    def calls(self) -> CallsUnder:
        """What is left of calls: an order that names its kinds may free them, but never against the law."""
        ordered = self.suspension.stops
        if ordered is None:
            return self.rule.calls
        if any(kind in ordered for kind in CALL_KINDS):
            return "stopped" if self.rule.calls == "free" else self.rule.calls
        return "exceptional" if self.rule.calls == "exceptional" else "free"

    def blocker(self) -> Blocker:
        """The reason it gives, with its end."""
        if self.until is None:
            since = self.suspension.since
            return Blocker(reason("suspended-until-lifted", self.rule.article, since=since), None)
        return Blocker(reason(self.rule.reason, self.rule.article, until=self.until), self.until)


def suspended(law: Law, facts: ConvictFacts, day: date) -> Iterator[Suspended]:
    """The suspensions in force on `day`, none longer than the law allows."""
    for one in facts.suspensions:
        rule = named(law.suspensions, one.ground, "suspension")
        until = one.until
        if rule.most_days is not None:
            most = one.since + timedelta(days=rule.most_days)
            until = most if until is None else min(until, most)
        if one.since <= day and (until is None or day < until):
            yield Suspended(rule, one, until)


def notes_on(law: Law, facts: ConvictFacts, day: date, kind: Kind) -> list[Reason]:
    """What the reader should know of suspensions that do not stop the appointment, or ran longer than the
    law."""
    found = []
    for one in suspended(law, facts, day):
        if one.rule.note is not None and not one.stops(kind) and kind in ("short", "long"):
            found.append(reason(one.rule.note, one.rule.article))
    for order in facts.suspensions:
        most = named(law.suspensions, order.ground, "suspension").most_days
        if most is None or order.until is None or not order.since <= day < order.until:
            continue
        if order.until > order.since + timedelta(days=most):
            found.append(reason("note-suspension-over-maximum", count=most))
    return found


def standing_bars(law: Law, facts: ConvictFacts, request: AppointmentRequest, day: date) -> list[Blocker]:
    """Suspensions of the kind asked for, and bars of the convict (tuberculosis, smuggling)."""
    found = [one.blocker() for one in suspended(law, facts, day) if one.stops(request.kind)]
    for ban in facts.bans:
        rule = named(law.bans, ban.ground, "bar")
        if not (ban.since <= day and (ban.until is None or day < ban.until)):
            continue
        instead_of_long = request.from_long and "long" in rule.stops and not rule.substitution
        if request.kind in rule.stops or instead_of_long:
            found.append(Blocker(reason(rule.reason, rule.article), ban.until))
    return found
