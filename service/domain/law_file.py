"""A law file (TOML) read and checked: `parse_law`."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date

from service.domain.facts import KINDS
from service.domain.law import Law, LawError
from service.domain.law_behaviour import read_behaviour, read_degrees, read_moves
from service.domain.law_calls import read_call_rows, read_calls
from service.domain.law_people import (
    read_ban,
    read_parties,
    read_relations,
    read_suspension,
    read_visitor_ban,
)
from service.domain.law_quotas import read_durations, read_quotas
from service.domain.law_rows import (
    ExceptionRule,
    HoursRule,
    IncentiveRule,
    InstitutionRule,
    LiferRule,
    Setting,
    SettingRule,
    TableRules,
    UsualHoliday,
)
from service.domain.law_section import Section
from service.domain.reasons import REASONS

Settings = Mapping[str, SettingRule]


def parse_law(text: str, overrides: Mapping[str, Setting] | None = None) -> Law:
    """Reads a law file. `overrides` choose another value of a setting, one of its choices.

    Raises `LawError` for anything that is not well-formed: unknown keys, overlapping versions of a row, gaps
    between them, rates that cannot be counted. A cell marked unknown may stand in the file; using it raises
    `UnknownCell`.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LawError(f"the law file is not TOML: {error}") from error
    file = Section("", tables)
    head = file.section("law")
    settings = _settings(file.section("settings"), overrides or {})
    half_month = _number(settings, "half_month_days")
    groups = read_relations(file.section("relations"))
    institutions = dict(_institutions(file.section("institutions")))
    days_off, usual = _holidays(file.section("holidays"))
    law = Law(
        name=head.text("name"),
        country=head.text("country"),
        read_as_of=head.day("read_as_of"),
        age_of_majority=head.number("age_of_majority"),
        settings=settings,
        institutions=institutions,
        tables=_tables(file.section("tables"), settings),
        quotas=read_quotas(file, institutions, half_month),
        durations=read_durations(file, institutions),
        groups=groups,
        parties=read_parties(file.section("parties"), groups),
        hours={name: _hours(section) for name, section in file.section("hours").sections()},
        calls=read_calls(file.section("calls"), half_month),
        call_rows=read_call_rows(file, half_month),
        suspensions={
            name: read_suspension(name, one, settings) for name, one in file.section("suspensions").sections()
        },
        bans={name: read_ban(name, one, settings) for name, one in file.section("bans").sections()},
        visitor_bans={
            name: read_visitor_ban(name, one, settings) for name, one in file.section("visitor_bans").sections()
        },
        lifers=_lifers(file.section("lifers")),
        incentives=_incentives(file.section("incentives"), settings),
        exceptions=_exceptions(file.section("exceptions")),
        behaviour=read_behaviour(file.section("behaviour")),
        degrees=read_degrees(file),
        moves=read_moves(file, institutions),
        days_off=days_off,
        usual_days_off=usual,
    )
    head.done()
    file.done()
    _names_agree(law)
    return law


def _settings(section: Section, overrides: Mapping[str, Setting]) -> Settings:
    settings: dict[str, SettingRule] = {}
    for name, one in section.sections():
        choices = one.words_or_numbers("choices")
        given = one.word_or_number("value")
        value = overrides.get(name, given)
        if value not in choices:
            raise LawError(f"settings.{name}: {value!r} is none of {', '.join(map(str, choices))}")
        settings[name] = SettingRule(name, value, choices, one.text("article"), one.text("note"))
        one.done()
    if unknown := sorted(set(overrides) - set(settings)):
        raise LawError(f"no setting named {', '.join(unknown)}; the law has {', '.join(sorted(settings))}")
    return settings


def _number(settings: Settings, name: str) -> int:
    if name not in settings or not isinstance(settings[name].value, int):
        raise LawError(f"settings.{name}: a number is needed")
    return int(settings[name].value)


def _institutions(section: Section) -> list[tuple[str, InstitutionRule]]:
    found = []
    for name, one in section.sections():
        rule = InstitutionRule(
            name=name,
            condition=one.text("condition"),
            calls=one.text("calls"),
            article=one.text("article"),
            permission=one.text_or_none("permission", ("investigator",)),
            first_visit=one.flag("first_visit", True),
            video_visits=one.flag("video_visits", True),
            outside_visits=one.flag("outside_visits"),
            opens=one.hour_or_none("opens"),
            closes=one.hour_or_none("closes"),
        )
        if (rule.opens is None) != (rule.closes is None):
            raise LawError(f"{one.path}: opens and closes go together")
        one.done()
        found.append((name, rule))
    return found


