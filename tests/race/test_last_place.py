"""Places are given once, however many ask in the same moment, and none stays empty while somebody asks."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Appointment
from tests.race.families import FEW
from tests.race.racing import Hand, all_at_once, codes

Hands = Callable[..., Hand]
AHEAD = timedelta(days=20)


def test_the_places_of_a_room_go_to_as_many_families_as_there_are_places(hand: Hands) -> None:
    racers = 16
    at = hand(families=racers)
    day = at.today + AHEAD
    answers = all_at_once([partial(at.hold, one, at.scene.block, day, "long") for one in at.scene.families])
    refused = [one for one in answers if isinstance(one, Refusal)]
    assert len(refused) == racers - FEW
    for one in refused:
        assert one.sort == "conflict"
        assert codes(one) == {"place-taken"}
        assert {offer["day"] for offer in one.alternatives}, "no other times are offered"
        assert str(day) not in {offer["day"] for offer in one.alternatives}
    assert _taken(at) == {1: FEW}


def test_the_last_place_goes_to_exactly_one(hand: Hands, rounds: Callable[[int, int], int]) -> None:
    many = rounds(3, 25)
    at = hand(families=FEW + 5)
    for number in range(many):
        day = at.today + AHEAD + timedelta(days=3 * number)
        held = [at.hold(one, at.scene.block, day, "long") for one in at.scene.families[: FEW - 1]]
        racers = at.scene.families[FEW - 1 :]
        answers = all_at_once([partial(at.hold, one, at.scene.block, day, "long") for one in racers])
        won = [one for one in answers if not isinstance(one, Refusal)]
        assert len(won) == 1
        owners = dict(zip([one.appointment for one in held], at.scene.families, strict=False))
        winner = racers[answers.index(won[0])]
        for appointment, family in (*owners.items(), (won[0].appointment, winner)):
            at.cancel(family, appointment)


def _taken(at: Hand) -> dict[int, int]:
    """How many places have one appointment, how many two …"""
    row = of(Appointment)
    with at.world.database.reading() as session:
        taken = session.execute(sa.select(row.place_id, sa.func.count()).where(row.live).group_by(row.place_id))
        return dict(Counter(many for _, many in taken))
