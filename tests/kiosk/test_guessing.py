"""Ten thousand guesses over many cards: none is looked at beyond what the throttle lets through; none tells more."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.app import kiosk_sign_in
from service.app.kiosk_sign_in import TRIES, TRIES_AT_KIOSK, WINDOW, sign_in_convict
from service.domain.refusal import Refusal
from service.store.tables import KioskAlarm
from tests.kiosk.standing import CARD, PIN, Standing

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
GUESSES, CARDS = 10_000, 40


def outcome(standing: Standing, card: str, pin: str) -> str:
    try:
        sign_in_convict(standing.world.environment, standing.actor, card=card, pin=pin)
    except Refusal as refusal:
        return refusal.reasons[0].code
    return "in"


def test_ten_thousand_guesses_find_nothing_that_the_throttle_does_not_let_through(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = Counter[str]()
    real = kiosk_sign_in._said

    def counted(card: object, pin: str) -> str | None:
        looked_at["guess"] += 1
        # What the hash would answer, without its cost: the PIN of the one card that exists is none of these.
        return None if card is None or pin != PIN else real(card, pin)  # type: ignore[arg-type]

    monkeypatch.setattr(kiosk_sign_in, "_said", counted)
    cards = [CARD, *(f"04FFFFFF{number:02X}" for number in range(CARDS - 1))]
    pins = (f"{number:04}" for number in range(10_000) if f"{number:04}" != PIN)
    began = standing.world.clock.now
    found = Counter[str]()
    for number, pin in zip(range(GUESSES), pins, strict=False):
        standing.world.clock.now += timedelta(milliseconds=500)
        found[outcome(standing, cards[number % CARDS], pin)] += 1
    windows = (standing.world.clock.now - began) / WINDOW + 1
    assert found["in"] == 0
    assert looked_at["guess"] == found["sign-in-failed"] <= windows * TRIES_AT_KIOSK * 7 / 6
    assert found["too-many-tries"] > GUESSES * 0.9


def test_a_kiosk_that_was_tried_too_often_locks_nobodys_card(standing: Standing) -> None:
    for number in range(TRIES_AT_KIOSK):
        outcome(standing, f"04FFFF{number:04X}", "3107")
    assert outcome(standing, CARD, "3107") == "too-many-tries"
    with standing.world.environment.database.reading() as session:
        assert session.scalars(sa.select(KioskAlarm)).all() == []


def test_one_card_is_guessed_at_five_times_a_quarter_of_an_hour(standing: Standing) -> None:
    assert [outcome(standing, CARD, f"31{number:02}") for number in range(8)] == (
        ["sign-in-failed"] * TRIES + ["too-many-tries"] * 3
    )


def test_unknown_cards_cost_the_same_hashes_and_statements(standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes, statements = list[str](), list[str]()
    fits = kiosk_sign_in._fits

    def counted(hashed: str, pin: str) -> bool:
        hashes.append(hashed.split("$p", maxsplit=1)[0].rsplit("$", 2)[0])
        return fits(hashed, pin)

    monkeypatch.setattr(kiosk_sign_in, "_fits", counted)
    engine = standing.world.environment.database.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    def cost(card: str) -> tuple[int, list[str]]:
        hashes.clear()
        statements.clear()
        assert outcome(standing, card, "4071") == "sign-in-failed"
        return len(hashes), list(statements)

    cost(CARD)
    assert cost(CARD) == cost("04FFFFFFFF")
    assert cost("04FFFFFFFF")[0] == 3
