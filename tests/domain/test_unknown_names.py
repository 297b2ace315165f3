"""A name or a cell that the law file does not have is refused by what it is and where; nothing is guessed for it."""

from dataclasses import replace

import pytest

from service.domain.entitlement import entitlement
from service.domain.facts import (
    AppointmentRequest,
    Ban,
    ConditionPeriod,
    ConvictFacts,
    Kind,
    PartyMember,
    Placement,
    VisitorBan,
)
from service.domain.law import UnknownCell, UnknownName
from service.domain.law_file import parse_law
from service.law import law_text
from tests.domain.cast import AIGUL, ARRIVED, MOTHER, ask, convict, day, held
from tests.domain.questions_of_numbers import s

UNKNOWN: dict[str, tuple[ConvictFacts, Kind, PartyMember]] = {
    "no institution type named 'zoo'": (convict("zoo"), "short", AIGUL),
    "no institution type named 'castle'": (
        convict("mixed", placements=(Placement("A", "mixed", ARRIVED, court_type="castle"),)), "short", AIGUL,
    ),
    "no suspension named 'sulking'": (convict(suspensions=(s("sulking", "2026-01-01"),)), "short", AIGUL),
    "no bar named 'smoking'": (convict(bans=(Ban("smoking", ARRIVED),)), "long", AIGUL),
    "no bar of visitors named 'noise'": (
        convict(), "long", replace(AIGUL, bans=(VisitorBan("noise", ARRIVED),)),
    ),
    "no relation named 'neighbour'": (convict(), "call", replace(MOTHER, relation="neighbour")),
}  # fmt: skip


@pytest.mark.parametrize("told", UNKNOWN)
def test_a_name_that_the_law_does_not_have_is_told_by_what_it_should_have_been(told: str) -> None:
    facts, kind, visitor = UNKNOWN[told]
    with pytest.raises(UnknownName, match=f"^{told}; the law has "):
        ask(facts, kind, "2026-03-10", visitor)


def test_a_number_of_visits_that_nobody_looked_up_is_not_guessed() -> None:
    old = 'condition = "light"\nvalid_from = 2015-01-01\nshort = "6/year"\nlong = "6/year"'
    assert law_text("kz").count(old) == 1
    law = parse_law(law_text("kz").replace(old, old.replace("6/year", "unknown")))
    for kind in ("short", "long"):
        where = f"^the law file marks {kind} visits of medium/light on 2026-03-10 as unknown"
        with pytest.raises(UnknownCell, match=where):
            entitlement(law, convict(), AppointmentRequest(kind, day("2026-03-10")))


@pytest.mark.parametrize(
    ("names", "turn", "visited", "unknown", "told"),
    [
        (("light", "regular"), "2026-02-01", "2026-01-05", "short", "short visits of medium/light on 2026-01-05"),
        (("regular", "light"), "2026-05-01", "2026-06-01", "short", "short visits of medium/light on 2026-06-01"),
        (("light", "light"), "2026-02-01", None, "long", "long visits of medium/light on 2026-03-10"),
    ],
    ids=["of the last visit", "of the next visit", "of the kind that was chosen to come first"],
)
def test_a_number_of_another_day_or_kind_that_nobody_looked_up_is_told_with_its_own_day(
    names: tuple[str, str], turn: str, visited: str | None, unknown: str, told: str
) -> None:
    old = 'condition = "light"\nvalid_from = 2015-01-01\nshort = "6/year"\nlong = "6/year"'
    law = parse_law(law_text("kz").replace(old, old.replace(f'{unknown} = "6/year"', f'{unknown} = "unknown"')))
    conditions = (ConditionPeriod(names[0], ARRIVED, day(turn)), ConditionPeriod(names[1], day(turn)))
    visits = () if visited is None else (held("short", visited),)
    facts = convict("medium", None, *visits, conditions=conditions, first_choice="long")
    with pytest.raises(UnknownCell, match=f"^the law file marks {told} as unknown"):
        entitlement(law, facts, AppointmentRequest("short", day("2026-03-10")))


def test_a_number_of_calls_that_nobody_looked_up_is_told_with_its_house_day_and_article() -> None:
    with pytest.raises(UnknownCell, match=r"^the law file marks calls in remand on 2026-03-10 \(353-I\) as unknown"):
        ask(convict("remand", None), "call", "2026-03-10", MOTHER)
