"""Who may come, and what bars convict or visitor: the parts of a law file about people."""

from collections.abc import Mapping
from typing import get_args

from service.domain.facts import KINDS, Kind
from service.domain.law import LawError
from service.domain.law_rows import (
    BanRule,
    CallsUnder,
    PartyRule,
    SettingRule,
    SuspensionRule,
    VisitorBanRule,
)
from service.domain.law_section import Section
from service.domain.reasons import REASONS

_GROUPS = ("spouse", "close", "relative", "co-parent", "lawyer", "doctor", "betrothed", "other")


def read_relations(section: Section) -> dict[str, str]:
    """Relation to group; a relation may be in one group only."""
    found: dict[str, str] = {}
    for group in _GROUPS:
        for relation in section.list_of(group, str):
            if relation in found:
                raise LawError(f"{section.path}: {relation} is in {found[relation]} and in {group}")
            found[relation] = group
    section.done()
    return found


def read_parties(section: Section, groups: Mapping[str, str]) -> dict[str, PartyRule]:
    """Who may come, by kind of appointment; raises `LawError` for unknown groups and relations."""
    found = {}
    for name, one in section.sections():
        rule = PartyRule(
            groups=one.words("groups"),
            free=one.words("without_permission") | one.words("without_listing"),
            adults=one.number_or_none("adults"),
            minors=one.words("minors"),
            between_convicts=one.words("between_convicts"),
            article=one.text("article"),
        )
        one.done()
        if unknown := sorted((rule.groups | rule.free | rule.between_convicts) - set(_GROUPS)):
            raise LawError(f"{one.path}: no group of relations named {', '.join(unknown)}")
        if unknown := sorted(rule.minors - set(groups)):
            raise LawError(f"{one.path}.minors: no relation named {', '.join(unknown)}")
        found[name] = rule
    return found


def read_suspension(ground: str, section: Section, settings: Mapping[str, SettingRule]) -> SuspensionRule:
    """One ground of suspension, its stops subject to a setting where the law is silent."""
    stops = _kinds(section, "stops")
    if section.has("stops_by") and _setting(section, "stops_by", settings) == "allowed":
        stops = frozenset()
    calls: tuple[CallsUnder, ...] = get_args(CallsUnder)
    under = section.text("calls", calls)
    note = section.text_or_none("note")
    if note is not None and note not in REASONS:
        raise LawError(f"{section.path}.note: no note named {note}")
    rule = SuspensionRule(
        ground=ground,
        reason=section.text("reason"),
        stops=stops,
        calls=next(one for one in calls if one == under),
        most_days=section.number_or_none("most_days"),
        note=note,
        article=section.text("article"),
    )
    section.done()
    return rule


def read_ban(ground: str, section: Section, settings: Mapping[str, SettingRule]) -> BanRule:
    """One lasting bar of the convict."""
    by = _setting(section, "substitution_by", settings) if section.has("substitution_by") else "forbidden"
    rule = BanRule(ground, section.text("reason"), _kinds(section, "stops"), by == "allowed", section.text("article"))
    section.done()
    return rule


def read_visitor_ban(ground: str, section: Section, settings: Mapping[str, SettingRule]) -> VisitorBanRule:
    """One bar of visitors."""
    months = section.number_or_none("months")
    if section.has("months_by"):
        months = 12 if _setting(section, "months_by", settings) == "one-year" else None
    rule = VisitorBanRule(ground, _kinds(section, "stops"), months, section.text("article"))
    section.done()
    return rule


def _setting(section: Section, key: str, settings: Mapping[str, SettingRule]) -> str:
    name = section.text(key)
    if name not in settings:
        raise LawError(f"{section.path}.{key}: no setting named {name}")
    return str(settings[name].value)


def _kinds(section: Section, key: str) -> frozenset[Kind]:
    words = section.words(key)
    if unknown := sorted(words - set(KINDS)):
        raise LawError(f"{section.path}.{key}: no kind named {', '.join(unknown)}; there are {', '.join(KINDS)}")
    return frozenset(kind for kind in KINDS if kind in words)
