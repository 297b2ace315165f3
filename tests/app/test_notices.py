"""People are told in their language, by the ways they have, in the transaction of what they are told."""

from datetime import date

import pytest

from service.app.notices import Notice, notify, notify_all
from service.app.person_register import add_person
from service.domain.refusal import Refusal, refuse
from service.store.tables import NATIONAL, Message
from service.store.unit_of_work import UnitOfWork
from tests.app.counting import statements
from tests.app.rows import last_event, opened, rows
from tests.builders import CONSOLE
from tests.cast import MEDIUM, World, person


def tell(world: World, *notices: Notice) -> int:
    def told(unit: UnitOfWork) -> int:
        count = notify_all(unit, notices, institution=MEDIUM)
        if count:
            unit.tell("notice.tried", MEDIUM)
        return count

    return world.run(CONSOLE, told)


def test_text_and_letter_for_an_account_kiosk_for_a_convict_nothing_for_who_has_neither(world: World) -> None:
    count = tell(
        world,
        *(Notice(world.people[name], "relationship-accepted") for name in ("Айгүл", "Болат", "Ерлан", "Аружан")),
    )
    found = rows(world, Message, template="relationship-accepted")
    newest = [one for one in found if one.created_at == world.clock.now]
    ways = {(one.person_id, one.channel) for one in newest}
    people = world.people
    assert count == 4
    assert ways == {
        (people["Айгүл"], "sms"),
        (people["Айгүл"], "email"),
        (people["Болат"], "sms"),
        (people["Ерлан"], "kiosk"),
    }


def test_many_notices_are_one_query_and_one_insert(world: World) -> None:
    notices = [Notice(world.people[name], "relationship-accepted") for name in ("Айгүл", "Болат", "Ерлан", "Динара")]
    with statements(world.environment.database) as sent:
        tell(world, *notices)
    assert [line.split()[0] for line in sent] == ["SELECT", "INSERT", "UPDATE", "INSERT", "INSERT"]


def test_the_arguments_are_sealed_and_the_leaf_says_only_that_somebody_was_told(world: World) -> None:
    tell(world, Notice(world.people["Гульзат"], "relationship-refused", {"ground": "ground-no-document"}))
    message = next(
        one for one in rows(world, Message, person_id=world.people["Гульзат"]) if one.created_at == world.clock.now
    )
    assert opened(world, message) == {"ground": "ground-no-document"}
    assert b"ground-no-document" not in message.arguments
    leaf = last_event(world, MEDIUM)["new"]["message"][message.id]
    assert leaf["language"] == "ru"
    assert set(leaf["arguments"]) == set(leaf["person_id"]) == {"c"}


def test_a_refused_act_tells_nobody(world: World) -> None:
    def act(unit: UnitOfWork) -> None:
        notify(unit, person=world.people["Айгүл"], template="relationship-accepted", institution=MEDIUM)
        raise refuse("conflict", "state-does-not-allow")

    before = len(rows(world, Message))
    with pytest.raises(Refusal):
        world.run(CONSOLE, act)
    assert len(rows(world, Message)) == before


def test_a_template_that_does_not_exist_or_takes_other_arguments_is_a_fault_of_ours(world: World) -> None:
    with pytest.raises(KeyError):
        tell(world, Notice(world.people["Айгүл"], "happy-birthday"))
    with pytest.raises(AssertionError):
        tell(world, Notice(world.people["Айгүл"], "relationship-accepted", {"name": "Ерлан"}))


def test_somebody_registered_in_the_same_act_has_no_way_yet(world: World) -> None:
    def act(unit: UnitOfWork) -> int:
        new = add_person(unit, person("Жаңа", "Адам", date(1990, 1, 1), 990))
        count = notify(unit, person=new.id, template="relationship-accepted", institution=MEDIUM)
        unit.tell("person.registered", NATIONAL)
        return count

    assert world.run(CONSOLE, act) == 0
