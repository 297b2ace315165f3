"""The rules on calls of a law file."""

from service.domain.law import LawError
from service.domain.law_quotas import follow_each_other, read_rate
from service.domain.law_rows import CallRow, CallRules
from service.domain.law_section import Section


def read_calls(section: Section, half_month_days: int) -> CallRules:
    """The rules common to all calls; raises `LawError`."""
    rules = CallRules(
        decision_working_days=section.number("decision_working_days"),
        restricted_conditions=section.words("restricted_conditions"),
        restricted_article=section.text("restricted_article"),
        emergency_rate=read_rate(section, "emergency_rate", half_month_days),
        emergency_groups=section.words("emergency_groups"),
        emergency_conditions=section.words("emergency_conditions"),
        emergency_suspensions=section.words("emergency_suspensions"),
        emergency_article=section.text("emergency_article"),
        article=section.text("article"),
    )
    section.done()
    if rules.emergency_rate.per != "calendar-month":
        raise LawError("calls.emergency_rate: must be a number per calendar month")
    return rules


def read_call_rows(file: Section, half_month_days: int) -> dict[str, tuple[CallRow, ...]]:
    """How often calls may be, by group of institutions and sorted by first day."""
    found: dict[str, list[CallRow]] = {}
    for section in file.rows("call"):
        row = CallRow(
            group=section.text("group"),
            valid_from=section.day("valid_from"),
            valid_to=section.day_or_none("valid_to"),
            rate=read_rate(section, "rate", half_month_days),
            article=section.text("article"),
        )
        section.done()
        if row.rate.rule not in ("day", "stay", "unlimited", "none", "unknown"):
            raise LawError(f"{section.path}.rate: calls are counted by day or stay, not {row.rate}")
        found.setdefault(row.group, []).append(row)
    for group, rows in found.items():
        follow_each_other(f"call {group}", rows)
    return {group: tuple(sorted(rows, key=lambda row: row.valid_from)) for group, rows in found.items()}
