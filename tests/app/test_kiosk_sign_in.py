"""Card and PIN at the kiosk: one answer for whatever is wrong, a throttle whose arithmetic holds, a quiet alarm."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.app.card_issue import end_card, issue_card
from service.app.convict_admit import Arrival
from service.app.convict_transfer import transfer_convict
from service.app.kiosk_pin import choose_pin
from service.app.kiosk_sign_in import TRIES, find_convict, sign_in_convict, sign_out_convict
from service.domain.access import Actor
from service.domain.pins import is_pin, is_weak
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import ConvictCard, KioskAlarm
from tests.cast import MAXIMUM, MEDIUM, World

CARD, PIN, DURESS = "04A1B2C3D4", "2704", "2750"


def kiosk(world: World, institution: str = MEDIUM) -> Actor:
    device = world.devices[f"kiosk@{institution}"].device
    return Actor("kiosk", device, None, institution, device=device)


def with_card(world: World, convict: str = "Ерлан", card: str = CARD) -> None:
    """He has a card and has chosen his PINs."""
    made = world.run(
        world.as_officer("registry_officer"),
        lambda unit: issue_card(unit, convict=world.people[convict], number=card),
    )
    first = sign_in_convict(world.environment, kiosk(world), card=card, pin=made.first_pin)
    assert first.first_pin
    him = find_convict(world.environment, kiosk(world), first.token, first_pin=True)
    choose_pin(world.environment, him, pin=PIN, duress=DURESS)


def failed(world: World, card: str, pin: str) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        sign_in_convict(world.environment, kiosk(world), card=card, pin=pin)
    return refusal.value


def codes(refusal: Refusal) -> list[str]:
    return [one.code for one in refusal.reasons]


def alarms(world: World) -> list[str]:
    with world.environment.database.reading() as session:
        return list(session.execute(sa.select(of(KioskAlarm).code)).scalars())


def test_the_first_pin_opens_nothing_but_the_choice_of_his_own(world: World) -> None:
    made = world.run(
        world.as_officer("registry_officer"), lambda unit: issue_card(unit, convict=world.people["Ерлан"], number=CARD)
    )
    opened = sign_in_convict(world.environment, kiosk(world), card=CARD, pin=made.first_pin)
    with pytest.raises(Refusal) as refusal:
        find_convict(world.environment, kiosk(world), opened.token)
    assert codes(refusal.value) == ["pin-first"]
    him = find_convict(world.environment, kiosk(world), opened.token, first_pin=True)
    for weak in ("1234", "0000", "9876", "1212", "1987", "123", "1234567", "١٢٣٤"):
        with pytest.raises(Refusal):
            choose_pin(world.environment, him, pin=weak)
    choose_pin(world.environment, him, pin=PIN)
    assert find_convict(world.environment, kiosk(world), opened.token).person == world.people["Ерлан"]
    assert codes(failed(world, CARD, made.first_pin)) == ["sign-in-failed"]


def test_an_unknown_card_an_ended_one_and_a_wrong_pin_are_one_answer(world: World) -> None:
    with_card(world)
    wrong = failed(world, CARD, "4071")
    unknown = failed(world, "04FFFFFFFF", "4071")
    nonsense = failed(world, "not a card at all", "4071")
    world.run(world.as_officer("duty_officer"), lambda unit: end_card(unit, convict=world.people["Ерлан"], code="lost"))
    ended = failed(world, CARD, PIN)
    assert {(one.sort, *codes(one)) for one in (wrong, unknown, nonsense, ended)} == {("not-allowed", "sign-in-failed")}


def test_a_card_is_tried_so_often_and_then_not_even_its_owner_gets_in_for_a_quarter_of_an_hour(world: World) -> None:
    with_card(world)
    for number in range(TRIES):
        assert codes(failed(world, CARD, f"30{number}7")) == ["sign-in-failed"]
    assert codes(failed(world, CARD, PIN)) == ["too-many-tries"]
    assert alarms(world) == ["locked"]
    world.clock.now += timedelta(minutes=16)
    assert sign_in_convict(world.environment, kiosk(world), card=CARD, pin=PIN).convict == world.people["Ерлан"]


def test_an_unknown_card_is_throttled_just_the_same(world: World) -> None:
    for number in range(TRIES):
        assert codes(failed(world, "04FFFFFFFF", f"30{number}7")) == ["sign-in-failed"]
    assert codes(failed(world, "04FFFFFFFF", "3011")) == ["too-many-tries"]
    assert alarms(world) == []


def test_a_right_pin_makes_the_tries_before_it_forgotten(world: World) -> None:
    with_card(world)
    for _ in range(3):
        for number in range(TRIES - 1):
            failed(world, CARD, f"30{number}7")
        sign_in_convict(world.environment, kiosk(world), card=CARD, pin=PIN)


def test_the_pin_of_duress_looks_like_the_other_and_is_told_to_the_officers(world: World) -> None:
    with_card(world)
    usual = sign_in_convict(world.environment, kiosk(world), card=CARD, pin=PIN)
    assert alarms(world) == []
    forced = sign_in_convict(world.environment, kiosk(world), card=CARD, pin=DURESS)
    assert (forced.convict, forced.language, forced.first_pin) == (usual.convict, usual.language, usual.first_pin)
    assert find_convict(world.environment, kiosk(world), forced.token).person == world.people["Ерлан"]
    assert alarms(world) == ["duress"]


def test_a_session_is_of_one_kiosk_one_minute_without_use_and_five_in_all(world: World) -> None:
    with_card(world)

    def is_open(token: str, at: str = MEDIUM) -> bool:
        try:
            find_convict(world.environment, kiosk(world, at), token)
        except Refusal as refusal:
            return codes(refusal) != ["not-signed-in"]
        return True

    opened = sign_in_convict(world.environment, kiosk(world), card=CARD, pin=PIN).token
    assert is_open(opened)
    assert not is_open(opened, MAXIMUM)
    assert not is_open("x")
    for _ in range(5):
        world.clock.now += timedelta(seconds=55)
        assert is_open(opened)
    world.clock.now += timedelta(seconds=55)
    assert not is_open(opened)
    idle = sign_in_convict(world.environment, kiosk(world), card=CARD, pin=PIN).token
    world.clock.now += timedelta(seconds=61)
    assert not is_open(idle)
    first = sign_in_convict(world.environment, kiosk(world), card=CARD, pin=PIN).token
    second = sign_in_convict(world.environment, kiosk(world), card=CARD, pin=PIN).token
    assert not is_open(first)
    sign_out_convict(world.environment, kiosk(world), second)
    assert not is_open(second)


def test_the_next_convict_at_a_kiosk_ends_the_session_of_the_one_before(world: World) -> None:
    with_card(world)
    with_card(world, "Олег", "04000000AA")
    mine = sign_in_convict(world.environment, kiosk(world), card=CARD, pin=PIN).token
    sign_in_convict(world.environment, kiosk(world), card="04000000AA", pin=PIN)
    with pytest.raises(Refusal):
        find_convict(world.environment, kiosk(world), mine)


def test_who_is_transferred_signs_in_no_more_where_he_was(world: World) -> None:
    with_card(world)
    opened = sign_in_convict(world.environment, kiosk(world), card=CARD, pin=PIN).token
    today = world.clock.now.date()
    world.run(
        world.as_officer("registry_officer"),
        lambda unit: transfer_convict(
            unit, convict=world.people["Ерлан"], arrival=Arrival(MAXIMUM, today, "№ 1-5/2026", "regular", "sentence")
        ),
    )
    with pytest.raises(Refusal):
        find_convict(world.environment, kiosk(world), opened)
    assert codes(failed(world, CARD, PIN)) == ["sign-in-failed"]


def test_a_new_card_ends_the_old_one_and_no_card_is_two_peoples(world: World) -> None:
    with_card(world)
    with_card(world, card="04A1B2C3D5")
    with world.environment.database.reading() as session:
        ended = session.execute(sa.select(of(ConvictCard).ended_code)).scalars().all()
    assert sorted(ended, key=str) == [None, "replaced"]
    with pytest.raises(Refusal):
        with_card(world, "Олег", "04A1B2C3D5")


def test_pins_that_everybody_tries_first_are_weak() -> None:
    assert all(is_weak(pin) for pin in ("0000", "1234", "4321", "7890", "2525", "2001"))
    assert not any(is_weak(pin) for pin in ("2704", "4071", "8351", "9027"))
    assert not any(is_pin(text) for text in ("123", "12345", "12a4", "", "１２３４"))
