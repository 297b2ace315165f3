"""A PIN is changed by whoever knows it; that there is a second one, or was used, is seen nowhere."""

import json

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from service.app import card_issue, kiosk_pin, kiosk_sign_in
from service.app.kiosk_pin import choose_pin, choose_second_pin
from service.app.kiosk_sign_in import TRIES, find_convict, sign_in_convict
from service.domain.access import Actor
from service.domain.pins import are_alike
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import ConvictCard, Event
from tests.app.test_kiosk_sign_in import CARD, DURESS, PIN, alarms, kiosk, with_card
from tests.cast import World

NEW, NEW_SECOND = "8351", "9027"


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    light = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    for module in (card_issue, kiosk_pin, kiosk_sign_in):
        monkeypatch.setattr(module, "HASHER", light)
    kiosk_sign_in._nobodys.cache_clear()


def signed_in(world: World, pin: str) -> Actor:
    opened = sign_in_convict(world.environment, kiosk(world), card=CARD, pin=pin)
    return find_convict(world.environment, kiosk(world), opened.token)


def opens(world: World, pin: str) -> bool:
    try:
        signed_in(world, pin)
    except Refusal:
        return False
    return True


def code_of(world: World, him: Actor, **pins: str) -> str:
    with pytest.raises(Refusal) as refusal:
        choose_pin(world.environment, him, **pins)
    return refusal.value.reasons[0].code


def choices(world: World) -> list[list[str]]:
    """What the leaf of each choice says of the card: the names of the cells that changed."""
    row = of(Event)
    with world.environment.database.reading() as session:
        leaves = session.scalars(sa.select(row.leaf).where(row.type == "card.pin_set").order_by(row.number)).all()
    return [sorted(*(cells.keys() for cells in json.loads(leaf)["set"]["convict_card"].values())) for leaf in leaves]


def test_only_who_knows_the_pin_changes_it_and_guessing_there_is_guessing(world: World) -> None:
    with_card(world)
    him = signed_in(world, PIN)
    assert code_of(world, him, pin=NEW) == "sign-in-failed"
    choose_pin(world.environment, him, pin=NEW, current=PIN)
    assert [opens(world, PIN), opens(world, NEW)] == [False, True]
    assert [code_of(world, him, pin="4071", current=f"30{number}7") for number in range(TRIES)] == [
        "sign-in-failed"
    ] * TRIES
    assert code_of(world, him, pin="4071", current=NEW) == "too-many-tries"
    assert alarms(world) == ["locked"]


def test_whoever_is_forced_to_change_it_keeps_his_own_and_both_new_ones_call_for_help(world: World) -> None:
    """Who forces him tries all the codes he knows: the old one is gone, both new ones open. Neither is the PIN."""
    with_card(world)
    forced = signed_in(world, DURESS)
    choose_pin(world.environment, forced, pin=NEW, current=DURESS)
    choose_second_pin(world.environment, forced, pin=NEW_SECOND, current=NEW)
    before = len(alarms(world))
    assert [opens(world, one) for one in (DURESS, NEW, NEW_SECOND)] == [False, True, True]
    assert alarms(world)[before:] == ["duress", "duress"]
    assert set(alarms(world)) == {"duress"}
    choose_second_pin(world.environment, signed_in(world, NEW_SECOND), pin="6138", current=NEW_SECOND)
    assert [opens(world, one) for one in (NEW, NEW_SECOND, "6138")] == [False, True, True]
    count = len(alarms(world))
    choose_second_pin(world.environment, signed_in(world, PIN), pin="5294", current=PIN)
    assert [opens(world, one) for one in (NEW_SECOND, "6138", PIN)] == [False, False, True]
    assert len(alarms(world)) == count


def test_his_second_pin_stays_when_he_changes_the_first_and_passes_the_second_over(world: World) -> None:
    with_card(world)
    him = signed_in(world, PIN)
    choose_pin(world.environment, him, pin=NEW, current=PIN)
    choose_second_pin(world.environment, him, pin=None, current=NEW)
    assert alarms(world) == []
    assert opens(world, DURESS)
    assert alarms(world) == ["duress"]


def test_the_record_and_the_table_do_not_tell_who_has_a_second_pin_or_was_forced(world: World) -> None:
    with_card(world)
    him = signed_in(world, PIN)
    choose_pin(world.environment, him, pin=NEW, current=PIN)
    choose_second_pin(world.environment, him, pin=None, current=NEW)
    choose_second_pin(world.environment, him, pin=NEW_SECOND, current=NEW)
    choose_pin(world.environment, signed_in(world, NEW_SECOND), pin="6138", current=NEW_SECOND)
    told = choices(world)[1:]
    assert len(told) == 4
    assert all(one == told[0] for one in told)
    with_card(world, "Олег", "04000000AA")
    with world.environment.database.reading() as session:
        row = of(ConvictCard)
        cells = session.execute(sa.select(row.pin_hash, row.duress_hash)).all()
    assert {(len(first.split(" ")), len((second or "").split(" "))) for first, second in cells} == {(2, 3)}
    assert len({len(second or "") for _, second in cells}) == 1


def test_both_hashes_and_the_mark_fit_their_cell() -> None:
    from service.app.officer_sign_in import HASHER

    assert len(HASHER.hash(PIN)) * 2 + 2 + kiosk_pin.MARK <= 200


def test_a_second_pin_is_not_one_that_a_shaking_hand_types_for_the_first(world: World) -> None:
    with_card(world)
    him = signed_in(world, PIN)
    for like in (PIN, "2705", "1704", "1234"):
        with pytest.raises(Refusal):
            choose_second_pin(world.environment, him, pin=like, current=PIN)
    assert are_alike("2704", "2784")
    assert not are_alike("2704", "2750")
