"""A surplus takes two officers, two roles, a ground; a record may be disputed by those it names."""

from datetime import date, timedelta

import pytest

from service.app.dispute_raise import answer_dispute, raise_dispute
from service.app.exception_ask import ask_exception, decide_exception
from service.domain.access import Actor
from service.store.tables import Dispute, ExceptionRequest, Message
from tests.app.refusals import refused
from tests.app.rows import last_event, row, rows
from tests.app.test_appointment_life import granted
from tests.cast import MAXIMUM, MEDIUM, World

TODAY = date(2026, 3, 2)


def ask(world: World, by: Actor | None = None, **other: object) -> str:
    given = {
        "convict": world.people["Ерлан"],
        "kind": "interval-before",
        "appointment_kind": "short",
        "ground": "death-in-family",
        "article": "PEC 109(2)",
        "words": "Әкесі қайтыс болды",
        "usable_until": TODAY + timedelta(days=14),
        **other,
    }
    return world.run(by or world.as_officer("duty_officer"), lambda unit: ask_exception(unit, **given))  # type: ignore[arg-type]


def decide(world: World, request: str, by: Actor | None = None, *, grant: bool = True) -> str:
    return world.run(by or world.as_officer("head"), lambda unit: decide_exception(unit, request=request, grant=grant))


def test_one_officer_asks_and_another_in_another_role_grants(world: World) -> None:
    request = ask(world)
    assert decide(world, request) == "granted"
    found = row(world, ExceptionRequest, request)
    assert (found.asked_role, found.decided_role) == ("duty_officer", "head")
    assert found.asked_by != found.decided_by
    assert "қайтыс" not in str(last_event(world, MEDIUM))


def test_whoever_asked_does_not_decide_even_as_head(world: World) -> None:
    both = Actor("officer", world.as_officer("head").id, "p", MEDIUM, frozenset({"duty_officer", "head"}))
    with refused("second-officer-needed"):
        decide(world, ask(world, both), both)


def test_the_head_alone_can_begin_nothing(world: World) -> None:
    with refused("another-role-needed"):
        ask(world, world.as_officer("head"))
    with refused():
        ask(world, world.as_relative("Айгүл"))
    with refused("not-your-institution"):
        decide(world, ask(world), world.as_officer("head", MAXIMUM))


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"kind": "ban-smuggling"}, "choice-unknown"),
        ({"appointment_kind": "party"}, "choice-unknown"),
        ({"ground": "friendship"}, "choice-unknown"),
        ({"article": ""}, "text-missing"),
        ({"words": " \n "}, "text-missing"),
        ({"words": "x" * 65536}, "text-too-long"),
        ({"usable_until": date(2026, 3, 1)}, "date-impossible"),
        ({"usable_until": date(2026, 6, 1)}, "date-impossible"),
    ],
)
def test_an_exception_that_cannot_be_is_refused(world: World, other: dict[str, object], code: str) -> None:
    with refused(code):
        ask(world, **other)


def test_a_decision_is_made_once_and_in_time(world: World) -> None:
    request, late = ask(world), ask(world)
    assert decide(world, request, grant=False) == "refused"
    with refused("state-does-not-allow"):
        decide(world, request)
    world.clock.tick(days=15)
    with refused("deadline-passed"):
        decide(world, late)
    with refused():
        decide(world, "0" * 32)


def dispute(world: World, appointment: str, by: Actor, code: str = "was-not-there", words: str | None = None) -> str:
    return world.run(by, lambda unit: raise_dispute(unit, appointment=appointment, code=code, words=words))


def test_the_convict_and_the_visitor_each_dispute_a_record_under_their_name(world: World) -> None:
    appointment = granted(world).appointment
    his = dispute(world, appointment, world.at_kiosk("Ерлан"), "unknown-person", "Мен бұл адамды танымаймын 😟")
    hers = dispute(world, appointment, world.as_relative("Айгүл"))
    assert row(world, Dispute, his).as_convict
    assert not row(world, Dispute, hers).as_convict
    with refused("already-there"):
        dispute(world, appointment, world.as_relative("Айгүл"))


def test_nobody_else_disputes_or_learns_that_there_is_something(world: World) -> None:
    appointment = granted(world).appointment
    for stranger in (world.as_relative("Болат"), world.at_kiosk("Олег"), world.as_relative("Гульзат")):
        with refused():
            dispute(world, appointment, stranger)
        with refused():
            dispute(world, "0" * 32, stranger)
    with refused("another-role-needed"):
        dispute(world, appointment, world.as_officer("head"))
    with refused("choice-unknown"):
        dispute(world, appointment, world.as_relative("Айгүл"), "just-because")


def test_a_mother_disputes_for_the_child_recorded_as_a_visitor(world: World) -> None:
    appointment = granted(world, who="Динара", others=("Аружан",)).appointment
    assert dispute(world, appointment, world.as_relative("Динара"))


def test_an_answer_is_told_and_the_dispute_stays(world: World) -> None:
    raised = dispute(world, granted(world).appointment, world.as_relative("Айгүл"))
    with refused("another-role-needed"):
        world.run(
            world.as_officer("duty_officer"), lambda unit: answer_dispute(unit, dispute=raised, outcome="record-stands")
        )
    with refused("choice-unknown"):
        world.run(world.as_officer("head"), lambda unit: answer_dispute(unit, dispute=raised, outcome="nonsense"))
    world.run(world.as_officer("head"), lambda unit: answer_dispute(unit, dispute=raised, outcome="record-was-wrong"))
    assert row(world, Dispute, raised).outcome == "record-was-wrong"
    told = rows(world, Message, person_id=world.people["Айгүл"], template="dispute-answered")
    assert {one.channel for one in told} == {"sms", "email"}
    with refused("state-does-not-allow"):
        world.run(world.as_officer("head"), lambda unit: answer_dispute(unit, dispute=raised, outcome="record-stands"))
