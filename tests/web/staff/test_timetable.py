"""The timetable is changed in two steps, the first of which says whom it touches; the board shows the week."""

from datetime import date

import pytest

from service.app.board_show import show_board
from service.app.pause_set import end_pause, set_pause
from service.app.timetable_change import open_sessions
from service.store.tables import BlockedDate, DailyPause, ReviewFlag, Room, SessionTemplate
from tests.app.booking import granted, hold
from tests.app.refusals import refused
from tests.app.rows import rows
from tests.browser.faces import Faces
from tests.cast import MEDIUM
from tests.web.clicking import at_desk, dashed, words_of
from tests.web.staff.test_convicts import save

SATURDAY = date(2026, 3, 14)


def parts(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def test_closing_days_names_the_visit_that_is_booked_there_and_flags_it(faces: Faces) -> None:
    booked = granted(faces.world)
    duty = at_desk(faces, "duty_officer")
    day = {**parts("first", SATURDAY), **parts("last", SATURDAY), "ground": "жөндеу · ремонт"}
    preview = save(duty, "/timetable/block", **day)
    assert "1 booked visit no longer fits after this." in preview
    assert "Ахметов Ерлан" in preview
    assert len(rows(faces.world, BlockedDate)) == 1
    assert [(one.appointment_id, one.code) for one in rows(faces.world, ReviewFlag)] == [
        (booked.appointment, "date-blocked")
    ]
    (block,) = rows(faces.world, BlockedDate)
    assert duty.send(f"/timetable/blocks/{dashed(block.id)}/lift", "/timetable").status_code == 303


@pytest.mark.parametrize(
    ("what", "which", "field", "code"),
    [
        ("end-session", "template", "last", "no-session"),
        ("close-room", "room", "on", "room-closed"),
        ("close-place", "place", "on", "room-closed"),
    ],
)
def test_what_ends_or_closes_flags_what_is_booked_after_it(
    faces: Faces, what: str, which: str, field: str, code: str
) -> None:
    world = faces.world
    granted(world)
    ids = {
        "template": world.templates[MEDIUM, "long"],
        "room": world.rooms[MEDIUM, "long"],
        "place": world.places[MEDIUM, "long"][0],
    }
    duty = at_desk(faces, "duty_officer")
    preview = save(duty, f"/timetable/{what}/{dashed(ids[which])}", **parts(field, date(2026, 3, 10)))
    assert "1 booked visit no longer fits" in preview
    assert [one.code for one in rows(world, ReviewFlag)] == [code]


def test_a_change_of_shift_touches_only_what_begins_then(faces: Faces) -> None:
    world = faces.world
    granted(world)
    duty = at_desk(faces, "duty_officer")
    shift = {"name": "Смена", "weekdays": ["6", "7"], "starts": "09:30", "ends": "10:30"}
    preview = save(duty, "/timetable/pause", **shift, **parts("valid_from", date(2026, 3, 2)))
    assert "1 booked visit no longer fits" in preview
    later = {**shift, "name": "Обед", "starts": "13:00", "ends": "14:00"}
    assert "No booked visit is touched." in save(
        duty, "/timetable/pause", **later, **parts("valid_from", date(2026, 3, 2))
    )
    assert [one.code for one in rows(world, ReviewFlag)] == ["in-pause"]
    assert {one.name for one in rows(world, DailyPause)} == {"Смена", "Обед"}


def test_nothing_is_booked_into_a_pause_and_again_when_it_has_ended(faces: Faces) -> None:
    world = faces.world
    duty = world.as_officer("duty_officer")
    pause = world.run(
        duty,
        lambda unit: set_pause(
            unit, institution=MEDIUM, name="Смена", weekdays="6", starts="09:00", ends="11:00",
            valid_from=date(2026, 3, 2),
        ),
    )  # fmt: skip
    with refused("in-pause"):
        hold(world, day=SATURDAY)
    world.run(duty, lambda unit: end_pause(unit, pause=pause, last=date(2026, 3, 13)))
    hold(world, day=SATURDAY)


def test_a_session_takes_no_more_visits_than_its_capacity_though_seats_are_free(faces: Faces) -> None:
    world = faces.world
    world.templates[MEDIUM, "narrow"] = world.run(
        world.as_officer("duty_officer"),
        lambda unit: open_sessions(
            unit, room=world.rooms[MEDIUM, "short"], weekdays="6", starts="11:30", minutes=60,
            valid_from=date(2026, 3, 2), capacity=1,
        ),
    )  # fmt: skip
    hold(world, template="narrow", kind="short", day=SATURDAY)
    with refused("place-taken"):
        hold(world, "Гульзат", "Олег", SATURDAY, "narrow", kind="short")


def test_a_room_is_opened_with_its_places_and_a_session_in_it(faces: Faces) -> None:
    world, duty = faces.world, at_desk(faces, "duty_officer")
    save(duty, "/timetable/room", kind="short", name="Екінші зал", gate=dashed(world.gates[MEDIUM]), places="1\n2\n\n3")
    (room,) = [one for one in rows(world, Room) if one.name == "Екінші зал"]
    session = {"room": dashed(room.id), "weekdays": ["1", "3"], "starts": "11:00", "minutes": "90", "capacity": "2"}
    save(duty, "/timetable/session", **session, **parts("valid_from", date(2026, 3, 9)))
    (made,) = rows(world, SessionTemplate, room_id=room.id)
    assert (made.weekdays, made.capacity) == ("13", 2)
    assert "Екінші зал" in words_of(duty.see("/timetable"))


def test_the_board_shows_who_is_where_in_the_week_and_keeps_no_connection(faces: Faces) -> None:
    world = faces.world
    granted(world, day=date(2026, 3, 7))
    duty = at_desk(faces, "duty_officer")
    page = duty.see("/board")
    assert "Ахметов Ерлан" in words_of(page)
    mark = page.headers["ETag"]
    assert duty.client.get("/board", headers={"If-None-Match": mark}).status_code == 304
    hold(world, "Гульзат", "Олег", date(2026, 3, 6), "short", kind="short")
    assert duty.client.get("/board", headers={"If-None-Match": mark}).status_code == 200
    board = show_board(world.environment, world.as_officer("duty_officer"))
    (long,) = [one for one in board.rooms if one.room.kind == "long"]
    assert [len(one.booked) for day in long.days for one in day.sittings] == [0, 0, 0, 0, 0, 1, 0]
    assert [len(day.others) for day in long.days] == [0, 0, 0, 0, 0, 0, 1]  # it lasts into Sunday and Monday
    assert "Ахметов" not in words_of(duty.see("/board?from=2026-03-16"))
