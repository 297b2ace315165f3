"""Calls by telephone: who is dialled when, who hears whom, and what Twilio is told of every line."""

from collections.abc import Iterator

import pytest

from service.gateways.calls import NotInRoom, ProviderAway, RoomView
from service.gateways.twilio_voice import TwilioVoiceCalls
from tests.carrier.gateway import PUBLIC
from tests.carrier.switchboard import Switchboard, account_at, open_switchboard

CALL = "0" * 31 + "1"
MOTHER = "+77015550101"
LINES = {"convict": "sip:booth1@kezdesu.example", "relative": MOTHER, "supervisor": "client:officer1"}
OFFICER = {"supervisor": "s1", "convict": "c1"}


@pytest.fixture
def board() -> Iterator[Switchboard]:
    made = Switchboard()
    yield made
    assert made.faults == [], "asked or answered what Twilio's description does not know"


@pytest.fixture
def calls(board: Switchboard) -> Iterator[TwilioVoiceCalls]:
    with open_switchboard(board) as base:
        yield TwilioVoiceCalls(account_at(base), "+77172000000", PUBLIC, lambda _: LINES)


def view(
    *, live: bool = False, seats: dict[str, str] = OFFICER, muted: str | None = None, voice: bool = False
) -> RoomView:
    return RoomView(live=live, seats=seats, muted=muted, voice=voice)


def dialled(board: Switchboard) -> list[str]:
    return [one["To"] for one in board.exchange.dialled]


def test_nobody_is_dialled_before_the_officer_sits(board: Switchboard, calls: TwilioVoiceCalls) -> None:
    calls.arrange(CALL, view(seats={"convict": "c1"}))
    assert dialled(board) == []
    calls.arrange(CALL, view())
    assert sorted(dialled(board)) == [MOTHER, "client:officer1"]


def test_the_convict_is_dialled_when_the_call_is_live_and_held_while_it_is_paused(
    board: Switchboard, calls: TwilioVoiceCalls
) -> None:
    exchange = board.exchange
    calls.arrange(CALL, view())
    calls.arrange(CALL, view(live=True))
    assert exchange.hears("convict", "relative")
    assert exchange.hears("relative", "convict")
    calls.arrange(CALL, view(seats={"convict": "c1"}))
    assert not exchange.reaches("convict", "relative")
    assert {one.party for one in calls.present(CALL)} == {"convict", "relative"}
    calls.arrange(CALL, view(live=True, seats={**OFFICER, "supervisor": "s2"}))
    assert exchange.hears("relative", "convict")
    assert dialled(board).count(MOTHER) == 1


def test_every_line_is_told_what_the_law_and_the_officer_need(board: Switchboard, calls: TwilioVoiceCalls) -> None:
    calls.arrange(CALL, view(live=True))
    told = {one["Label"].partition(".")[0]: one for one in board.exchange.dialled}
    assert told["convict"]["TimeLimit"] == "900", "Twilio hangs up by itself where nobody else can"
    assert told["relative"]["TimeLimit"] == told["supervisor"]["TimeLimit"] == "1800"
    assert [told[one]["StartConferenceOnEnter"] for one in LINES] == ["false", "false", "true"]
    assert [told[one]["Muted"] for one in LINES] == ["false", "false", "true"]
    for one in told.values():
        assert one["EndConferenceOnExit"] == "false"
        assert one["ConferenceRecord"] == "do-not-record"
        assert one["Beep"] == "false"
        assert one["ConferenceStatusCallback"] == f"{PUBLIC}/callbacks/calls/twilio-voice/{CALL}"
        assert one["From"] == "+77172000000"
    assert told["convict"]["Label"] == "convict.c1"
    assert told["relative"]["Label"] == "relative"


def test_a_telephone_that_no_page_sat_down_for_is_known_by_its_line(
    board: Switchboard, calls: TwilioVoiceCalls
) -> None:
    calls.arrange(CALL, view())
    seats = {one.party: one.seat for one in calls.present(CALL)}
    assert seats == {"supervisor": "s1", "relative": board.exchange.line("relative").sid}
    calls.arrange(CALL, view(seats={**OFFICER, "relative": seats["relative"]}))
    assert dialled(board).count(MOTHER) == 1
    calls.arrange(CALL, view(seats={**OFFICER, "relative": "CA" + "f" * 32}))
    assert dialled(board).count(MOTHER) == 2, "the older line is put out, and the seat is called"


def test_the_officer_is_heard_by_nobody_by_one_or_by_all(board: Switchboard, calls: TwilioVoiceCalls) -> None:
    exchange = board.exchange
    calls.arrange(CALL, view(live=True))

    def hear() -> list[str]:
        return [party for party in ("convict", "relative") if exchange.hears(party, "supervisor")]

    assert hear() == []
    calls.whisper(CALL, "relative")
    assert hear() == ["relative"]
    calls.arrange(CALL, view(live=True))
    assert hear() == ["relative"], "what else changes ends no whisper"
    calls.arrange(CALL, view(live=True, voice=True))
    assert hear() == ["convict", "relative"]
    calls.arrange(CALL, view(live=True))
    assert hear() == []
    with pytest.raises(NotInRoom):
        calls.whisper(CALL, "interpreter")


def test_a_number_that_is_none_is_not_dialled_again_and_again_and_stops_nobody_else(
    board: Switchboard, calls: TwilioVoiceCalls
) -> None:
    board.exchange.refused_numbers.add(MOTHER)
    calls.arrange(CALL, view())
    assert [one.party for one in calls.present(CALL)] == ["supervisor"]


def test_a_conference_that_all_have_left_begins_again_and_one_that_we_ended_does_not(
    board: Switchboard, calls: TwilioVoiceCalls
) -> None:
    calls.arrange(CALL, view())
    for party in ("relative", "supervisor"):
        board.exchange.leave(board.exchange.line(party))
    assert calls.present(CALL) == []
    calls.arrange(CALL, view())
    assert calls.end(CALL)
    assert not calls.end(CALL)
    before = len(dialled(board))
    with pytest.raises(NotInRoom):
        calls.arrange(CALL, view())
    assert len(dialled(board)) == before


def test_a_line_that_is_dialled_and_not_yet_answered_is_not_dialled_twice(
    board: Switchboard, calls: TwilioVoiceCalls
) -> None:
    board.exchange.pick_up = False
    for _ in range(3):
        calls.arrange(CALL, view(live=True))
    assert len(dialled(board)) == 3
    assert len(calls.present(CALL)) == 3


def test_a_supplier_that_is_away_and_a_wrong_key_are_tried_again(board: Switchboard, calls: TwilioVoiceCalls) -> None:
    board.down = True
    with pytest.raises(ProviderAway, match="twilio-503"):
        calls.arrange(CALL, view())
    board.down = False
    wrong = TwilioVoiceCalls(account_at("http://127.0.0.1:9", timeout=1), "+77172000000", PUBLIC, lambda _: LINES)
    with pytest.raises(ProviderAway, match="twilio-not-reached"):
        wrong.present(CALL)
