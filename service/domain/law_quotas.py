"""The quota and duration rows of a law file, and the check that versions of a row follow each other."""

import re
from collections.abc import Container, Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

from service.domain.calendar import ONE_DAY
from service.domain.facts import KINDS
from service.domain.law import LawError
from service.domain.law_rows import DurationRow, QuotaRow
from service.domain.law_section import Section
from service.domain.rates import BadRate, Rate, parse_rate

_NO_LIMIT = ("none", "none stated", "unlimited", "unknown")
_COUNT = re.compile(r"\d+/year")


class Version(Protocol):
    """A row with its days in force."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


def read_rate(section: Section, key: str, half_month_days: int) -> Rate:
    """A rate, with the place in the message when it is bad."""
    try:
        return parse_rate(section.text(key), half_month_days)
    except BadRate as error:
        raise LawError(f"{section.path}.{key}: {error}") from error


def follow_each_other(what: str, versions: Iterable[Version]) -> None:
    """Raises `LawError` when two versions of one row overlap or leave days between them uncovered."""
    ordered = sorted(versions, key=lambda one: one.valid_from)
    for one in ordered:
        if one.valid_to is not None and one.valid_to < one.valid_from:
            raise LawError(f"{what}: valid_to {one.valid_to} is before valid_from {one.valid_from}")
    for before, after in pairwise(ordered):
        if before.valid_to is None or before.valid_to >= after.valid_from:
            ends = before.valid_to or "with no end"
            raise LawError(f"{what}: versions overlap: from {before.valid_from} to {ends}, and from {after.valid_from}")
        if before.valid_to + ONE_DAY != after.valid_from:
            raise LawError(f"{what}: gap between {before.valid_to} and {after.valid_from}")


def read_quotas(
    file: Section, institutions: Container[str], half_month_days: int
) -> dict[tuple[str, str], tuple[QuotaRow, ...]]:
    """All quota rows by institution and condition, each sorted by its first day."""
    found: dict[tuple[str, str], list[QuotaRow]] = {}
    for section in file.rows("quota"):
        figures = {key: _figure(section, key) for key in ("parcels", "packets", "spend_mci_per_month")}
        row = QuotaRow(
            institution=section.text("institution"),
            condition=section.text("condition"),
            valid_from=section.day("valid_from"),
            valid_to=section.day_or_none("valid_to"),
            short=read_rate(section, "short", half_month_days),
            long=read_rate(section, "long", half_month_days),
            figures=figures,
            article=section.text("article"),
        )
        section.done()
        if row.institution not in institutions:
            raise LawError(f"{section.path}: no institution named {row.institution!r}")
        found.setdefault((row.institution, row.condition), []).append(row)
    if not found:
        raise LawError("the law file has no quota")
    for (institution, condition), rows in found.items():
        follow_each_other(f"quota {institution}/{condition}", rows)
    return {key: tuple(sorted(rows, key=lambda row: row.valid_from)) for key, rows in found.items()}


def _figure(section: Section, key: str) -> str:
    text = section.text(key)
    if key == "spend_mci_per_month" and re.fullmatch(r"\d+", text):
        return text
    counted = key != "spend_mci_per_month" and _COUNT.fullmatch(text)
    if text not in _NO_LIMIT and not counted:
        raise LawError(f"{section.path}.{key}: {text!r} is neither an amount nor a number a year")
    return text


def read_durations(file: Section, institutions: Mapping[str, object]) -> tuple[DurationRow, ...]:
    """All duration rows."""
    rows = []
    for section in file.rows("duration"):
        row = DurationRow(
            kind=section.text("kind", KINDS),
            institution=section.text_or_none("institution", tuple(institutions)),
            degree=section.number_or_none("degree"),
            outside=section.flag("outside"),
            valid_from=section.day("valid_from"),
            valid_to=section.day_or_none("valid_to"),
            longest=_length(section, "longest"),
            shortest=_length(section, "shortest") if section.has("shortest") else None,
            article=section.text("article"),
        )
        section.done()
        rows.append(row)
    keys = {(row.kind, row.institution, row.degree, row.outside) for row in rows}
    for key in keys:
        versions = [row for row in rows if (row.kind, row.institution, row.degree, row.outside) == key]
        follow_each_other("duration " + "/".join(str(part) for part in key if part), versions)
    return tuple(rows)


def _length(section: Section, key: str) -> timedelta:
    text = section.text(key)
    match = re.fullmatch(r"([1-9]\d{0,2})(min|h|d)", text)
    if match is None:
        raise LawError(f"{section.path}.{key}: {text!r} is no length like 15min, 2h or 3d")
    number = int(match[1])
    return {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[match[2]] * number
