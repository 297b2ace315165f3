"""A full day: who waits is offered what becomes free, in turn, and nobody else gets it meanwhile."""

from datetime import date, timedelta

import pytest

from service.app.appointment_cancel import cancel_appointment
from service.app.appointment_hold import Held, hold_place
from service.app.appointment_move import move_appointment
from service.app.appointment_request import request_appointment
from service.app.appointment_show import Wanted, list_appointments
from service.app.appointment_weigh import Wish
from service.app.convict_enter import set_condition
from service.app.queue_join import Joined, join_queue, leave_queue
from service.app.queue_show import list_entries, show_entry
from service.app.room_open import close_place
from service.app.times_list import list_times
from service.domain.refusal import Refusal
from service.jobs.queueing import offer_places
from service.jobs.tasks import lapse_holds
from service.store.tables import Event, QueueEntry
from tests.cast import MEDIUM, NOW, World, person

DAY = date(2026, 3, 19)
LONG = Wish("long")


@pytest.fixture
def one_room(world: World) -> World:
    """One room for long visits is left, and Иван has a brother who comes."""
    world.relative("Марат", person("Одиноков", "Марат", date(1972, 1, 9), 62), "+7 707 555 06 01")
    world.claim("Марат", "Иван", "full-sibling")
    world.confirm("Марат", "Иван")
    for place in world.places[MEDIUM, "long"][1:]:
        world.run(world.as_officer("head"), lambda unit, place=place: close_place(unit, place=place, on=NOW.date()))
    return world


def hold(world: World, name: str, convict: str, day: date = DAY) -> Held:
    return world.run(
        world.as_relative(name),
        lambda unit: hold_place(
            unit,
            convict=world.people[convict],
            relationships=[world.relations[name, convict]],
            template=world.templates[MEDIUM, "long"],
            day=day,
            wish=LONG,
        ),
    )


def ask(world: World, name: str, convict: str) -> str:
    held = hold(world, name, convict)
    world.run(world.as_relative(name), lambda unit: request_appointment(unit, appointment=held.appointment))
    return held.appointment


def join(world: World, name: str, convict: str, day: date = DAY, *more: str) -> Joined:
    return world.run(
        world.as_relative(name),
        lambda unit: join_queue(
            unit,
            convict=world.people[convict],
            relationships=[world.relations[name, convict], *more],
            day=day,
            wish=LONG,
            needs=["needs:wheelchair"],
        ),
    )


def cancel(world: World, name: str, appointment: str) -> None:
    world.run(
        world.as_relative(name),
        lambda unit: cancel_appointment(unit, appointment=appointment, ground="ground-visitor-asks"),
    )


def codes(refused: pytest.ExceptionInfo[Refusal]) -> set[str]:
    return {one.code for one in refused.value.reasons}


def test_a_released_place_goes_to_the_queue_and_never_to_the_next_click(one_room: World) -> None:
    world = one_room
    taken = ask(world, "Гульзат", "Олег")
    join(world, "Динара", "Ерлан")
    cancel(world, "Гульзат", taken)
    with pytest.raises(Refusal) as refused:
        hold(world, "Гульзат", "Олег")
    assert codes(refused) == {"place-queued"}
    assert offer_places(world.environment) == 1
    with pytest.raises(Refusal) as refused:
        hold(world, "Гульзат", "Олег")
    assert codes(refused) == {"place-taken"}
    (offered,) = list_appointments(world.environment, world.as_relative("Динара"), Wanted(("held",)))
    assert offered.row.held_until == NOW + timedelta(hours=12)
    assert offered.row.charge_day == DAY


def test_nor_to_a_long_visit_that_would_reach_into_that_day(one_room: World) -> None:
    world = one_room
    taken = ask(world, "Гульзат", "Олег")
    join(world, "Динара", "Ерлан")
    cancel(world, "Гульзат", taken)
    for near in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(Refusal) as refused:
            hold(world, "Гульзат", "Олег", near)
        assert codes(refused) == {"place-queued"}
    hold(world, "Гульзат", "Олег", DAY + timedelta(days=2))


def test_the_calendar_shows_such_a_day_as_full(one_room: World) -> None:
    world = one_room
    taken = ask(world, "Гульзат", "Олег")
    join(world, "Динара", "Ерлан")
    cancel(world, "Гульзат", taken)
    shown = list_times(
        world.environment,
        world.as_relative("Гульзат"),
        world.relations["Гульзат", "Олег"],
        wish=LONG,
        year=2026,
        month=3,
    )
    assert DAY in shown.full
    assert {one.slot.day for one in shown.offers} & {DAY, DAY - timedelta(days=1)} == set()


