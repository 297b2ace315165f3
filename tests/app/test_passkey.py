"""Passkeys: proven by an authenticator of our own, written from the standard and apart from the library that checks."""

from typing import Any

import pytest
import sqlalchemy as sa

from service.app.account_close import close_account
from service.app.account_sign_in import CodeAnswer, answer_code, ask_code, code_to_send
from service.app.half_session import Half, half_signed_in
from service.app.officer_sign_in import sign_in_officer
from service.app.passkey import (
    LASTS,
    MOST,
    add_passkey,
    answer_passkey,
    ask_new_passkey,
    ask_passkey,
    end_passkey,
    passkeys,
)
from service.app.session_find import find_principal
from service.domain.access import NOBODY, Actor
from service.gateways.passkeys import Party
from service.store.tables import Event, Passkey
from tests.app.refusals import refused
from tests.authenticator import BACKED_UP, CAN_BACK_UP, PRESENT, VERIFIED, Authenticator
from tests.builders import PASSWORD
from tests.cast import MEDIUM, World

PARTY = Party("localhost", "https://localhost:8443")
WHO = "Айгүл"


def device(**more: Any) -> Authenticator:
    return Authenticator(PARTY.origin, PARTY.host, **more)


def add(world: World, actor: Actor, made: Authenticator, name: str = "Телефон", token: str = "t") -> str:
    options = world.run(actor, lambda unit: ask_new_passkey(unit, token=token, party=PARTY, shown_as="x"))
    return add_passkey(world.environment, actor, token=token, party=PARTY, name=name, answer=made.make(options))


def by_code(world: World) -> CodeAnswer:
    phone = world.phones[WHO]
    asked = world.run(NOBODY, lambda unit: ask_code(unit, phone=phone, browser="b", language="kk"))
    sent = code_to_send(world.environment, asked.code_id)
    assert sent is not None
    return world.run(NOBODY, lambda unit: answer_code(unit, phone=phone, code=sent.code, browser="b", device="Chrome"))


def half_of(world: World) -> Half:
    half = half_signed_in(world.environment, by_code(world).token or "")
    assert half is not None
    return half


def ask(world: World, half: Half) -> str:
    return world.run(half.actor, lambda unit: ask_passkey(unit, half=half, party=PARTY))


def test_with_a_passkey_the_code_alone_opens_nothing_and_both_open_the_account(world: World) -> None:
    mother, made = world.as_relative(WHO), device()
    assert by_code(world).outcome == "signed-in"
    add(world, mother, made)
    answer = by_code(world)
    assert answer.outcome == "second"
    assert find_principal(world.environment, answer.token or "") is None
    with refused("second-factor-needed"):
        answer.insist()
    half = half_of(world)
    token = answer_passkey(world.environment, half, party=PARTY, answer=made.sign(ask(world, half)))
    assert find_principal(world.environment, token) == mother
    with world.environment.database.reading() as session:
        types = session.scalars(sa.select(Event.type).where(Event.type.like("passkey.%"))).all()
    assert list(types) == ["passkey.added", "passkey.used"]


def test_name_count_and_backup_are_kept(world: World) -> None:
    mother = world.as_relative(WHO)
    made = device(flags=PRESENT | CAN_BACK_UP, count=7)
    add(world, mother, made, "Ескі телефон")
    (kept,) = passkeys(world.environment, mother)
    assert (kept.name, kept.backed_up, kept.used_at) == ("Ескі телефон", False, None)
    world.clock.tick(minutes=5)
    half = half_of(world)
    made.flags |= BACKED_UP
    answer_passkey(world.environment, half, party=PARTY, answer=made.sign(ask(world, half)))
    (kept,) = passkeys(world.environment, mother)
    assert (kept.backed_up, kept.used_at) == (True, world.clock.now)
    with world.environment.database.reading() as session:
        row = session.scalars(sa.select(Passkey)).one()
    assert row.sign_count == 8
    assert "Ескі".encode() not in row.name


def test_a_challenge_is_good_once_for_one_session_one_purpose_and_five_minutes(world: World) -> None:
    mother, made = world.as_relative(WHO), device()
    options = world.run(mother, lambda unit: ask_new_passkey(unit, token="t", party=PARTY, shown_as="x"))
    answer = made.make(options)
    with refused("passkey-wrong"):
        add_passkey(world.environment, mother, token="other", party=PARTY, name="x", answer=answer)
    add_passkey(world.environment, mother, token="t", party=PARTY, name="x", answer=answer)
    with refused("passkey-wrong"):
        add_passkey(world.environment, mother, token="t", party=PARTY, name="x", answer=answer)
    half = half_of(world)
    signed = made.sign(ask(world, half))
    world.clock.tick(seconds=LASTS.total_seconds())
    with refused("passkey-wrong"):
        answer_passkey(world.environment, half, party=PARTY, answer=signed)
    first = ask(world, half)
    ask(world, half)
    with refused("passkey-wrong"):
        answer_passkey(world.environment, half, party=PARTY, answer=made.sign(first))


