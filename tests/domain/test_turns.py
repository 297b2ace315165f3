"""The next day on which placement, condition, age or the law may put a convict under another rule."""

from datetime import date

import pytest

from service.domain.facts import ConditionPeriod, ConvictFacts, DegreePeriod, Placement
from service.domain.standing import degree_on, next_turn
from tests.domain.cast import ARRIVED, KZ, ask, convict, day

LEAVES = (Placement("A", "medium", ARRIVED, day("2026-04-01")), Placement("B", "remand", day("2026-05-01")))
LIGHTENED = (ConditionPeriod("regular", ARRIVED, day("2026-03-20")), ConditionPeriod("light", day("2026-06-20")))


def in_force_since(year: int, institution: str, condition: str | None, **more: object) -> ConvictFacts:
    """A convict who has been in one house since another year."""
    since = date(year, 1, 1)
    conditions = () if condition is None else (ConditionPeriod(condition, since),)
    return convict(placements=(Placement("A", institution, since),), conditions=conditions, **more)


TURNS: tuple[tuple[str, ConvictFacts, str, str | None], ...] = (
    ("nothing is to change", convict(), "2026-03-10", None),
    ("he leaves", convict(placements=LEAVES), "2026-03-10", "2026-04-01"),
    ("the day he leaves is not after itself", convict(placements=LEAVES), "2026-04-01", "2026-05-01"),
    ("he is nowhere, and comes", convict(placements=LEAVES), "2026-04-10", "2026-05-01"),
    ("he has not come yet", convict(), "2023-12-31", "2024-01-01"),
    ("the condition ends", convict(conditions=LIGHTENED), "2026-03-10", "2026-03-20"),
    ("no condition holds, and another begins", convict(conditions=LIGHTENED), "2026-03-25", "2026-06-20"),
    ("of age in remand", convict("remand", None, born=day("2008-03-15")), "2026-03-10", "2026-03-15"),
    ("of age already", convict("remand", None, born=day("2008-03-15")), "2026-03-15", None),
    ("age changes nothing elsewhere", convict(born=day("2008-03-15")), "2026-03-10", None),
    ("age is not known", convict("remand", None), "2026-03-10", None),
    ("the number changes in preferential conditions, and with it calls", in_force_since(2020, "medium", "preferential"),
     "2025-09-01", "2025-09-16"),
    ("calls are numbered, visits are not changed", in_force_since(2020, "medium", "light"), "2025-09-01", "2025-09-16"),
    ("Law 212-VII", in_force_since(2020, "extreme", "light"), "2023-05-19", "2023-05-20"),
    ("preferential conditions are abolished", in_force_since(2020, "extreme", "preferential"), "2023-01-01",
     "2023-05-20"),
    ("the table of another house: housekeeping in extreme", convict(
        "extreme", "preferential", placements=(Placement("A", "extreme", date(2020, 1, 1), basis="housekeeping"),),
        conditions=(ConditionPeriod("preferential", date(2020, 1, 1)),)), "2023-01-01", "2025-09-16"),
    ("the Code begins", in_force_since(2010, "medium", "light"), "2014-06-01", "2015-01-01"),
    ("the Code begins, before dispatch", convict("awaiting-dispatch", None, placements=(
        Placement("A", "awaiting-dispatch", date(2010, 1, 1)),)), "2014-06-01", "2015-01-01"),
    ("no condition was decided when calls were numbered", in_force_since(2020, "medium", None), "2025-09-01",
     "2025-09-16"),
)  # fmt: skip


@pytest.mark.parametrize(("facts", "on", "turn"), [row[1:] for row in TURNS], ids=[row[0] for row in TURNS])
def test_the_next_turn(facts: ConvictFacts, on: str, turn: str | None) -> None:
    assert next_turn(KZ, facts, day(on)) == (day(turn) if turn else None)


def test_who_has_no_degree_has_none_and_a_degree_ends_with_its_day() -> None:
    facts = convict(degrees=(DegreePeriod(-2, day("2026-01-01"), day("2026-02-01")),))
    assert [degree_on(facts, day(on)) for on in ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01")] == [
        0,
        -2,
        -2,
        0,
    ]


def test_in_remand_the_recorded_age_goes_before_that_of_the_birth_date() -> None:
    """Until it is proved otherwise, the investigator's papers say who is a juvenile."""
    for recorded, rate in (("adult", "2/calendar-month"), ("juvenile", "3/calendar-month")):
        for born in (date(1990, 1, 1), date(2012, 1, 1)):
            facts = convict("remand", None, conditions=(ConditionPeriod(recorded, ARRIVED),), born=born)
            assert str(ask(facts, "short", "2026-03-10").rate) == rate
