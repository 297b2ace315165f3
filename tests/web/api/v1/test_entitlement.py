"""What is left, asked for everybody, every kind and day: always an answer with reasons, never a fault."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from tests.cast import World
from tests.web.api.v1.callers import Face

FAMILIES = (
    ("Айгүл", "Ерлан"), ("Гульзат", "Олег"), ("Жанар", "Нұрлан"), ("Қайрат", "Іңкәр"), ("Нина", "Пётр"),
)  # fmt: skip
KINDS = ("short", "long", "call", "video_call", "lawyer", "marriage_registration")
DAYS = ("1900-01-01", "2012-05-05", "2026-03-14", "2199-12-31")
MONTHS = ("2000-01", "2026-03", "2099-12")


def asked(face: Face, family: tuple[str, str], queries: Iterator[str]) -> Iterator[tuple[str, Any]]:
    relative, path = face.relative(family[0]), f"/relationships/{face.relationship(*family)}"
    for query in queries:
        yield query, relative.get(f"{path}/{query}")


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_question_of_a_family_is_answered_with_yes_or_with_every_reason(
    family: tuple[str, str], world: World
) -> None:
    questions = (
        f"entitlement?kind={kind}&day={day}&by_video={video}&from_long={instead}&purpose={purpose}"
        for kind, day, video, instead, purpose in product(
            KINDS, DAYS, ("false", "true"), ("false", "true"), ("ordinary", "medical")
        )
    )
    for question, answer in asked(Face(world), family, questions):
        assert answer.status_code in (200, 422), (question, answer.json)
        assert answer.status_code == 200 or answer.json["reasons"], question
        assert answer.status_code == 422 or answer.json["allowed"] or answer.json["reasons"], question


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_month_of_a_family_is_a_calendar_with_its_reasons(family: tuple[str, str], world: World) -> None:
    questions = (f"times?kind={kind}&month={month}" for kind, month in product(KINDS, MONTHS))
    for question, answer in asked(Face(world), family, questions):
        assert answer.status_code == 200, (question, answer.json)
        hidden = {span["first"] for span in answer.json["not_allowed"]}
        assert not hidden & {time["day"] for time in answer.json["times"]}, question