def _tables(section: Section, settings: Settings) -> TableRules:
    by_basis = {}
    for basis in ("sentence", "housekeeping", "kept_for_order", "kept_for_trial", "treatment"):
        table = section.text(basis)
        if table.startswith("setting "):
            name = table.removeprefix("setting ")
            if name not in settings:
                raise LawError(f"{section.path}.{basis}: no setting named {name}")
            table = str(settings[name].value)
        by_basis[basis] = table
    rules = TableRules(
        by_basis,
        section.words("court_sets_type_in"),
        section.words("housekeeping_in"),
        section.text("condition_kept_for_order"),
        section.text("article"),
    )
    section.done()
    return rules


def _hours(section: Section) -> HoursRule:
    rule = HoursRule(section.hour("opens"), section.hour("closes"), section.text("article"))
    section.done()
    if rule.opens >= rule.closes:
        raise LawError(f"{section.path}: closes before it opens")
    return rule


def _lifers(section: Section) -> LiferRule:
    rule = LiferRule(section.words("long_conditions"), section.day("valid_from"), section.text("article"))
    section.done()
    return rule


def _incentives(section: Section, settings: Settings) -> IncentiveRule:
    rule = IncentiveRule(
        kind=section.text("kind", ("short", "long")),
        per_year=section.number("per_year"),
        per_year_from_degree=section.number("per_year_from_degree"),
        per_year_of_others=_number(settings, "incentives_of_others"),
        least_degree=section.number("least_degree"),
        article=section.text("article"),
    )
    section.done()
    return rule


def _exceptions(section: Section) -> ExceptionRule:
    rule = ExceptionRule(
        section.words("covers"),
        section.words("non_relatives"),
        section.words("off_hours"),
        section.number("officers"),
        section.number("approvals_a_month"),
        section.text("article"),
    )
    section.done()
    if unknown := sorted(rule.kinds - set(REASONS)):
        raise LawError(f"{section.path}: no reason named {', '.join(unknown)}")
    return rule


def _holidays(section: Section) -> tuple[dict[int, frozenset[date]], tuple[UsualHoliday, ...]]:
    usual = [UsualHoliday(*_month_day(section, text), moves=True) for text in section.list_of("usual", str)]
    usual += [UsualHoliday(*_month_day(section, text), moves=False) for text in section.list_of("fixed", str)]
    for one in section.rows("also"):
        first, last = one.number_or_none("first_year"), one.number_or_none("last_year")
        month, day = _month_day(one, one.text("day"))
        usual.append(UsualHoliday(month, day, True, first or 1, last or 9999))
        one.done()
    years = section.section("years")
    days_off: dict[int, frozenset[date]] = {}
    for name in years.keys_left():
        if not re.fullmatch(r"\d{4}", name):
            raise LawError(f"{years.path}: {name!r} is no year")
        days = years.list_of(name, date)
        if any(day.year != int(name) for day in days):
            raise LawError(f"{years.path}.{name}: holds a day of another year")
        days_off[int(name)] = frozenset(days)
    section.text("article")
    section.done()
    return days_off, tuple(usual)


def _month_day(section: Section, text: str) -> tuple[int, int]:
    try:
        day = date.fromisoformat(f"2001-{text}")
    except ValueError:
        raise LawError(f"{section.path}: {text!r} is no day of the year like 03-08") from None
    return day.month, day.day


def _names_agree(law: Law) -> None:
    """Every name that one part of the file uses of another part must be there."""
    for rule in law.institutions.values():
        if rule.calls not in law.call_rows:
            raise LawError(f"institutions.{rule.name}.calls: no [[call]] group named {rule.calls}")
    reasons = [one.reason for one in law.suspensions.values()] + [one.reason for one in law.bans.values()]
    if unknown := sorted(set(reasons) - set(REASONS)):
        raise LawError(f"suspensions and bans: no reason named {', '.join(unknown)}")
    for party in (*KINDS[:3], "legal_call", "medical_call", "lawyer", "marriage_registration"):
        if party not in law.parties:
            raise LawError(f"parties: {party} is missing")
    for kind in ("call", "lawyer", "marriage_registration"):
        if kind not in law.hours:
            raise LawError(f"hours: {kind} is missing")
    for name in law.calls.emergency_suspensions:
        if name not in law.suspensions:
            raise LawError(f"calls.emergency_suspensions: no suspension named {name}")
    for basis, table in law.tables.by_basis.items():
        if table not in ("own", "court") and table not in law.institutions:
            raise LawError(f"tables.{basis}: no institution named {table}")
