"""`kezdesu law check|show`: is a law file sound, and what does it say?"""

import json
import sys
from datetime import date
from pathlib import Path

import click

from service.domain.facts_reading import BadCase, read_day, written_length
from service.domain.law import Law, LawError, UnknownName, named
from service.domain.law_file import parse_law
from service.domain.law_rows import CallRow, DurationRow, QuotaRow
from service.law import law_names, law_text, load_law

UNSOUND, BAD_INPUT = 1, 2
FIGURES = ("parcels", "packets", "spend_mci_per_month")


@click.group("law")
def command() -> None:
    """Check or show the law file."""


@command.command("check")
@click.argument("file", required=False)
@click.option("--json", "as_json", is_flag=True, help="The verdict as JSON.")
def check(file: str | None, as_json: bool) -> None:
    """Is FILE (a path, or the name of a law that comes with the service) sound? Without FILE, all that come
    with it.

    Exit status: 0 sound, 1 not sound, 2 not readable.
    """
    verdicts = []
    for name in [file] if file else law_names():
        try:
            text = law_text(name) if name in law_names() else Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            click.echo(f"kezdesu law check: {name} cannot be read: {error}", err=True)
            sys.exit(BAD_INPUT)
        try:
            law = parse_law(text)
        except LawError as error:
            verdicts.append({"law": name, "sound": False, "fault": str(error)})
        else:
            rows = [row for rows in law.quotas.values() for row in rows]
            unknown = sum(text == "unknown" for row in rows for text in row.figures.values())
            unknown += sum(str(rate) == "unknown" for row in rows for rate in (row.short, row.long))
            unknown += sum(str(row.rate) == "unknown" for rows in law.call_rows.values() for row in rows)
            counts = {"quota_rows": len(rows), "settings": len(law.settings), "unknown_cells": unknown}
            verdicts.append({"law": name, "sound": True, **counts})
    for verdict in verdicts:
        click.echo(json.dumps(verdict, ensure_ascii=False) if as_json else _sentence(verdict))
    sys.exit(0 if all(verdict["sound"] for verdict in verdicts) else UNSOUND)


def _sentence(verdict: dict[str, object]) -> str:
    if not verdict["sound"]:
        return f"{verdict['law']}: not sound: {verdict['fault']}"
    return (
        f"{verdict['law']}: sound; {verdict['quota_rows']} quota rows, {verdict['settings']} settings, "
        f"{verdict['unknown_cells']} cells marked unknown"
    )


@command.command("show")
@click.option("--law", "law_name", default="kz", help="The law file.")
@click.option("--institution", help="Only this type of institution.")
@click.option("--condition", help="Only this condition.")
@click.option("--on", help="Only what is in force on this day, as 2026-03-10.")
@click.option("--settings", is_flag=True, help="Also the settings where the law is silent, with their notes.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(
    law_name: str, institution: str | None, condition: str | None, on: str | None, settings: bool, as_json: bool
) -> None:
    """What the law file says: visits, parcels, spending, lengths and calls, with their days and articles."""
    try:
        law = load_law(law_name)
        day = read_day(on, "--on") if on else None
        if institution is not None:
            named(law.institutions, institution, "institution")
        rows = [
            row
            for rows in law.quotas.values()
            for row in rows
            if institution in (None, row.institution) and condition in (None, row.condition) and _on(row, day)
        ]
        if not rows:
            _nothing(law, institution, condition, day)
    except (LawError, BadCase) as error:
        click.echo(f"kezdesu law show: {error}", err=True)
        sys.exit(BAD_INPUT)
    durations = [
        row for row in law.durations if institution in (None, row.institution or institution) and _on(row, day)
    ]
    groups = {law.institutions[row.institution].calls for row in rows}
    calls = [row for group in sorted(groups) for row in law.call_rows[group] if _on(row, day)]
    if as_json:
        cells = {
            "law": law.name,
            "quotas": [_quota(row) for row in rows],
            "durations": [_duration(row) for row in durations],
            "calls": [_call(row) for row in calls],
        }
        if settings:
            cells["settings"] = [
                {
                    "name": one.name,
                    "value": one.value,
                    "choices": list(one.choices),
                    "article": one.article,
                    "note": one.note,
                }
                for one in law.settings.values()
            ]
        click.echo(json.dumps(cells, ensure_ascii=False))
        return
    _table([_quota(row) for row in rows])
    _table([_duration(row) for row in durations])
    _table([_call(row) for row in calls])
    if settings:
        for one in law.settings.values():
            click.echo(
                f"{one.name} = {one.value} (of {', '.join(map(str, one.choices))}) [{one.article}]\n  {one.note}"
            )


def _on(row: QuotaRow | DurationRow | CallRow, day: date | None) -> bool:
    return day is None or (row.valid_from <= day and (row.valid_to is None or day <= row.valid_to))


def _nothing(law: Law, institution: str | None, condition: str | None, day: date | None) -> None:
    there = sorted({one for place, one in law.quotas if institution in (None, place)})
    if condition is not None and condition not in there:
        raise UnknownName(f"no condition named {condition!r} there; the law has {', '.join(there)}")
    raise LawError(f"the law {law.name} has no such row on {day}")


def _versions(row: QuotaRow | DurationRow | CallRow) -> dict[str, str | None]:
    until = row.valid_to.isoformat() if row.valid_to else None
    return {"valid_from": row.valid_from.isoformat(), "valid_to": until, "article": row.article}


def _quota(row: QuotaRow) -> dict[str, str | None]:
    figures = {name: row.figures[name] for name in FIGURES}
    visits = {"short": str(row.short), "long": str(row.long)}
    return {"institution": row.institution, "condition": row.condition, **visits, **figures, **_versions(row)}


def _duration(row: DurationRow) -> dict[str, str | None]:
    return {
        "kind": row.kind,
        "institution": row.institution,
        "degree": None if row.degree is None else str(row.degree),
        "outside": "yes" if row.outside else None,
        "longest": written_length(row.longest),
        "shortest": written_length(row.shortest) if row.shortest else None,
        **_versions(row),
    }


def _call(row: CallRow) -> dict[str, str | None]:
    return {"calls": row.group, "rate": str(row.rate), **_versions(row)}


def _table(rows: list[dict[str, str | None]]) -> None:
    """Columns wide enough for their longest cell, an empty cell as a dash."""
    if not rows:
        return
    lines = [list(rows[0]), *([cell or "–" for cell in row.values()] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    click.echo()
