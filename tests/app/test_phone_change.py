"""A number changes slowly, before the eyes of both numbers."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.app.account_close import close_account
from service.app.account_sign_in import CodeAnswer, code_to_send
from service.app.phone_change import (
    WAITS,
    ask_new_phone,
    cancel_phone_change,
    change_phone,
    due_phone_changes,
    show_phones,
    take_new_phone,
)
from service.app.session_find import find_principal
from service.domain.access import Actor
from service.jobs.tasks import take_new_phones
from service.store.tables import AccountMessage, PhoneChange
from tests.app.refusals import refused
from tests.builders import CONSOLE
from tests.cast import World

NEW = "+77015550199"


def code_for(world: World, phone: str = NEW) -> str:
    actor = world.as_relative("Айгүл")
    asked = ask_new_phone(world.environment, actor, phone=phone, browser="b", language="kk")
    sent = code_to_send(world.environment, asked.code_id)
    assert sent is not None
    assert sent.phone == phone
    return sent.code


def changed(world: World, phone: str = NEW) -> str:
    code, actor = code_for(world, phone), world.as_relative("Айгүл")
    change = world.run(actor, lambda unit: change_phone(unit, phone=phone, code=code, browser="b"))
    assert isinstance(change, str)
    return change


def told(world: World) -> list[tuple[str, str, dict[str, str]]]:
    """(template, number, arguments) of what goes out about the account, the oldest first."""
    person = world.people["Айгүл"]
    with world.environment.database.reading() as session:
        rows = session.scalars(sa.select(AccountMessage)).all()
        key = world.environment.vault.unwrap(
            person, session.execute(sa.text("SELECT wrapped_key FROM person WHERE id = :id"), {"id": person}).scalar()
        )
    place = "account_message/{}/{}"
    return sorted(
        (
            row.template,
            key.open(place.format("contact", row.id), row.contact or b""),
            json.loads(key.open(place.format("arguments", row.id), row.arguments)),
        )
        for row in rows
    )


def number_of(world: World) -> str:
    return show_phones(world.environment, world.as_relative("Айгүл")).number


def test_both_numbers_are_told_and_nothing_changes_for_three_days(world: World) -> None:
    old = world.phones["Айгүл"]
    change = changed(world)
    effective = world.clock.now + WAITS
    assert told(world) == [
        ("phone-changing", number, {"effective_at": effective.isoformat()}) for number in sorted((old, NEW))
    ]
    shown = show_phones(world.environment, world.as_relative("Айгүл"))
    assert (shown.number, shown.next, shown.next_from, shown.change) == (old, NEW, effective, change)
    world.clock.tick(hours=71, minutes=59)
    assert take_new_phones(world.environment) == 0
    assert number_of(world) == old
    world.clock.tick(minutes=1)
    assert take_new_phones(world.environment) == 1
    assert take_new_phones(world.environment) == 0
    shown = show_phones(world.environment, world.as_relative("Айгүл"))
    assert (shown.number, shown.next, shown.change) == (NEW, None, None)


def test_the_old_number_stops_it_and_every_session_with_it(world: World) -> None:
    old, change = world.phones["Айгүл"], changed(world)
    token = world.accounts["Айгүл"].token
    world.run(world.as_relative("Айгүл"), lambda unit: cancel_phone_change(unit, change=change))
    assert find_principal(world.environment, token) is None
    world.clock.tick(hours=100)
    assert take_new_phones(world.environment) == 0
    assert number_of(world) == old
    with refused("state-does-not-allow"):
        world.run(world.as_relative("Айгүл"), lambda unit: cancel_phone_change(unit, change=change))


def test_a_stranger_neither_changes_nor_stops_it(world: World) -> None:
    change = changed(world)
    with refused():
        world.run(world.as_relative("Гульзат"), lambda unit: cancel_phone_change(unit, change=change))
    for actor in (Actor("nobody", ""), world.as_officer("head"), world.at_kiosk("Ерлан")):
        with pytest.raises(Exception, match="not-"):
            world.run(actor, lambda unit: cancel_phone_change(unit, change=change))
    with pytest.raises(Exception, match="not-"):
        world.run(world.as_relative("Айгүл"), lambda unit: take_new_phone(unit, change=change))


def test_a_wrong_code_is_counted_and_the_right_one_is_good_once(world: World) -> None:
    code, actor = code_for(world), world.as_relative("Айгүл")
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for left in (4, 3):
        answer = world.run(actor, lambda unit: change_phone(unit, phone=NEW, code=wrong, browser="b"))
        assert answer == CodeAnswer("wrong", tries_left=left)
    answer = world.run(actor, lambda unit: change_phone(unit, phone=NEW, code=code, browser="another"))
    assert answer == CodeAnswer("expired")
    assert isinstance(world.run(actor, lambda unit: change_phone(unit, phone=NEW, code=code, browser="b")), str)
    answer = world.run(actor, lambda unit: change_phone(unit, phone=NEW, code=code, browser="b"))
    assert answer == CodeAnswer("expired")


def test_the_number_of_another_account_is_not_taken_and_that_is_said_only_to_who_holds_it(world: World) -> None:
    taken, actor = world.phones["Гульзат"], world.as_relative("Айгүл")
    code = code_for(world, taken)
    with refused("phone-taken"):
        world.run(actor, lambda unit: change_phone(unit, phone=taken, code=code, browser="b"))
    with refused("phone-same"):
        ask_new_phone(world.environment, actor, phone=world.phones["Айгүл"], browser="b", language="kk")


def test_a_second_wish_takes_the_place_of_the_first(world: World) -> None:
    first = changed(world)
    second = changed(world, "+77015550198")
    with world.environment.database.reading() as session:
        assert session.get_one(PhoneChange, first).ended_code == "replaced"
        assert due_phone_changes(session, world.clock.now + WAITS) == [second]


def test_a_closed_account_has_no_number_to_change(world: World) -> None:
    change, account = changed(world), world.accounts["Айгүл"].account
    world.run(world.as_relative("Айгүл"), lambda unit: close_account(unit, account=account))
    world.clock.tick(hours=73)
    assert take_new_phones(world.environment) == 0
    with world.environment.database.reading() as session:
        assert session.get_one(PhoneChange, change).ended_code == "account-closed"
    with refused("state-does-not-allow"):
        world.run(CONSOLE, lambda unit: take_new_phone(unit, change=change))


def test_the_wait_is_three_days() -> None:
    assert timedelta(days=3) == WAITS
