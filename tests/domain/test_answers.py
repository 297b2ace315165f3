"""Whole answers as a lawyer reads them (`answers.txt`): each reason with its article, its days, what the visit takes.

Articles are those of the law file, which `tests/law/test_quota_table.py` holds against the table of the Code.
"""

from pathlib import Path

import pytest

from service.domain.entitlement import Entitlement
from tests.domain.questions_of_numbers import OF_NUMBERS
from tests.domain.questions_of_people import OF_PEOPLE

FILE = Path(__file__).with_name("answers.txt")
QUESTIONS = OF_NUMBERS | OF_PEOPLE


def sheet(found: Entitlement) -> list[str]:
    """The answer in lines: when and how often; the reasons and notes; what is taken."""
    lines = [f"due {found.due}, rate {found.rate}, lasts {found.duration}, {found.article}"]
    for one in (*found.reasons, *found.notes):
        told_with = ", ".join(f"{name} {value}" for name, value in one.arguments.items())
        lines.append(f"{one.code}, {one.article}: {told_with}".strip())
    if found.charge is not None:
        taken = found.charge
        lines.append(f"takes {taken.rule} {taken.kind} {taken.after} {taken.month} {taken.ordinal} {taken.credit_id}")
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
