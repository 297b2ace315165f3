"""What every supplier of calls does alike: acts may be repeated, nobody is seen before it is live, an end is an end."""

from collections.abc import Callable

import pytest

from service.gateways.calls import CallProvider, CallSpec, InMemoryCalls, NotInRoom, RoomView

PROVIDERS: tuple[Callable[[], CallProvider], ...] = (InMemoryCalls,)
SEATS = {"convict": "seat-c", "relative": "seat-r", "supervisor": "seat-s"}
HELD, LIVE = RoomView(live=False, seats=SEATS), RoomView(live=True, seats=SEATS)


@pytest.fixture(params=PROVIDERS, ids=lambda made: made.__name__)
def provider(request: pytest.FixtureRequest) -> CallProvider:
    made: CallProvider = request.param()
    return made


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


def test_opening_twice_is_opening_once(room: CallProvider) -> None:
    room.open(CallSpec("one", "video_call"))
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
    assert not sees(room, "convict", "relative")


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


def test_a_supplier_says_what_it_can(provider: CallProvider) -> None:
    assert provider.name
    assert provider.caps
