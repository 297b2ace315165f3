"""The answer to "may this convict have this appointment on this day", and its parts."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.facts import ChargeRule, VisitKind
from service.domain.rates import Rate
from service.domain.reasons import Argument, Reason, reason


@dataclass(frozen=True, slots=True)
class ChargePlan:
    """What the appointment takes from the entitlement, in the terms that the database can hold.

    Rule "interval": no two live charges of one convict and kind may have intersecting ranges (`after`,
    `day`]; `after` is the last day on which the visit before may have been. Rules "calendar_month" and
    "period": no two live charges of one convict, kind and `month` may have the same `ordinal`; `month` is
    "2026-03", or for a period its name ("day:2026-03-10", "stay:2026-01-05"). Rule "credit": no two live
    charges may have the same `credit_id`. `kind` is None for calls and uncounted visits.
    """

    rule: ChargeRule
    kind: VisitKind | None
    day: date
    after: date | None = None
    month: str | None = None
    ordinal: int | None = None
    credit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The answer. `reasons` are all that stand against it, none when `allowed`.

    `due` is the first day, on or after the day asked for, on which nothing that depends on the day stands in
    the way (a missing permission or a party too large do not depend on the day); None if no such day is
    known. `duration` is the lawful length, None where the law sets none. `charge` is None unless `allowed`,
    or unless only permissions are missing. `notes` say which setting decided where the law is silent, and
    what was taken. `article` is that of the rate.
    """

    allowed: bool
    due: date | None
    rate: Rate | None
    duration: timedelta | None
    charge: ChargePlan | None
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...] = ()
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Blocker:
    """A reason that stands on a day. `until` is the first day on which it may stand no longer, None if not
    known.

    No earlier day is free of it. `of_day` is False for what does not change with the day.
    """

    reason: Reason
    until: date | None = None
    of_day: bool = True


def fixed(code: str, article: str | None = None, **arguments: Argument) -> Blocker:
    """A blocker that does not depend on the day."""
    return Blocker(reason(code, article, **arguments), None, of_day=False)
