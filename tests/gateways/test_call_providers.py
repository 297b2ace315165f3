"""What every supplier of calls does alike: acts may be repeated, nobody is seen before it is live, an end is an end."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.gateways.call_book import MemoryBook
from service.gateways.calls import CallProvider, CallSpec, InMemoryCalls, NotInRoom, RoomView
from service.gateways.calls_by_kind import CallsByKind
from service.gateways.janus.process import OwnJanus, running_janus
from service.gateways.janus.rooms import JanusCalls
from service.gateways.recordings import InMemoryRecording, RecordingProvider, can_record
from tests.gateways.supplied import SUPPLIED

Start = Callable[[pytest.FixtureRequest], CallProvider]
SEATS = {"convict": "seat-c", "relative": "seat-r", "supervisor": "seat-s"}
HELD, LIVE = RoomView(live=False, seats=SEATS), RoomView(live=True, seats=SEATS)


@pytest.fixture(scope="module")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnJanus]:
    """A real Janus of these tests' own."""
    with running_janus(tmp_path_factory.mktemp("janus")) as running:
        yield running


def janus_calls(request: pytest.FixtureRequest) -> CallProvider:
    own: OwnJanus = request.getfixturevalue("janus")
    folder: Path = request.getfixturevalue("tmp_path")
    made = JanusCalls(own.line, MemoryBook(), folder / "recorded")
    request.addfinalizer(lambda: made.end("one"))
    return made


def recording(request: pytest.FixtureRequest) -> CallProvider:
    return InMemoryRecording(request.getfixturevalue("tmp_path"))


PROVIDERS: dict[str, Start] = {
    "memory": lambda _: InMemoryCalls(),
    "memory-recording": recording,
    "janus": janus_calls,
    **SUPPLIED,
}


@pytest.fixture(params=list(PROVIDERS.values()), ids=list(PROVIDERS))
def provider(request: pytest.FixtureRequest) -> CallProvider:
    start: Start = request.param
    return start(request)


@pytest.fixture
def room(provider: CallProvider) -> CallProvider:
    """A room with all three in it, held."""
    provider.open(CallSpec("one", "video_call"))
    provider.arrange("one", HELD)
    for party, seat in SEATS.items():
        provider.relay("one", seat, party, "publish", {})
    return provider


def sees(provider: CallProvider, viewer: str, other: str) -> bool:
    try:
        provider.relay("one", SEATS[viewer], viewer, "subscribe", {"party": other})
    except NotInRoom:
        return False
    return True


def hears(provider: CallProvider, viewer: str, other: str) -> bool:
    return bool(provider.relay("one", SEATS[viewer], viewer, "subscribe", {"party": other})["heard"])


def test_opening_twice_is_opening_once(room: CallProvider) -> None:
    room.open(CallSpec("one", "video_call"))
    room.arrange("one", LIVE)  # some suppliers let the convict in no sooner
    assert {one.party for one in room.present("one")} == set(SEATS)


def test_the_officer_sees_both_before_they_see_each_other(room: CallProvider) -> None:
    assert sees(room, "supervisor", "relative")
    assert not sees(room, "convict", "relative")
    assert not sees(room, "relative", "convict")
    room.arrange("one", LIVE)
    assert sees(room, "convict", "relative")
    room.arrange("one", HELD)
    assert not sees(room, "convict", "relative")


def test_a_muted_side_is_heard_by_nobody(room: CallProvider) -> None:
    room.arrange("one", RoomView(live=True, seats=SEATS, muted="relative"))
    assert not hears(room, "convict", "relative")
    assert hears(room, "relative", "convict")


def test_an_older_device_is_put_out(room: CallProvider) -> None:
    room.arrange("one", RoomView(live=True, seats={**SEATS, "relative": "seat-new"}))
    assert "seat-r" not in {one.seat for one in room.present("one")}
    with pytest.raises(NotInRoom):
        room.relay("one", "seat-r", "relative", "keepalive", {})


def test_nobody_takes_anothers_part(room: CallProvider) -> None:
    with pytest.raises(NotInRoom):
        room.relay("one", "seat-r", "supervisor", "publish", {})
    with pytest.raises(NotInRoom):
        room.relay("one", "seat-r", "relative", "destroy", {})


def test_an_ended_room_lets_nobody_in_and_ending_it_again_says_so(room: CallProvider) -> None:
    assert room.end("one")
    assert not room.end("one")
    assert room.present("one") == []
    with pytest.raises(NotInRoom):
        room.arrange("one", LIVE)
    with pytest.raises(NotInRoom):
        room.announce("one", "two-minutes")
    with pytest.raises(NotInRoom):
        room.relay("one", "seat-r", "relative", "keepalive", {})


def test_whoever_says_that_it_records_does_so_and_leaves_nothing_behind(room: CallProvider) -> None:
    assert can_record(room, "one") == ("record" in room.caps)
    if not can_record(room, "one"):
        return
    assert isinstance(room, RecordingProvider)
    room.arrange("one", LIVE)
    for on in (True, True, False, False, True):
        room.record("one", on)
    assert room.tracks("one") == [], "what is not over is not finished"
    room.end("one")
    with pytest.raises(NotInRoom):
        room.record("one", True)
    assert room.lying() <= {"one"}
    assert {track.party for track in room.tracks("one")} <= {"convict", "relative"}
    room.forget("one")
    room.forget("one")
    assert (room.lying(), room.tracks("one")) == (frozenset(), [])


def test_of_two_suppliers_the_one_that_records_is_asked_for_its_own_calls(tmp_path: Path) -> None:
    both = CallsByKind(
        InMemoryCalls(), InMemoryRecording(tmp_path), lambda call: {"one": "video_call"}.get(call, "call")
    )
    assert (can_record(both, "one"), can_record(both, "two")) == (True, False)
    for call in ("one", "two"):
        both.open(CallSpec(call, "video_call"))
        both.record(call, False)
    with pytest.raises(NotInRoom):
        both.record("two", True)
    both.record("one", True)
    both.end("one")
    assert [one.party for one in both.tracks("one")] == ["convict", "relative"]
    both.forget("one")
    assert both.lying() == frozenset()


def test_a_supplier_says_what_it_can(provider: CallProvider) -> None:
    assert provider.name
    assert provider.caps
