"""What an entry of the personal file may say, by its kind: names of the law file, or of the closed lists here.

condition - a condition of the law file; degree - "-3" to "3"; suspension, ban, illness - a ground of the law file;
credit - "short:incentive", "long:restored" …; first_visit and past_visit (one had before the service knew of it) -
"short" or "long"; permission - "investigator" or "outside-stay"; incentive and penalty - one of the lists below, a
penalty for an act of PEC 130(2) with ":malicious"; diligence - "diligent"; vulnerable - why (PEC 144(5)); chapter - a
chapter of the Criminal Code; term and release_day - the day (2026-03-19) on which the term began, and ends; end -
"released" or "died".
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import get_args

from service.domain.facts import VISIT_KINDS, CreditSource, PlacementBasis
from service.domain.law import Law
from service.domain.refusal import refuse

INCENTIVES = (
    "gratitude",
    "gift",
    "money-prize",
    "extra-short-visit",
    "extra-spending",
    "extra-parcel",
    "extra-walk",
    "early-lifting",
)
"""PEC 128(1)."""
PENALTIES = ("remark", "reprimand", "strict-reprimand", "isolator", "single-cell", "temporary-isolation")
"""PEC 131(1), for juveniles 154."""
MALICIOUS = ":malicious"
"""What a penalty carries that was imposed for one of the acts of PEC 130(2)."""
VULNERABLE = ("pregnant", "small-children", "disability")
"""PEC 144(5)."""
CHAPTERS = tuple(str(number) for number in range(1, 19))
"""Of the special part of the Criminal Code."""
ENDS = ("released", "died")
PERMISSIONS = ("investigator", "outside-stay")
ORDERS = frozenset({"suspension", "incentive", "penalty", "credit"})
"""Entries that follow an order of the head (PEC 101, 128-131, 134; IR 84)."""
LASTING = frozenset({"suspension", "ban", "illness", "permission", "diligence", "vulnerable"})
"""Entries that are in force from day to day and may have an end; the others stand for one day."""
TAKEN_BACK = frozenset({"incentive", "penalty", "credit", "past_visit", "chapter"})
"""Entries of one day that may be annulled (PEC 129(5), 132(11)) or, a penalty, lifted early (PEC 129(3))."""
DAYS = frozenset({"release_day", "term"})
"""Entries whose value is a day."""
ENTERED = (
    "incentive", "penalty", "suspension", "ban", "illness", "credit", "permission", "first_visit", "past_visit",
    "diligence", "vulnerable", "chapter", "term", "release_day",
)  # fmt: skip
"""What officers enter one by one; condition and degree are decided (`proposal_decide`), an end is an act of its own."""


def choices_of(law: Law, kind: str) -> tuple[str, ...]:
    """What the value of an entry of a kind may be; empty where it is a day."""
    choices: Mapping[str, Iterable[str]] = {
        "suspension": law.suspensions,
        "ban": law.bans,
        "illness": law.bans,
        "incentive": INCENTIVES,
        "penalty": (*PENALTIES, *(f"{one}{MALICIOUS}" for one in PENALTIES)),
        "credit": tuple(f"{visit}:{source}" for visit in VISIT_KINDS for source in get_args(CreditSource)),
        "first_visit": VISIT_KINDS,
        "past_visit": VISIT_KINDS,
        "permission": PERMISSIONS,
        "diligence": ("diligent",),
        "vulnerable": VULNERABLE,
        "chapter": CHAPTERS,
    }
    return tuple(choices.get(kind, ()))


def check_value(law: Law, kind: str, value: str) -> str:
    """The value of an entry other than condition and degree. Raises Refusal 'choice-unknown', 'date-impossible'."""
    if kind in DAYS:
        return _day(value).isoformat()
    if value not in choices_of(law, kind):
        raise refuse("not-possible", "choice-unknown")
    return value


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise refuse("not-possible", "choice-unknown") from None


def check_period(law: Law, kind: str, value: str, since: date, until: date | None) -> None:
    """An end after its beginning, for entries that last, and no suspension longer than the law lets it be.

    Raises Refusal 'date-impossible' with the first day that is too late, or too early.
    """
    if until is None:
        return
    if kind not in LASTING or until <= since:
        raise refuse("not-possible", "date-impossible", day=until)
    if kind == "suspension":
        most = law.suspensions[value].most_days
        if most is not None and until > since + timedelta(days=most):
            raise refuse("not-possible", "date-impossible", day=until)


def check_degree(degree: int) -> str:
    """A behaviour degree as written in the file. Raises Refusal 'choice-unknown'."""
    if not -3 <= degree <= 3:
        raise refuse("not-possible", "choice-unknown")
    return str(degree)


def check_condition(law: Law, kind: str, court_type: str | None, condition: str, day: date) -> str:
    """A condition that the institution type, or the type the court set, has on a day, or Refusal 'choice-unknown'."""
    if not any(condition in law.conditions(one, day) for one in (kind, court_type) if one is not None):
        raise refuse("not-possible", "choice-unknown")
    return condition


def check_basis(law: Law, kind: str, basis: str, court_type: str | None) -> None:
    """Institution type, basis and court type of a placement. Raises Refusal 'choice-unknown'."""
    known = kind in law.institutions and basis in get_args(PlacementBasis)
    needs_court = kind in law.tables.court_sets_type_in and basis not in ("kept_for_order", "housekeeping")
    if not known or (court_type is not None and court_type not in law.institutions):
        raise refuse("not-possible", "choice-unknown")
    if needs_court and court_type is None:
        raise refuse("not-possible", "text-missing")
