"""Whole answers as a lawyer reads them (`answers.txt`): each reason with its article, its days, what the visit takes.

Articles are those of the law file, which `tests/law/test_quota_table.py` holds against the table of the Code.
"""

from pathlib import Path

import pytest

from service.domain.entitlement import Entitlement
from service.domain.law_file import parse_law
from service.law import law_text
from tests.domain import cast
from tests.domain.questions_of_calls import OF_CALLS
from tests.domain.questions_of_forms import OF_FORMS
from tests.domain.questions_of_numbers import OF_NUMBERS
from tests.domain.questions_of_people import OF_PEOPLE
from tests.domain.questions_of_turns import OF_TURNS

FILE = Path(__file__).with_name("answers.txt")
QUESTIONS = OF_NUMBERS | OF_PEOPLE | OF_CALLS | OF_FORMS | OF_TURNS
MARKED = parse_law(law_text("kz").replace('article = "', 'article = "§ '))
"""The same law with each of its articles marked."""
FROM_THE_FILE = [
    "interval-before",
    "interval-after",
    "month-used",
    "period-used",
    "window-used",
    "day-used",
    "not-provided",
    "credit-over-limit",
    "lifer-long-conditions",
    "call-exceptional-only",
    "proof-needed",
    "relation-not-for-long",
    "relation-not-for-kind",
    "too-many-adults",
    "minor-not-family",
    "visitor-banned",
    "visitor-banned-no-end",
    "outside-hours",
    "longer-than-lawful",
    "shorter-than-lawful",
    "ban-tuberculosis",
    "ban-smuggling",
    "suspended-isolator",
    "suspended-single-cell",
    "suspended-temporary-isolation",
    "suspended-special-regime",
    "suspended-head-order",
    "suspended-until-lifted",
    "note-exception",
    "note-never-blocked",
    "note-emergency-call",
    "note-single-cell",
    "note-kept-for-trial",
]
"""What rests on an article of the law file, whichever law that is; the other reasons have their own article."""


def sheet(found: Entitlement) -> list[str]:
    """The answer in lines: when and how often; the reasons and notes; what is taken."""
    lines = [f"due {found.due}, rate {found.rate}, lasts {found.duration}, {found.article}"]
    for one in (*found.reasons, *found.notes):
        told_with = ", ".join(f"{name} {value}" for name, value in one.arguments.items())
        lines.append(f"{one.code}, {one.article}: {told_with}".strip())
    if found.charge is not None:
        taken = found.charge
        numbered = f"{taken.month} {taken.ordinal} {taken.credit_id}"
        lines.append(f"takes {taken.rule} {taken.kind} {taken.day} {taken.after} {numbered}")
    return lines


def told() -> dict[str, list[str]]:
    """The answers of `answers.txt` by what was asked."""
    blocks = FILE.read_text("utf-8").split("\n\n")
    return {head: [line.strip() for line in lines] for head, *lines in (block.strip().split("\n") for block in blocks)}


def test_every_question_has_its_answer_and_every_answer_its_question() -> None:
    assert told().keys() == QUESTIONS.keys()


@pytest.mark.parametrize("case", QUESTIONS)
def test_the_answer_with_its_articles(case: str) -> None:
    assert sheet(QUESTIONS[case]()) == told()[case]


@pytest.mark.parametrize("case", QUESTIONS)
def test_the_articles_are_those_of_the_law_file_in_force(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cast, "KZ", MARKED)
    first, *others = told()[case]
    before, _, article = first.rpartition(", ")
    expected = [first if article == "None" else f"{before}, § {article}"]
    for line in others:
        of_the_file = line.split(", ")[0] in FROM_THE_FILE or line.startswith("call-person-not-listed, IR 104")
        expected.append(line.replace(", ", ", § ", 1) if of_the_file else line)
    assert sheet(QUESTIONS[case]()) == expected
