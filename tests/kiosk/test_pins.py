"""Choosing a PIN and a second one: the same screens for everybody, whichever PIN opened them."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.store.columns import of
from service.store.tables import KioskAlarm
from service.store.tables import Person as PersonRow
from tests.cast import World
from tests.kiosk.standing import CARD, PIN, Person, Standing, hidden

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
SECOND, NEW, NEW_SECOND = "9027", "8351", "6138"


def alarms(world: World) -> list[str]:
    with world.environment.database.reading() as session:
        return list(session.scalars(sa.select(of(KioskAlarm).code)).all())


def chosen(him: Person, current: str, new: str, second: str | None) -> list[str]:
    """Goes through the whole choice; answers every screen of it, without what is another on each (tokens)."""
    screens = [him.get("/my-pin"), him.send("/my-pin")]
    for pin in (current, new, new):
        screens.append(him.type_pin(pin))
    screens.append(him.send("/second-pin", want="no" if second is None else "yes"))
    for pin in () if second is None else (second, second):
        screens.append(him.type_pin(pin))
    return [re.sub(r'name="(token|once)" value="[^"]+"|data-sound="[^"]+"', "", one) for one in screens]


def at(standing: Standing, pin: str) -> Person:
    him = Person(standing)
    assert "Здравствуйте, Ерлан" in him.sign_in(CARD, pin)
    return him


def test_whoever_came_in_by_the_second_pin_sees_what_everybody_sees(standing: Standing) -> None:
    calm = chosen(at(standing, PIN), PIN, "4071", SECOND)
    assert alarms(standing.world) == []
    forced = chosen(at(standing, SECOND), SECOND, NEW, NEW_SECOND)
    assert forced == calm
    assert "Код сохранён" in forced[-1]
    told = len(alarms(standing.world))
    assert told >= 1
    assert [bool(at(standing, pin)) for pin in (NEW, NEW_SECOND)] == [True, True]
    assert len(alarms(standing.world)) == told + 2
    at(standing, "4071")
    assert len(alarms(standing.world)) == told + 2
    assert "не подходят" in Person(standing).sign_in(CARD, SECOND)


def test_choosing_a_second_pin_and_passing_it_over_end_on_the_same_screen(standing: Standing) -> None:
    passed_over = chosen(at(standing, PIN), PIN, "4071", None)
    taken = chosen(at(standing, "4071"), "4071", NEW, SECOND)
    assert passed_over[-1] == taken[-1]
    assert passed_over[:-1] == taken[: len(passed_over) - 1]


def test_a_wrong_current_pin_changes_nothing_and_is_said(standing: Standing) -> None:
    him = at(standing, PIN)
    him.get("/my-pin")
    him.send("/my-pin")
    for pin in ("3107", NEW):
        him.type_pin(pin)
    assert "Нынешний PIN-код введён неверно" in him.type_pin(NEW)
    at(standing, PIN)


def test_a_second_pin_too_like_the_first_is_asked_for_again(standing: Standing) -> None:
    him = at(standing, PIN)
    him.get("/my-pin")
    him.send("/my-pin")
    for pin in (PIN, NEW, NEW):
        him.type_pin(pin)
    him.send("/second-pin", want="yes")
    him.type_pin("8352")
    assert "похож на PIN-код" in him.type_pin("8352")
    him.type_pin(SECOND)
    assert "Код сохранён" in him.type_pin(SECOND)


def test_who_turns_elsewhere_leaves_no_pin_in_the_program(standing: Standing) -> None:
    him = at(standing, PIN)
    him.get("/my-pin")
    him.send("/my-pin")
    him.type_pin(PIN)
    him.type_pin(NEW)
    him.get("/home")
    who = standing.kiosk.seat._sitting
    assert who is not None
    assert not {PIN, NEW} & {str(value) for value in vars(who).values()}
    assert "Здравствуйте" in him.get("/second-pin")


def test_a_slow_hand_does_not_lose_its_session_while_it_chooses(standing: Standing) -> None:
    """The kiosk waits a minute for each touch; the service hears of the touches."""
    him = at(standing, PIN)
    him.get("/my-pin")
    him.send("/my-pin")
    for pin in (PIN, NEW, NEW):
        for digit in pin:
            standing.passed[0] += 12
            standing.world.clock.now += timedelta(seconds=12)
            him.send("/pin", key=digit)
    assert "Хотите второй код?" in him.page


def test_the_language_is_the_convicts_own_and_is_remembered_for_every_kiosk(standing: Standing) -> None:
    him = Person(standing)
    standing.kiosk.seat.show_card(CARD)
    page = him.get("/")
    assert "PIN-кодыңызды теріңіз" in page
    assert "Введите ваш PIN-код" in page
    assert "Сәлеметсіз бе" in him.type_pin(PIN)
    him.send("/language", language="ru", back="/home")
    him.send("/end")
    standing.kiosk.seat.show_card(CARD)
    him.get("/")
    assert "Здравствуйте" in him.type_pin(PIN)
    with standing.world.environment.database.reading() as session:
        row = of(PersonRow)
        kept = session.scalar(sa.select(row.language).where(row.id == standing.world.people["Ерлан"]))
    assert kept == "ru"
    assert hidden(him.page, "token") is not None
