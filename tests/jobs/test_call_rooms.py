"""Rooms on the media server against calls in the database: whatever was lost between them, the sweeper finds."""

from collections.abc import Iterator

import pytest

from service.app.call_handles import DatabaseBook
from service.app.call_supervise import confirm_identity, end_call, start_call
from service.gateways.calls import CallSpec, RoomView
from service.gateways.calls_by_kind import CallsByKind
from service.gateways.janus.line import JanusLine
from service.gateways.janus.process import OwnJanus, running_janus
from service.gateways.janus.rooms import JanusCalls
from service.jobs.call_rooms import sweep_rooms
from service.jobs.calling import CallWatch
from tests.app.calling import Calling
from tests.cast import World

NOBODYS = "0" * 32


@pytest.fixture(scope="module")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnJanus]:
    """A real Janus of these tests' own."""
    with running_janus(tmp_path_factory.mktemp("janus")) as running:
        yield running


@pytest.fixture
def rooms(janus: OwnJanus, world: World) -> Iterator[JanusCalls]:
    """Its rooms, none at first and none left behind."""
    provider = JanusCalls(janus.line, DatabaseBook(world.environment))
    yield provider
    for call in provider.rooms():
        provider.end(call)


@pytest.fixture
def calling(world: World, rooms: JanusCalls) -> Calling:
    """A live call with its room."""
    made = Calling(world)
    made.watch = CallWatch(rooms)
    made.arrange(made.ask(), provider="janus")
    made.at(minutes=-5)
    made.join(made.officer, made.mother, made.convict)
    made.do(made.officer, confirm_identity, matched=True)
    made.do(made.officer, start_call)
    made.tick()
    assert rooms.rooms() == {made.call}
    return made


def test_a_room_that_no_call_owns_is_ended_and_one_of_a_call_is_not(calling: Calling, rooms: JanusCalls) -> None:
    rooms.open(CallSpec(NOBODYS, "video_call"))
    assert rooms.rooms() == {calling.call, NOBODYS}
    assert sweep_rooms(calling.world.environment, rooms) == 1
    assert rooms.rooms() == {calling.call}
    assert sweep_rooms(calling.world.environment, rooms) == 0


def test_a_room_whose_call_has_ended_is_ended_though_its_timer_was_lost(calling: Calling, rooms: JanusCalls) -> None:
    calling.do(calling.officer, end_call, code="third-party")
    assert rooms.rooms() == {calling.call}, "nobody has told Janus yet"
    assert sweep_rooms(calling.world.environment, rooms) == 1
    assert rooms.rooms() == frozenset()


def test_a_room_that_the_server_lost_is_made_again_and_the_limit_stays(
    calling: Calling, rooms: JanusCalls, janus: OwnJanus
) -> None:
    before = calling.row
    assert before.hard_end_at is not None
    with janus.line.aside() as ask:
        ask({"request": "destroy", "room": calling.call})
    assert rooms.rooms() == frozenset()
    assert sweep_rooms(calling.world.environment, rooms) == 1
    assert rooms.rooms() == {calling.call}
    assert (calling.row.state, calling.row.hard_end_at) == (before.state, before.hard_end_at)


def test_rooms_of_telephone_calls_are_not_the_video_server_s_to_make(calling: Calling, rooms: JanusCalls) -> None:
    both = CallsByKind(calling.provider, rooms, lambda _: "call")
    assert sweep_rooms(calling.world.environment, both) == 1, "a telephone call has no room on it"
    assert rooms.rooms() == frozenset()
    assert sweep_rooms(calling.world.environment, both) == 0


def test_a_server_that_does_not_answer_is_asked_again_later(
    calling: Calling, rooms: JanusCalls, janus: OwnJanus
) -> None:
    rooms.open(CallSpec(NOBODYS, "video_call"))
    rooms.arrange(NOBODYS, RoomView(live=False))
    nowhere = JanusLine("http://127.0.0.1:9/janus", janus.setup.secret)
    away = JanusCalls(nowhere, DatabaseBook(calling.world.environment))
    assert sweep_rooms(calling.world.environment, away) == 0
    assert rooms.rooms() == {calling.call, NOBODYS}
    assert sweep_rooms(calling.world.environment, rooms) == 1