def test_an_offer_that_is_not_taken_goes_to_the_next(one_room: World) -> None:
    world = one_room
    taken = ask(world, "Гульзат", "Олег")
    join(world, "Динара", "Ерлан")
    second = join(world, "Марат", "Иван")
    cancel(world, "Гульзат", taken)
    assert offer_places(world.environment) == 1
    assert offer_places(world.environment) == 0
    world.clock.tick(hours=12, minutes=1)
    lapse_holds(world.environment)
    assert offer_places(world.environment) == 1
    shown = show_entry(world.environment, world.as_relative("Марат"), second.entry)
    assert shown.row.state == "offered"
    (offered,) = list_appointments(world.environment, world.as_relative("Марат"), Wanted(("held",)))
    assert offered.row.id == shown.row.appointment_id


def test_everybody_sees_their_place_and_moves_up(one_room: World) -> None:
    world = one_room
    ask(world, "Гульзат", "Олег")
    one, other = join(world, "Динара", "Ерлан"), join(world, "Марат", "Иван")
    (before,) = list_entries(world.environment, world.as_relative("Марат"))
    assert (before.place, before.waiting) == (2, 2)
    world.run(world.as_relative("Динара"), lambda unit: leave_queue(unit, entry=one.entry))
    (after,) = list_entries(world.environment, world.as_relative("Марат"))
    assert (after.place, after.waiting, after.row.id) == (1, 1, other.entry)


def test_the_turn_is_the_number_of_the_event(one_room: World) -> None:
    world = one_room
    ask(world, "Гульзат", "Олег")
    joined = join(world, "Динара", "Ерлан")
    with world.environment.database.reading() as session:
        event = session.get_one(Event, (MEDIUM, joined.turn))
    assert event.type == "queue.joined"
    assert joined.entry.encode() in event.leaf


def test_whoever_may_no_longer_have_the_visit_is_passed_over_and_told_why(one_room: World) -> None:
    world = one_room
    taken = ask(world, "Гульзат", "Олег")
    first = join(world, "Динара", "Ерлан")
    convict = world.people["Ерлан"]
    world.run(
        world.as_officer("commission_secretary"),
        lambda unit: set_condition(unit, convict=convict, condition="strict", since=NOW.date(), paper="протокол 3"),
    )
    cancel(world, "Гульзат", taken)
    assert offer_places(world.environment) == 1
    with world.environment.database.reading() as session:
        row = session.get_one(QueueEntry, first.entry)
    assert row.state == "passed"
    assert row.ended_code
    hold(world, "Гульзат", "Олег")


def test_a_day_with_free_places_needs_no_queue(one_room: World) -> None:
    with pytest.raises(Refusal) as refused:
        join(one_room, "Динара", "Ерлан")
    assert codes(refused) == {"queue-not-needed"}


def test_no_family_stands_twice_for_one_day(one_room: World) -> None:
    world = one_room
    ask(world, "Гульзат", "Олег")
    join(world, "Динара", "Ерлан")
    for name in ("Динара", "Айгүл"):
        with pytest.raises(Refusal) as refused:
            join(world, name, "Ерлан")
        assert codes(refused) == {"already-waiting"}


def test_a_form_that_is_being_filled_in_costs_nobody_their_turn(one_room: World) -> None:
    world = one_room
    taken = ask(world, "Гульзат", "Олег")
    entry = join(world, "Динара", "Ерлан")
    hold(world, "Айгүл", "Ерлан", DAY + timedelta(days=7))
    cancel(world, "Гульзат", taken)
    assert offer_places(world.environment) == 0
    world.clock.tick(minutes=16)
    lapse_holds(world.environment)
    assert offer_places(world.environment) == 1
    assert show_entry(world.environment, world.as_relative("Динара"), entry.entry).row.state == "offered"


def test_the_queue_closes_when_the_visit_is_near(one_room: World) -> None:
    world = one_room
    ask(world, "Гульзат", "Олег")
    entry = join(world, "Динара", "Ерлан")
    world.clock.set(NOW + timedelta(days=17, minutes=30))  # the visit begins in half an hour
    offer_places(world.environment)
    assert show_entry(world.environment, world.as_relative("Динара"), entry.entry).row.state == "closed"


def test_an_entry_is_the_affair_of_whoever_made_it(one_room: World) -> None:
    world = one_room
    ask(world, "Гульзат", "Олег")
    entry = join(world, "Динара", "Ерлан")
    with pytest.raises(Refusal) as refused:
        show_entry(world.environment, world.as_relative("Гульзат"), entry.entry)
    assert refused.value.sort == "not-found"
    with pytest.raises(Refusal):
        world.run(world.as_relative("Гульзат"), lambda unit: leave_queue(unit, entry=entry.entry))


def test_a_move_takes_no_place_that_somebody_waits_for(one_room: World) -> None:
    world = one_room
    taken = ask(world, "Гульзат", "Олег")
    join(world, "Динара", "Ерлан")
    template = world.templates[MEDIUM, "long"]
    world.run(
        world.as_relative("Гульзат"),
        lambda unit: move_appointment(unit, appointment=taken, template=template, day=DAY + timedelta(days=4)),
    )
    with pytest.raises(Refusal) as refused:
        world.run(
            world.as_relative("Гульзат"),
            lambda unit: move_appointment(unit, appointment=taken, template=template, day=DAY),
        )
    assert codes(refused) == {"place-queued"}
