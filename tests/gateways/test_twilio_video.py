"""Video rooms at Twilio: tickets that grant one room for a minute, and a convict whom nobody sees before it is live."""

from collections.abc import Iterator

import jwt
import pytest

from service.gateways.calls import CallSpec, NotInRoom, RoomView
from service.gateways.twilio_video import TwilioVideoCalls
from tests.carrier.gateway import PUBLIC
from tests.carrier.rooms import KEY, KEY_SECRET
from tests.carrier.switchboard import Switchboard, account_at, open_switchboard

CALL = "0" * 31 + "1"
SEATS = {"convict": "c1", "relative": "r1", "supervisor": "s1"}
HELD, LIVE = RoomView(live=False, seats=SEATS), RoomView(live=True, seats=SEATS)


@pytest.fixture
def board() -> Iterator[Switchboard]:
    made = Switchboard()
    yield made
    assert made.faults == [], "asked or answered what Twilio's description does not know"


@pytest.fixture
def calls(board: Switchboard) -> Iterator[TwilioVideoCalls]:
    with open_switchboard(board) as base:
        made = TwilioVideoCalls(account_at(base), KEY, KEY_SECRET, PUBLIC)
        made.open(CallSpec(CALL, "video_call"))
        yield made


def enter(board: Switchboard, calls: TwilioVideoCalls, view: RoomView, *parties: str) -> None:
    for party in parties:
        board.video.enter(str(calls.ticket(CALL, SEATS[party], party, view)["token"]))
    calls.arrange(CALL, view)


def test_a_room_limits_itself_and_records_nobody(board: Switchboard, calls: TwilioVideoCalls) -> None:
    (room,) = board.video.rooms
    assert room.asked["MaxParticipantDuration"] == "1800"
    assert room.asked["RecordParticipantsOnConnect"] == "false"
    assert room.asked["StatusCallback"] == f"{PUBLIC}/callbacks/calls/twilio-video/{CALL}"


def test_the_convict_gets_no_ticket_before_it_is_live_and_is_put_out_by_a_pause(
    board: Switchboard, calls: TwilioVideoCalls
) -> None:
    enter(board, calls, HELD, "relative", "supervisor")
    with pytest.raises(NotInRoom):
        calls.ticket(CALL, "c1", "convict", HELD)
    enter(board, calls, LIVE, "convict")
    assert board.video.sees("relative", "convict")
    calls.arrange(CALL, HELD)
    assert {one.party for one in calls.present(CALL)} == {"relative", "supervisor"}


def test_a_ticket_is_for_one_seat_and_one_minute(calls: TwilioVideoCalls) -> None:
    with pytest.raises(NotInRoom):
        calls.ticket(CALL, "another", "relative", LIVE)
    told = jwt.decode(str(calls.ticket(CALL, "r1", "relative", LIVE)["token"]), options={"verify_signature": False})
    assert told["grants"]["identity"] == "relative.r1"
    assert set(told["grants"]) == {"identity", "video"}
    assert told["exp"] - told["nbf"] <= 60


def test_nobody_hears_a_muted_party_nor_an_officer_who_watches(board: Switchboard, calls: TwilioVideoCalls) -> None:
    enter(board, calls, LIVE, "relative", "supervisor", "convict")
    assert board.video.hears("convict", "relative")
    assert not board.video.hears("convict", "supervisor")
    calls.arrange(CALL, RoomView(live=True, seats=SEATS, muted="relative", voice=True))
    assert board.video.hears("convict", "supervisor")
    assert not any(board.video.hears(one, "relative") for one in SEATS)
    assert board.video.sees("convict", "relative")
