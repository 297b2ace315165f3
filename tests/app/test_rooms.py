"""Rooms, gates, timetables and blocked days: what cannot be is refused, what is closed stays readable."""

from datetime import date

import pytest

from service.app.date_block import block_dates, lift_block
from service.app.device_add import add_device, revoke_device
from service.app.institution_open import open_institution
from service.app.room_open import close_place, close_room, open_gate, open_room
from service.app.session_find import find_device
from service.app.timetable_change import end_sessions_on, open_sessions
from service.domain.access import Actor
from service.store.tables import BlockedDate, Device, Place, Room, SessionTemplate
from tests.app.refusals import refused
from tests.app.rows import last_event, row, rows
from tests.builders import CONSOLE
from tests.cast import MAXIMUM, MEDIUM, World

TODAY = date(2026, 3, 2)


def room(world: World, **other: object) -> str:
    given = {
        "institution": MEDIUM,
        "kind": "short",
        "name": "Зал",
        "gate": world.gates[MEDIUM],
        "places": ["1"],
        **other,
    }
    return world.run(world.as_officer("head"), lambda unit: open_room(unit, **given)).room  # type: ignore[arg-type]


def test_a_room_opens_with_its_places(world: World) -> None:
    opened = room(world, places=["1", "2", "Терезе жанындағы"])
    assert {one.label for one in rows(world, Place, room_id=opened)} == {"1", "2", "Терезе жанындағы"}


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"kind": "cinema"}, "choice-unknown"),
        ({"places": []}, "choice-unknown"),
        ({"places": ["1", " 1 "]}, "already-there"),
        ({"places": ["1", ""]}, "text-missing"),
        ({"places": [str(number) for number in range(501)]}, "choice-unknown"),
        ({"name": "З" * 65536}, "text-too-long"),
        ({"institution": MAXIMUM}, "not-your-institution"),
    ],
)
def test_a_room_that_cannot_be_is_refused(world: World, other: dict[str, object], code: str) -> None:
    with refused(code):
        room(world, **other)


def test_a_gate_of_another_institution_is_not_there(world: World) -> None:
    with refused():
        room(world, gate=world.gates[MAXIMUM])


def test_one_zone_is_one_gate_and_fits_one_byte(world: World) -> None:
    head = world.as_officer("head")
    world.run(head, lambda unit: open_gate(unit, institution=MEDIUM, name="Ұзақ блок", zone=2))
    with refused("already-there"):
        world.run(head, lambda unit: open_gate(unit, institution=MEDIUM, name="Зал", zone=2))
    for zone in (-1, 256):
        with refused("choice-unknown"):
            world.run(head, lambda unit, zone=zone: open_gate(unit, institution=MEDIUM, name="Зал", zone=zone))  # type: ignore[misc]


def test_a_room_closes_from_today_on_and_once(world: World) -> None:
    long_room, head = world.rooms[MEDIUM, "long"], world.as_officer("head")
    with refused("date-impossible"):
        world.run(head, lambda unit: close_room(unit, room=long_room, on=date(2026, 3, 1)))
    world.run(head, lambda unit: close_room(unit, room=long_room, on=TODAY))
    assert row(world, Room, long_room).closed_on == TODAY
    with refused("state-does-not-allow"):
        world.run(head, lambda unit: close_room(unit, room=long_room, on=TODAY))


def test_one_place_closes_alone(world: World) -> None:
    first, second, *_ = world.places[MEDIUM, "short"]
    world.run(world.as_officer("duty_officer"), lambda unit: close_place(unit, place=first, on=TODAY))
    assert (row(world, Place, first).closed_on, row(world, Place, second).closed_on) == (TODAY, None)


def sessions(world: World, **other: object) -> str:
    given = {
        "room": world.rooms[MEDIUM, "short"],
        "weekdays": "531",
        "starts": "09:30",
        "minutes": 120,
        "valid_from": TODAY,
        **other,
    }
    return world.run(world.as_officer("duty_officer"), lambda unit: open_sessions(unit, **given))  # type: ignore[arg-type]


def test_a_timetable_is_kept_in_the_order_of_the_week(world: World) -> None:
    found = row(world, SessionTemplate, sessions(world))
    assert (found.weekdays, found.starts, found.kind) == ("135", "09:30", "short")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"weekdays": ""}, "choice-unknown"),
        ({"weekdays": "8"}, "choice-unknown"),
        ({"weekdays": "11"}, "choice-unknown"),
        ({"starts": "24:00"}, "choice-unknown"),
        ({"starts": "9:30"}, "choice-unknown"),
        ({"starts": "09:30\n"}, "choice-unknown"),
        ({"minutes": 0}, "choice-unknown"),
        ({"minutes": 7201}, "choice-unknown"),
        ({"valid_to": date(2026, 3, 1)}, "date-impossible"),
    ],
)
def test_a_timetable_that_cannot_be_is_refused(world: World, other: dict[str, object], code: str) -> None:
    with refused(code):
        sessions(world, **other)


