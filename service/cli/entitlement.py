"""`kezdesu entitlement`: may this convict have this appointment on this day, and if not, why and when?"""

import json
import sys
from pathlib import Path

import click

from service.domain.answer import Entitlement
from service.domain.entitlement import entitlement
from service.domain.facts import KINDS
from service.domain.facts_check import check_facts
from service.domain.facts_reading import BadCase, Case, read_case, read_day, written, written_length
from service.domain.law import LawError
from service.domain.quick_case import quick_case
from service.domain.reasons import Reason, reason
from service.language import LANGUAGES, reason_text
from service.law import load_law

NOT_ALLOWED, BAD_INPUT = 1, 2


@click.command("entitlement")
@click.option("--law", "law_name", default=None, help="The law file; kz if nothing else is said.")
@click.option("--facts", "facts_file", default=None, help="A whole history as JSON (docs/entitlement.md).")
@click.option("--institution", help="The type of institution: medium, maximum, remand, …")
@click.option("--condition", help="The condition of serving: regular, light, preferential, strict, …")
@click.option("--kind", type=click.Choice(KINDS), help="What is asked for; short if nothing else is said.")
@click.option("--on", help="The day asked for, as 2026-03-10.")
@click.option("--last", multiple=True, help="The day of an earlier visit of the kind; may be repeated.")
@click.option("--next", "later", multiple=True, help="The day of a visit already planned; may be repeated.")
@click.option("--degree", type=click.IntRange(-3, 3), default=0, help="The behaviour degree, -3 to 3.")
@click.option("--from-long", is_flag=True, help="A short visit in the place of a long one.")
@click.option("--setting", multiple=True, help="Another value of a setting of the law, as name=value.")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@click.option("--details", is_flag=True, help="Also the length, the charge and the notes.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", help="The language of the sentences.")
def command(
    *,
    law_name: str | None,
    facts_file: str | None,
    institution: str | None,
    condition: str | None,
    kind: str | None,
    on: str | None,
    last: tuple[str, ...],
    later: tuple[str, ...],
    degree: int,
    from_long: bool,
    setting: tuple[str, ...],
    as_json: bool,
    details: bool,
    language: str,
) -> None:
    """May this convict have this appointment on this day, and if not, why and when?

    Exit status: 0 allowed, 1 not allowed, 2 the question cannot be answered.
    """
    overrides = dict(_setting(one) for one in setting)
    try:
        if facts_file is not None:
            if institution or condition or last or later:
                raise BadCase("--facts holds the whole history: leave out --institution, --condition, --last, --next")
            replaced: dict[str, object] = {}
            if kind is not None:
                replaced["kind"] = kind
            if on is not None:
                replaced["day"] = on
            if from_long:
                replaced["from_long"] = True
            case = read_case(_text(facts_file), replaced)
            law = load_law(law_name or case.law, overrides)
        else:
            if institution is None or on is None:
                raise BadCase("say --institution and --on, or give a whole history with --facts")
            law = load_law(law_name or "kz", overrides)
            case = quick_case(
                law,
                institution=institution,
                condition=condition,
                kind=next(one for one in KINDS if one == (kind or "short")),
                on=read_day(on, "--on"),
                last=tuple(read_day(one, "--last") for one in last),
                later=tuple(read_day(one, "--next") for one in later),
                degree=degree,
                from_long=from_long,
            )
        check_facts(law, case.facts, case.request)
        answer = entitlement(law, case.facts, case.request)
    except (BadCase, LawError) as error:
        click.echo(f"kezdesu entitlement: {error}", err=True)
        sys.exit(BAD_INPUT)
    if as_json:
        click.echo(json.dumps(_as_cells(answer, details), ensure_ascii=False))
    else:
        _print(answer, case, language, details)
    sys.exit(0 if answer.allowed else NOT_ALLOWED)


def _setting(text: str) -> tuple[str, str | int]:
    name, _, value = text.partition("=")
    return name, int(value) if value.isdecimal() else value


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadCase(f"{file} cannot be read: {error}") from error


def _as_cells(answer: Entitlement, details: bool) -> dict[str, object]:
    cells: dict[str, object] = {
        "allowed": answer.allowed,
        "due": answer.due.isoformat() if answer.due else None,
        "rate": str(answer.rate) if answer.rate else None,
        "reasons": [_reason_cells(one) for one in answer.reasons],
    }
    if details:
        cells["article"] = answer.article
        cells["duration"] = written_length(answer.duration) if answer.duration else None
        cells["charge"] = written(answer.charge)
        cells["notes"] = [_reason_cells(one) for one in answer.notes]
    return cells


def _reason_cells(one: Reason) -> dict[str, object]:
    text = {language: reason_text(one, language) for language in LANGUAGES}
    return {"code": one.code, "article": one.article, "text": text}


def _print(answer: Entitlement, case: Case, language: str, details: bool) -> None:
    day = case.request.day
    lines = [reason("answer-allowed" if answer.allowed else "answer-not-allowed", day=day)]
    if answer.due is None:
        lines.append(reason("answer-no-due"))
    elif answer.due != day:
        lines.append(reason("answer-due", day=answer.due))
    for line in lines:
        click.echo(reason_text(line, language))
    for one in (*answer.reasons, *(answer.notes if details or answer.allowed else ())):
        click.echo(f"- {reason_text(one, language)} [{one.article}]")
    if details:
        shown = ("rate", "article", "duration", "charge")
        cells = {name: cell for name, cell in _as_cells(answer, details).items() if name in shown}
        click.echo(json.dumps(cells, ensure_ascii=False))
