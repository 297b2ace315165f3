"""One convict has what the law gives him, however many of his relatives ask for it in the same moment."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

import sqlalchemy as sa

from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Appointment
from tests.race.racing import Hand, all_at_once, codes

Hands = Callable[..., Hand]
SHORT_EVERY = timedelta(days=59)
"""Light conditions, medium security: six short visits a year, one in two months, and no two months are shorter."""


def test_two_parents_asking_for_many_days_of_one_interval_get_one_visit(
    hand: Hands, rounds: Callable[[int, int], int]
) -> None:
    many = rounds(3, 25)
    at = hand(families=many)
    for family in at.scene.families:
        days = [at.today + timedelta(days=20 + one) for one in range(6)]
        asked = [partial(at.hold, family, at.scene.hall, day, other=other) for day in days for other in (False, True)]
        answers = all_at_once(asked)
        won = [one for one in answers if not isinstance(one, Refusal)]
        live = _live(at, family.convict)
        # A parent who asks again gives up their own first hold: what stays is one hold, whoever has it.
        assert len(live) == 1
        assert live <= {one.appointment for one in won}
        for one in answers:
            if isinstance(one, Refusal):
                assert one.sort in ("conflict", "not-possible")
                assert codes(one), "a refusal without a reason"


def test_visits_of_one_convict_keep_the_lawful_distance(hand: Hands) -> None:
    at = hand(families=1)
    family = at.scene.families[0]
    first = at.today + timedelta(days=10)
    days = [first + timedelta(days=10 * one) for one in range(19)]

    def book(day: date, other: bool) -> str | Refusal:
        held = at.hold(family, at.scene.hall, day, other=other)
        at.request(family, held.appointment, other=other)
        return held.appointment

    answers = all_at_once([partial(book, day, number % 2 == 1) for number, day in enumerate(days)])
    assert any(not isinstance(one, Refusal) for one in answers)
    row = of(Appointment)
    with at.world.database.reading() as session:
        charged = session.scalars(
            sa.select(row.charge_day).where(row.convict_id == family.convict, row.live).order_by(row.charge_day)
        ).all()
    between = [later - earlier for earlier, later in pairwise(charged)]
    assert all(one >= SHORT_EVERY for one in between), charged
    assert 1 <= len(charged) <= 4, "190 days hold at most four visits two months apart"


def _live(at: Hand, convict: str) -> set[str]:
    row = of(Appointment)
    with at.world.database.reading() as session:
        return set(session.scalars(sa.select(row.id).where(row.convict_id == convict, row.live)))