def test_a_timetable_ends_and_is_never_made_longer(world: World) -> None:
    template, duty = sessions(world), world.as_officer("duty_officer")
    world.run(duty, lambda unit: end_sessions_on(unit, template=template, last=date(2026, 6, 30)))
    assert row(world, SessionTemplate, template).valid_to == date(2026, 6, 30)
    for last in (date(2026, 7, 1), date(2026, 2, 1)):
        with refused("date-impossible"):
            world.run(duty, lambda unit, last=last: end_sessions_on(unit, template=template, last=last))  # type: ignore[misc]


def block(world: World, first: date = TODAY, last: date = TODAY, by: Actor | None = None, **other: object) -> str:
    given = {"institution": MEDIUM, "first": first, "last": last, "ground": "Санитарлық өңдеу", **other}
    return world.run(by or world.as_officer("duty_officer"), lambda unit: block_dates(unit, **given))  # type: ignore[arg-type]


def test_days_are_blocked_with_a_ground_and_opened_again(world: World) -> None:
    blocked = block(world, last=date(2026, 3, 5), room=world.rooms[MEDIUM, "short"])
    world.run(world.as_officer("head"), lambda unit: lift_block(unit, block=blocked))
    found = row(world, BlockedDate, blocked)
    assert found.lifted_by == world.as_officer("head").id
    with refused("state-does-not-allow"):
        world.run(world.as_officer("head"), lambda unit: lift_block(unit, block=blocked))


def test_the_past_is_not_blocked_and_nobody_closes_visits_for_good(world: World) -> None:
    for first, last in (
        (date(2026, 3, 1), TODAY),
        (date(2026, 3, 5), date(2026, 3, 4)),
        (TODAY, date(2026, 5, 31)),
        (TODAY, date(9999, 12, 31)),
    ):
        with refused("date-impossible"):
            block(world, first, last)
    block(world, TODAY, date(2026, 5, 30))
    with refused("text-missing"):
        block(world, ground=" ")
    with refused("not-your-institution"):
        block(world, by=CONSOLE)
    with refused():
        block(world, room=world.rooms[MAXIMUM, "short"])


def test_a_device_is_known_by_its_key_until_it_is_lost(world: World) -> None:
    kiosk = world.devices[f"kiosk@{MEDIUM}"]
    found = find_device(world.environment, kiosk.key)
    assert found == Actor("kiosk", kiosk.device, None, MEDIUM, device=kiosk.device)
    bridge = find_device(world.environment, world.devices[f"bridge@{MEDIUM}"].key)
    assert bridge == world.bridge(MEDIUM)
    world.run(world.as_officer("duty_officer"), lambda unit: revoke_device(unit, device=kiosk.device, code="stolen"))
    assert find_device(world.environment, kiosk.key) is None
    assert find_device(world.environment, "") is None
    with refused("state-does-not-allow"):
        world.run(world.as_officer("head"), lambda unit: revoke_device(unit, device=kiosk.device, code="lost"))


def test_the_key_of_a_device_stands_nowhere(world: World) -> None:
    kiosk = world.devices[f"kiosk@{MEDIUM}"]
    assert kiosk.key not in str(vars(row(world, Device, kiosk.device)))
    assert kiosk.key not in str(last_event(world, MEDIUM))


def test_a_bridge_has_a_gate_of_its_own_house_and_a_kiosk_has_none(world: World) -> None:
    head = world.as_officer("head")
    for kind, gate in (("bridge", None), ("kiosk", world.gates[MEDIUM]), ("drone", None)):
        with refused("choice-unknown"):
            world.run(
                head,
                lambda unit, kind=kind, gate=gate: add_device(  # type: ignore[misc]
                    unit, institution=MEDIUM, kind=kind, name="X", gate=gate
                ),
            )
    with refused():
        world.run(
            head, lambda unit: add_device(unit, institution=MEDIUM, kind="bridge", name="X", gate=world.gates[MAXIMUM])
        )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"code": "../keys"}, "choice-unknown"),
        ({"code": "national"}, "choice-unknown"),
        ({"code": "LA 155"}, "choice-unknown"),
        ({"number": -1}, "choice-unknown"),
        ({"number": 65536}, "choice-unknown"),
        ({"kind": "castle"}, "choice-unknown"),
        ({"time_zone": "Mars/Olympus"}, "choice-unknown"),
        ({"time_zone": "../../etc/passwd"}, "choice-unknown"),
        ({"code": MEDIUM}, "already-there"),
        ({"number": 8}, "already-there"),
    ],
)
def test_an_institution_that_cannot_be_is_refused(world: World, changed: dict[str, object], code: str) -> None:
    given = {
        "code": "la-155-99",
        "number": 99,
        "names": {"kk": "а", "ru": "б", "en": "c"},
        "kind": "medium",
        "time_zone": "Asia/Almaty",
        **changed,
    }
    with refused(code):
        world.run(CONSOLE, lambda unit: open_institution(unit, **given))  # type: ignore[arg-type]
