"""Relatives come in by a code on their phone; nobody learns whose number is known."""

from datetime import date

import pytest

from service.app.account_close import close_account
from service.app.account_open import open_account, register_account
from service.app.account_sign_in import (
    ASKED_AN_HOUR,
    CODES_AN_HOUR,
    LASTS,
    TRIES,
    CodeAnswer,
    answer_code,
    ask_code,
    code_to_send,
)
from service.app.person_register import register_person
from service.app.session_end import end_session
from service.app.session_find import find_principal
from service.domain.access import NOBODY, Actor
from service.domain.identity import Identity
from service.domain.refusal import Refusal
from service.store.tables import OneTimeCode, Session
from tests.builders import iin
from tests.cast import MEDIUM, World, person

BORN = date(1990, 1, 1)
KNOWN, UNKNOWN = "+7 701 555 01 01", "+7 701 999 99 99"


def ask(world: World, phone: str = KNOWN, browser: str = "b", address: str | None = None) -> str:
    asked = world.run(NOBODY, lambda unit: ask_code(unit, phone=phone, browser=browser, language="kk", address=address))
    return asked.code_id


def code_of(world: World, code_id: str) -> str:
    sent = code_to_send(world.environment, code_id)
    assert sent is not None
    return sent.code


def answer(world: World, code: str, phone: str = KNOWN, browser: str = "b") -> CodeAnswer:
    return world.run(NOBODY, lambda unit: answer_code(unit, phone=phone, code=code, browser=browser))


