"""The rules on behaviour degrees and moves of condition of a law file (PEC 95, 103, 130, 132-150)."""

from collections.abc import Container
from typing import Literal, get_args

from service.domain.law import LawError
from service.domain.law_quotas import follow_each_other
from service.domain.law_rows import BehaviourRules, DegreeRule, Down, MonthsFrom, MoveRule
from service.domain.law_section import Section

_SINCE: tuple[Literal["last-incentive", "degree"], ...] = ("last-incentive", "degree")


def read_behaviour(section: Section) -> BehaviourRules:
    """What makes a violator, and when a penalty is spent."""
    rules = BehaviourRules(
        penalty_spent_months=section.number("penalty_spent_months"),
        early_lifting_months=section.number("early_lifting_months"),
        systematic_penalties=section.number("systematic_penalties"),
        systematic_months=section.number("systematic_months"),
        isolation_penalties=section.words("isolation_penalties"),
        juvenile_institution=section.text("juvenile_institution"),
        juvenile_malicious_penalty=section.text("juvenile_malicious_penalty"),
        juvenile_malicious_count=section.number("juvenile_malicious_count"),
        degree_article=section.text("degree_article"),
        violator_article=section.text("violator_article"),
        juvenile_article=section.text("juvenile_article"),
    )
    section.done()
    return rules


def read_degrees(file: Section) -> tuple[DegreeRule, ...]:
    """The conditions of each positive degree."""
    rules = []
    for section in file.rows("degree"):
        since = section.text("since", _SINCE)
        rule = DegreeRule(
            degree=section.number("degree"),
            from_degree=section.number("from_degree"),
            months_without_penalty=section.number("months_without_penalty"),
            since=next(one for one in _SINCE if one == since),
            article=section.text("article"),
        )
        section.done()
        rules.append(rule)
    return tuple(rules)


def read_moves(file: Section, institutions: Container[str]) -> tuple[MoveRule, ...]:
    """The moves between conditions; raises `LawError` when versions of one overlap or leave a gap."""
    rules = [_move(section, institutions) for section in file.rows("move")]
    for key in {_key(rule) for rule in rules}:
        follow_each_other("move " + " ".join(map(str, key)), [rule for rule in rules if _key(rule) == key])
    return tuple(rules)


def _key(rule: MoveRule) -> tuple[str, str, str, str]:
    return rule.institution, rule.from_condition, rule.to_condition, rule.down or "up"


def _move(section: Section, institutions: Container[str]) -> MoveRule:
    down = section.text("down", get_args(Down)) if section.has("down") else None
    months_from = section.text("months_from", get_args(MonthsFrom)) if down is None else "condition"
    rule = MoveRule(
        institution=section.text("institution"),
        from_condition=section.text("from"),
        to_condition=section.text("to"),
        valid_from=section.day("valid_from"),
        valid_to=section.day_or_none("valid_to"),
        months=section.number("months") if down is None else None,
        most_months=section.number_or_none("most_months"),
        months_of_grave_chapters=section.number_or_none("months_of_grave_chapters"),
        grave_chapters=frozenset(section.list_of("grave_chapters", int)),
        months_from=next(one for one in get_args(MonthsFrom) if one == months_from),
        degree=section.number_or_none("degree"),
        clean=section.flag("clean"),
        diligent=section.flag("diligent"),
        before_release_months=section.number_or_none("before_release_months"),
        down=next((one for one in get_args(Down) if one == down), None),
        spares_vulnerable=section.flag("spares_vulnerable"),
        back_after_months=section.number_or_none("back_after_months"),
        article=section.text("article"),
    )
    section.done()
    if rule.institution not in institutions:
        raise LawError(f"{section.path}: no institution named {rule.institution!r}")
    return rule
