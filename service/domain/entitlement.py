"""May this convict have this appointment on this day, and if not, why and when?"""

from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.facts import AppointmentRequest, ChargeRule, ConvictFacts, VisitKind
from service.domain.law import Law
from service.domain.rates import Rate
from service.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class ChargePlan:
    """What the appointment takes from the entitlement, in the terms that the database can hold.

    Rule "interval": no two live charges of one convict and kind may have intersecting ranges (`after`,
    `day`]; `after` is the last day on which the visit before may have been. Rules "calendar_month" and
    "period": no two live charges of one convict, kind and `month` may have the same `ordinal`; `month` is
    "2026-03", or for a period its name ("day:2026-03-10", "stay:2026-01-05"). Rule "credit": no two live
    charges may have the same `credit_id`.
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
    known. `duration` is the lawful length, None where the law sets none. `notes` say which setting decided
    where the law is silent.
    """

    allowed: bool
    due: date | None
    rate: Rate | None
    duration: timedelta | None
    charge: ChargePlan | None
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...] = ()


def entitlement(law: Law, facts: ConvictFacts, request: AppointmentRequest) -> Entitlement:
    """Answers for one convict, one appointment, one day; pure. Raises `LawError` for a name that the law
    file does not know and for the use of a cell marked unknown. Source: PEC 106, 109 and IR 76-104 in the
    law file."""
    raise NotImplementedError