def why(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.reasons[0].code


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_right_code_signs_a_known_number_in(world: World) -> None:
    outcome = answer(world, code_of(world, ask(world)))
    assert outcome.outcome == "signed-in"
    actor = find_principal(world.environment, outcome.insist())
    assert actor == world.as_relative("Айгүл")


def test_asking_looks_the_same_for_a_known_and_an_unknown_number(world: World) -> None:
    known, unknown = ask(world), ask(world, UNKNOWN)
    with world.environment.database.reading() as session:
        rows = [session.get_one(OneTimeCode, one) for one in (known, unknown)]
    assert {(row.language, row.tries_left, len(row.sealed_message), row.used_at) for row in rows} == {
        ("kk", 5, len(rows[0].sealed_message), None)
    }
    assert answer(world, other(code_of(world, unknown)), UNKNOWN) == answer(world, other(code_of(world, known)))


def test_the_database_holds_neither_code_nor_phone_nor_token(world: World) -> None:
    asked = ask(world)
    code = code_of(world, asked)
    token = answer(world, code).insist()
    with world.environment.database.reading() as session:
        row = session.get_one(OneTimeCode, asked)
        cells = [str(value).encode() for value in vars(row).values()] + [row.sealed_message]
        assert all(code.encode() not in cell and b"5550101" not in cell for cell in cells)
        assert session.get(Session, token) is None


def test_a_code_opens_only_once(world: World) -> None:
    code = code_of(world, ask(world))
    assert answer(world, code).outcome == "signed-in"
    assert answer(world, code).outcome == "expired"


def test_a_code_opens_only_in_the_browser_that_asked(world: World) -> None:
    code = code_of(world, ask(world, browser="mine"))
    assert answer(world, code, browser="another").outcome == "expired"


def test_a_code_opens_only_for_the_number_it_was_sent_to(world: World) -> None:
    code = code_of(world, ask(world))
    assert answer(world, code, UNKNOWN).outcome == "expired"


def test_a_code_is_good_for_ten_minutes_and_not_one_second_longer(world: World) -> None:
    early = code_of(world, ask(world, browser="early"))
    late = code_of(world, ask(world, browser="late"))
    world.clock.tick(minutes=9, seconds=59)
    assert answer(world, early, browser="early").outcome == "signed-in"
    world.clock.tick(seconds=1)
    assert answer(world, late, browser="late").outcome == "expired"


def test_five_wrong_tries_end_a_code(world: World) -> None:
    code = code_of(world, ask(world))
    left = [answer(world, other(code)).tries_left for _ in range(TRIES)]
    assert left == [4, 3, 2, 1, 0]
    assert answer(world, code).outcome == "expired"


def test_words_that_are_no_code_are_wrong_and_nothing_worse(world: World) -> None:
    ask(world)
    for text in ("", "😀", "0" * 65536):
        assert answer(world, text).outcome == "wrong"
    with pytest.raises(Refusal) as refused:
        answer(world, "\ud800").insist()
    assert why(refused) == "code-wrong"


def test_the_sixth_code_within_an_hour_is_refused_and_the_next_hour_gives_one_again(world: World) -> None:
    for _ in range(CODES_AN_HOUR):
        ask(world)
        world.clock.tick(minutes=5)
    with pytest.raises(Refusal) as refused:
        ask(world)
    assert why(refused) == "too-many-tries"
    ask(world, UNKNOWN)
    world.clock.tick(minutes=40)
    ask(world)


def test_one_address_cannot_flood_many_phones(world: World) -> None:
    for number in range(ASKED_AN_HOUR):
        ask(world, f"+7 701 20{number // 10} 0{number % 10} 00", address="192.0.2.1")
    with pytest.raises(Refusal):
        ask(world, "+7 701 300 00 00", address="192.0.2.1")
    ask(world, "+7 701 300 00 00", address="192.0.2.2")


def test_an_unknown_number_leads_to_registration_and_a_new_session(world: World) -> None:
    outcome = answer(world, code_of(world, ask(world, UNKNOWN)), UNKNOWN)
    assert outcome.outcome == "register"
    newcomer = find_principal(world.environment, outcome.insist())
    assert newcomer is not None
    identity = Identity("Жаңа", "Адам", BORN, iin=iin(BORN, 900))
    opened = world.run(newcomer, lambda unit: register_account(unit, identity=identity, consent_version="1"))
    assert find_principal(world.environment, outcome.insist()) is None
    assert find_principal(world.environment, opened.token) == Actor("relative", opened.account, opened.person)
    assert answer(world, code_of(world, ask(world, UNKNOWN)), UNKNOWN).outcome == "signed-in"


def newcomer(world: World) -> Actor:
    found = find_principal(world.environment, answer(world, code_of(world, ask(world, UNKNOWN)), UNKNOWN).insist())
    assert found is not None
    return found


def test_a_known_iin_is_settled_at_the_desk_whatever_else_is_written(world: World) -> None:
    actor = newcomer(world)
    for known in (world.identities["Болат"], Identity("Другой", "Кто", BORN, iin=world.identities["Болат"].iin)):
        with pytest.raises(Refusal) as refused:
            world.run(actor, lambda unit, who=known: register_account(unit, identity=who, consent_version="1"))  # type: ignore[misc]
        assert why(refused) == "identity-needs-desk"


def test_nobody_has_an_account_without_agreeing(world: World) -> None:
    actor = newcomer(world)
    identity = Identity("Жаңа", "Адам", BORN, iin=iin(BORN, 901))
    with pytest.raises(Refusal) as refused:
        world.run(actor, lambda unit: register_account(unit, identity=identity, consent_version=" "))
    assert why(refused) == "consent-needed"


def test_a_relative_signed_in_already_cannot_register_again(world: World) -> None:
    identity = Identity("Жаңа", "Адам", BORN, iin=iin(BORN, 902))
    with pytest.raises(Refusal) as refused:
        world.run(
            world.as_relative("Айгүл"), lambda unit: register_account(unit, identity=identity, consent_version="1")
        )
    assert refused.value.sort == "not-found"


def test_at_the_desk_a_lost_phone_is_exchanged_for_another(world: World) -> None:
    registry = world.as_officer("registry_officer")
    old = world.accounts["Болат"]
    world.run(registry, lambda unit: close_account(unit, account=old.account, reason="phone-lost"))
    world.run(
        registry, lambda unit: open_account(unit, person=old.person, phone="8 701 999 99 99", consent_version="1")
    )
    assert answer(world, code_of(world, ask(world, UNKNOWN)), UNKNOWN).outcome == "signed-in"
    assert answer(world, code_of(world, ask(world, world.phones["Болат"])), world.phones["Болат"]).outcome == "register"


def test_one_number_is_one_account(world: World) -> None:
    registry = world.as_officer("registry_officer")
    new = world.run(registry, lambda unit: register_person(unit, person("Жаңа", "Адам", BORN, 903)))
    with pytest.raises(Refusal) as refused:
        world.run(registry, lambda unit: open_account(unit, person=new, phone=KNOWN, consent_version="1"))
    assert why(refused) == "already-there"


def test_a_relative_cannot_open_an_account_for_another_number_by_hand(world: World) -> None:
    with pytest.raises(Refusal):
        world.run(
            world.as_relative("Айгүл"),
            lambda unit: open_account(unit, person=world.people["Сергей"], phone=UNKNOWN, consent_version="1"),
        )


def test_closing_an_account_ends_every_session_at_once_and_only_ones_own(world: World) -> None:
    mine = world.accounts["Айгүл"]
    with pytest.raises(Refusal) as refused:
        world.run(world.as_relative("Болат"), lambda unit: close_account(unit, account=mine.account))
    assert refused.value.sort == "not-found"
    token = answer(world, code_of(world, ask(world))).insist()
    world.run(world.as_relative("Айгүл"), lambda unit: close_account(unit, account=mine.account))
    assert find_principal(world.environment, token) is None


def test_a_session_ends_after_an_hour_without_use_and_after_a_day_with_it(world: World) -> None:
    token = answer(world, code_of(world, ask(world))).insist()
    for _ in range(26):
        world.clock.tick(minutes=55)
        last = find_principal(world.environment, token)
    assert last is not None
    world.clock.tick(minutes=11)
    assert find_principal(world.environment, token) is None
    idle = answer(world, code_of(world, ask(world))).insist()
    world.clock.tick(minutes=61)
    assert find_principal(world.environment, idle) is None


def test_each_sign_in_has_a_token_of_its_own_and_signing_out_ends_one(world: World) -> None:
    tokens = [answer(world, code_of(world, ask(world))).insist() for _ in range(2)]
    assert len(set(tokens)) == 2
    world.run(NOBODY, lambda unit: end_session(unit, tokens[0]))
    assert find_principal(world.environment, tokens[0]) is None
    assert find_principal(world.environment, tokens[1]) is not None


def test_a_code_is_no_longer_sent_once_it_is_too_old(world: World) -> None:
    asked = ask(world)
    world.clock.set(world.clock.now + LASTS)
    assert code_to_send(world.environment, asked) is None


def test_person_registered_at_the_desk_needs_the_officers_own_house(world: World) -> None:
    officer = world.officers[MEDIUM, "gate_officer"]
    with pytest.raises(Refusal):
        world.run(officer, lambda unit: register_person(unit, person("Жаңа", "Адам", BORN, 904)))
