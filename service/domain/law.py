"""A law file in memory: quotas by institution, condition and day, and every number the rules need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from service.domain.calendar import ONE_DAY, SATURDAY, add_working_days
from service.domain.law_rows import (
    BanRule,
    BehaviourRules,
    CallRow,
    CallRules,
    DegreeRule,
    DurationRow,
    ExceptionRule,
    HoursRule,
    IncentiveRule,
    InstitutionRule,
    LiferRule,
    MoveRule,
    PartyRule,
    QuotaRow,
    Setting,
    SettingRule,
    SuspensionRule,
    TableRules,
    UsualHoliday,
    VisitorBanRule,
)

T = TypeVar("T")
R = TypeVar("R", QuotaRow, CallRow)


class LawError(ValueError):
    """A law file, or a question put to it, that cannot be answered; the text says what and where."""


class UnknownCell(LawError):
    """The law file marks the figure asked for as unknown."""


class UnknownName(LawError):
    """A name that the law file does not have; the text lists those it has."""


@dataclass(frozen=True, slots=True)
class Law:
    """One jurisdiction. Made by `parse_law`, which has checked it."""

    name: str
    country: str
    read_as_of: date
    age_of_majority: int
    settings: Mapping[str, SettingRule]
    institutions: Mapping[str, InstitutionRule]
    tables: TableRules
    quotas: Mapping[tuple[str, str], tuple[QuotaRow, ...]]
    durations: tuple[DurationRow, ...]
    groups: Mapping[str, str]
    """Relation to group."""
    parties: Mapping[str, PartyRule]
    hours: Mapping[str, HoursRule]
    calls: CallRules
    call_rows: Mapping[str, tuple[CallRow, ...]]
    suspensions: Mapping[str, SuspensionRule]
    bans: Mapping[str, BanRule]
    visitor_bans: Mapping[str, VisitorBanRule]
    lifers: LiferRule
    incentives: IncentiveRule
    exceptions: ExceptionRule
    behaviour: BehaviourRules
    degrees: tuple[DegreeRule, ...]
    moves: tuple[MoveRule, ...]
    days_off: Mapping[int, frozenset[date]]
    usual_days_off: tuple[UsualHoliday, ...]

    def setting(self, name: str) -> Setting:
        """The value of a setting where the law is silent."""
        return named(self.settings, name, "setting").value

    def quota(self, institution: str, condition: str, day: date) -> QuotaRow | None:
        """The row in force on `day`; None when that institution and condition have none that day. Raises
        `UnknownName` for an institution the law does not have."""
        rows = self.quotas.get((institution, condition))
        if rows is None:
            named(self.institutions, institution, "institution")
            return None
        return _row_on(rows, day)

    def conditions(self, institution: str, day: date) -> tuple[str, ...]:
        """The conditions that `institution` has on `day`."""
        return tuple(
            condition
            for (name, condition), rows in self.quotas.items()
            if name == institution and _row_on(rows, day) is not None
        )

    def next_version(self, institution: str, condition: str, day: date) -> date | None:
        """The first day after `day` on which another version of the row, or none, is in force."""
        turns = [
            turn
            for row in self.quotas.get((institution, condition), ())
            for turn in (row.valid_from, row.valid_to and row.valid_to + ONE_DAY)
            if turn and turn > day
        ]
        return min(turns, default=None)

    def figure(self, institution: str, condition: str, day: date, column: str) -> str:
        """A cell of the quota table as written; raises `UnknownCell` where the file does not know it."""
        row = self.quota(institution, condition, day)
        if row is None:
            raise LawError(f"the law has no row {institution}/{condition} on {day}")
        text = {"short": str(row.short), "long": str(row.long), **row.figures}.get(column)
        if text is None:
            raise UnknownName(f"no column {column!r}; there are short, long, {', '.join(sorted(row.figures))}")
        return known(text, f"{column} of {institution}/{condition} on {day} ({row.article})")

    def duration(
        self, kind: str, day: date, institution: str, degree: int = 0, outside: bool = False
    ) -> DurationRow | None:
        """The lawful length of a visit or call, the most particular row first; None where there is none."""
        fitting = [
            row
            for row in self.durations
            if row.kind == kind
            and row.outside == outside
            and row.institution in (None, institution)
            and row.degree in (None, degree)
            and row.valid_from <= day
            and (row.valid_to is None or day <= row.valid_to)
        ]
        return max(fitting, key=lambda row: (row.institution is not None, row.degree is not None), default=None)

    def call_rate(self, group: str, day: date) -> CallRow | None:
        """How often calls of this group of institutions may be on `day`."""
        return _row_on(named(self.call_rows, group, "group of calls"), day)

    def next_call_version(self, group: str, day: date) -> date | None:
        """The first day after `day` on which another rule on calls begins."""
        return min((row.valid_from for row in self.call_rows.get(group, ()) if row.valid_from > day), default=None)

    def group(self, relation: str) -> str:
        """The group of a relation: spouse, close, relative, co-parent, lawyer, doctor, betrothed or other."""
        return named(self.groups, relation, "relation")

    def decision_due(self, received_on: date) -> date:
        """The last day for deciding an application for a call (IR 101), working days counted after
        `received_on`."""
        years = range(received_on.year, received_on.year + 2)
        off = frozenset[date]().union(*(self.days_off_in(year) for year in years))
        return add_working_days(received_on, self.calls.decision_working_days, off)

    def days_off_in(self, year: int) -> frozenset[date]:
        """The public holidays of a year and the days moved for them."""
        if year in self.days_off:
            return self.days_off[year]
        usual = [rule for rule in self.usual_days_off if rule.first_year <= year <= rule.last_year]
        days = {date(year, rule.month, rule.day) for rule in usual}
        for rule in sorted(usual, key=lambda one: (one.month, one.day)):
            moved = date(year, rule.month, rule.day)
            if rule.moves and moved.weekday() >= SATURDAY:
                while moved.weekday() >= SATURDAY or moved in days:
                    moved += timedelta(days=1)
                days.add(moved)
        return frozenset(days)


def named(table: Mapping[str, T], name: str, what: str) -> T:
    """The entry of that name; raises `UnknownName` with the names there are."""
    try:
        return table[name]
    except KeyError:
        raise UnknownName(f"no {what} named {name!r}; the law has {', '.join(sorted(table))}") from None


def known(text: str, where: str) -> str:
    """The text of a cell; raises `UnknownCell` if it is marked unknown."""
    if text == "unknown":
        raise UnknownCell(f"the law file marks {where} as unknown: look it up and write it in before using it")
    return text


def _row_on(rows: Iterable[R], day: date) -> R | None:
    for row in rows:
        if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to):
            return row
    return None
