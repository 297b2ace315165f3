"""The rows of a law file: each a rule with the days on which it is in force and its article.

`valid_from` and `valid_to` are both days in force; `valid_to=None` means until further notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from service.domain.facts import Kind
from service.domain.rates import Rate

Setting = str | int
CallsUnder = Literal["free", "exceptional", "stopped"]
MonthsFrom = Literal["term", "condition", "degree", "strict-without-penalty"]
Down = Literal["malicious", "violator", "violator-on-arrival", "more-than-two-live-penalties"]


@dataclass(frozen=True, slots=True)
class SettingRule:
    """What the service assumes where the law is silent, and what else could be assumed."""

    name: str
    value: Setting
    choices: tuple[Setting, ...]
    article: str
    note: str


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """The visits, parcels and spending of one institution type and condition. `figures` keep the words of
    the file."""

    institution: str
    condition: str
    valid_from: date
    valid_to: date | None
    short: Rate
    long: Rate
    figures: Mapping[str, str]
    article: str


@dataclass(frozen=True, slots=True)
class InstitutionRule:
    """How an institution type is read: where its condition comes from, its group of call rules, its own
    hours."""

    name: str
    condition: str
    calls: str
    article: str
    permission: str | None
    first_visit: bool
    video_visits: bool
    outside_visits: bool
    opens: time | None
    closes: time | None


@dataclass(frozen=True, slots=True)
class TableRules:
    """Whose quotas hold, by the basis of the placement."""

    by_basis: Mapping[str, str]
    court_sets_type_in: frozenset[str]
    housekeeping_in: frozenset[str]
    condition_kept_for_order: str
    article: str


@dataclass(frozen=True, slots=True)
class DurationRow:
    """The lawful length of an appointment; a row that names an institution, a degree or a stay outside
    goes first."""

    kind: str
    institution: str | None
    degree: int | None
    outside: bool
    valid_from: date
    valid_to: date | None
    longest: timedelta
    shortest: timedelta | None
    article: str


@dataclass(frozen=True, slots=True)
class PartyRule:
    """Who may come, by groups of relations."""

    groups: frozenset[str]
    free: frozenset[str]
    """Groups that need neither the head's permission (visits) nor a place in the personal file (calls)."""
    adults: int | None
    minors: frozenset[str]
    between_convicts: frozenset[str]
    article: str


@dataclass(frozen=True, slots=True)
class HoursRule:
    """Between which hours a kind of appointment may be; institution-local."""

    opens: time
    closes: time
    article: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """How often calls may be in a group of institutions."""

    group: str
    valid_from: date
    valid_to: date | None
    rate: Rate
    article: str


@dataclass(frozen=True, slots=True)
class CallRules:
    """What is common to all calls: who decides how fast, who is restricted, what an emergency leaves."""

    decision_working_days: int
    restricted_conditions: frozenset[str]
    restricted_article: str
    emergency_rate: Rate
    emergency_groups: frozenset[str]
    emergency_conditions: frozenset[str]
    emergency_suspensions: frozenset[str]
    emergency_article: str
    article: str


@dataclass(frozen=True, slots=True)
class SuspensionRule:
    """What a ground of suspension stops, and the most days it may last."""

    ground: str
    reason: str
    stops: frozenset[Kind]
    calls: CallsUnder
    most_days: int | None
    note: str | None
    article: str


@dataclass(frozen=True, slots=True)
class BanRule:
    """What a lasting bar of the convict stops."""

    ground: str
    reason: str
    stops: frozenset[Kind]
    substitution: bool
    """Whether a short visit may still be taken in the place of the long one that is barred."""
    article: str


@dataclass(frozen=True, slots=True)
class VisitorBanRule:
    """What a bar of a visitor stops; `months` is its length where no end is recorded, None for no end."""

    ground: str
    stops: frozenset[Kind]
    months: int | None
    article: str


@dataclass(frozen=True, slots=True)
class LiferRule:
    """The conditions in which those serving life have long visits."""

    long_conditions: frozenset[str]
    valid_from: date
    article: str


@dataclass(frozen=True, slots=True)
class IncentiveRule:
    """How many extra visits may be granted a year, and from which behaviour degree."""

    kind: str
    per_year: int
    per_year_from_degree: int
    per_year_of_others: int
    least_degree: int
    article: str


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """The reasons that an exception granted by so many officers sets aside, and no others.

    `covers`: a surplus above the lawful number. An exception names one reason; one for a surplus sets aside every
    reason of the number, any other its own reason only. One officer approves at most `approvals_a_month`.
    """

    covers: frozenset[str]
    non_relatives: frozenset[str]
    off_hours: frozenset[str]
    officers: int
    approvals_a_month: int
    article: str

    @property
    def kinds(self) -> frozenset[str]:
        """The reasons that may be named."""
        return self.covers | self.non_relatives | self.off_hours

    def sets_aside(self, named: str | None) -> frozenset[str]:
        """The reasons set aside by an exception that names one; without a name, that of a surplus."""
        return self.covers if named is None or named in self.covers else frozenset({named}) & self.kinds


@dataclass(frozen=True, slots=True)
class DegreeRule:
    """When a positive behaviour degree may be proposed."""

    degree: int
    from_degree: int
    months_without_penalty: int
    since: Literal["last-incentive", "degree"]
    article: str


@dataclass(frozen=True, slots=True)
class MoveRule:
    """When a condition may be changed: upwards after months, a degree, diligence; downwards for behaviour."""

    institution: str
    from_condition: str
    to_condition: str
    valid_from: date
    valid_to: date | None
    months: int | None
    most_months: int | None
    months_of_grave_chapters: int | None
    grave_chapters: frozenset[int]
    months_from: MonthsFrom
    degree: int | None
    clean: bool
    diligent: bool
    before_release_months: int | None
    down: Down | None
    spares_vulnerable: bool
    back_after_months: int | None
    article: str


@dataclass(frozen=True, slots=True)
class BehaviourRules:
    """What makes a violator, and when a penalty is spent."""

    penalty_spent_months: int
    early_lifting_months: int
    systematic_penalties: int
    systematic_months: int
    isolation_penalties: frozenset[str]
    juvenile_institution: str
    juvenile_malicious_penalty: str
    juvenile_malicious_count: int
    degree_article: str
    violator_article: str
    juvenile_article: str


@dataclass(frozen=True, slots=True)
class UsualHoliday:
    """A day off of every year from `first_year` to `last_year`; `moves` when it falls on a weekend."""

    month: int
    day: int
    moves: bool
    first_year: int = 1
    last_year: int = 9999