def test_a_wrong_answer_spends_the_challenge(world: World) -> None:
    made = device()
    add(world, world.as_relative(WHO), made)
    half = half_of(world)
    options = ask(world, half)
    with refused("passkey-wrong"):
        answer_passkey(world.environment, half, party=PARTY, answer="{}")
    with refused("passkey-wrong"):
        answer_passkey(world.environment, half, party=PARTY, answer=made.sign(options))


def test_a_copied_credential_betrays_itself_by_its_count(world: World) -> None:
    made = device(count=3)
    add(world, world.as_relative(WHO), made)
    half = half_of(world)
    with refused("passkey-wrong"):
        answer_passkey(world.environment, half, party=PARTY, answer=made.sign(ask(world, half), count_on=False))
    assert answer_passkey(world.environment, half, party=PARTY, answer=made.sign(ask(world, half)))


@pytest.mark.parametrize(
    "forged",
    [
        {"origin": "https://localhost.example"},
        {"origin": "http://localhost:8443"},
        {"host": "example"},
        {"flags": VERIFIED},
    ],
)
def test_what_was_signed_for_another_place_or_by_nobody_is_refused(world: World, forged: dict[str, Any]) -> None:
    mother, made = world.as_relative(WHO), device()
    options = world.run(mother, lambda unit: ask_new_passkey(unit, token="t", party=PARTY, shown_as="x"))
    wrong = Authenticator(**{"origin": PARTY.origin, "host": PARTY.host, "key": made.key, "id": made.id, **forged})
    with refused("passkey-wrong"):
        add_passkey(world.environment, mother, token="t", party=PARTY, name="x", answer=wrong.make(options))
    add(world, mother, made)
    half = half_of(world)
    with refused("passkey-wrong"):
        answer_passkey(world.environment, half, party=PARTY, answer=wrong.sign(ask(world, half)))


def test_anothers_credential_and_anothers_signature_open_nothing(world: World) -> None:
    made, other = device(), device()
    add(world, world.as_relative(WHO), made)
    add(world, world.as_relative("Гульзат"), other)
    half = half_of(world)
    for wrong in (other, device(id=made.id)):
        with refused("passkey-wrong"):
            answer_passkey(world.environment, half, party=PARTY, answer=wrong.sign(ask(world, half)))
    with refused("already-there"):
        add(world, world.as_relative("Гульзат"), made)


@pytest.mark.parametrize("answer", ["", "{", "[]", '{"id": 1}', "\x00", '{"rawId": "AA", "type": "public-key"}'])
def test_what_is_no_answer_at_all_is_refused_and_never_a_fault(world: World, answer: str) -> None:
    mother = world.as_relative(WHO)
    world.run(mother, lambda unit: ask_new_passkey(unit, token="t", party=PARTY, shown_as="x"))
    with refused("passkey-wrong"):
        add_passkey(world.environment, mother, token="t", party=PARTY, name="x", answer=answer)
    add(world, mother, device())
    half = half_of(world)
    ask(world, half)
    with refused("passkey-wrong"):
        answer_passkey(world.environment, half, party=PARTY, answer=answer)


def test_one_is_removed_only_by_its_owner_and_then_asked_for_no_more(world: World) -> None:
    mother, made = world.as_relative(WHO), device()
    kept = add(world, mother, made)
    with refused():
        world.run(world.as_relative("Гульзат"), lambda unit: end_passkey(unit, passkey=kept))
    world.run(mother, lambda unit: end_passkey(unit, passkey=kept))
    assert passkeys(world.environment, mother) == []
    assert by_code(world).outcome == "signed-in"
    with refused():
        world.run(mother, lambda unit: end_passkey(unit, passkey=kept))


def test_there_are_ten_at_most(world: World) -> None:
    mother = world.as_relative(WHO)
    for _ in range(MOST):
        add(world, mother, device())
    with refused("passkeys-enough"):
        add(world, mother, device())


def test_a_closed_account_leaves_no_passkey_behind(world: World) -> None:
    mother = world.as_relative(WHO)
    add(world, mother, device())
    world.run(mother, lambda unit: close_account(unit, account=mother.id, reason="phone-lost"))
    with world.environment.database.reading() as session:
        assert session.scalars(sa.select(Passkey)).one().ended_reason == "account-closed"


def test_an_officers_passkey_must_know_its_owner_and_is_apart_from_the_relatives(world: World) -> None:
    head = world.as_officer("head")
    with refused("passkey-wrong"):
        add(world, head, device(flags=PRESENT))
    made = device()
    add(world, head, made)
    signed = sign_in_officer(
        world.environment, login=f"head@{MEDIUM}", password=PASSWORD, address="192.0.2.9", workstation="w"
    )
    assert (signed.step, signed.ways) == ("second", ("passkey",))
    half = half_signed_in(world.environment, signed.token)
    assert half is not None
    made.flags = PRESENT
    with refused("passkey-wrong"):
        answer_passkey(world.environment, half, party=PARTY, answer=made.sign(ask(world, half)))
    made.flags = PRESENT | VERIFIED
    token = answer_passkey(world.environment, half, party=PARTY, answer=made.sign(ask(world, half)))
    assert find_principal(world.environment, token) == head
    twin = Actor("relative", "account", head.person)
    assert passkeys(world.environment, twin) == []
