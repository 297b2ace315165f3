"""Suppliers whose rooms no page speaks through us, with the people in them, for the contract that all suppliers hold.

What a page or a telephone does by itself there ('publish' is to enter, 'subscribe' to be reached) happens at the
supplier's stand-in; everything else goes to the real supplier's gateway, over HTTP.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from service.gateways.call_tickets import TicketedCalls
from service.gateways.calls import CallProvider, CallSpec, NotInRoom, Presence, RoomView
from service.gateways.livekit import LiveKitCalls
from service.gateways.twilio_video import TwilioVideoCalls
from service.gateways.twilio_voice import TwilioVoiceCalls
from tests.carrier.gateway import PUBLIC
from tests.carrier.rooms import KEY as VIDEO_KEY
from tests.carrier.rooms import KEY_SECRET as VIDEO_SECRET
from tests.carrier.switchboard import Switchboard, account_at, open_switchboard
from tests.gateways.livekit_server import KEY, SECRET, LiveKitServer, open_livekit

LINES = {"convict": "sip:booth1@kezdesu.example", "relative": "+77015550101", "supervisor": "client:officer1"}
Reached = Callable[[str, str], bool]


class Supplied:
    """A supplier and those who would be in its rooms. `wish`: who stands at the door, by seat."""

    def __init__(self, calls: CallProvider, sees: Reached, hears: Reached, enter: Callable[[str], None] | None) -> None:
        self._calls, self._sees, self._hears, self._enter = calls, sees, hears, enter
        self.name, self.caps = calls.name, calls.caps
        self._wish: dict[str, str] = {}
        self._view = RoomView(live=False)

    def open(self, spec: CallSpec) -> None:
        self._calls.open(spec)

    def arrange(self, call: str, view: RoomView) -> None:
        self._calls.arrange(call, view)
        self._view = view
        self._let_in(call)
        self._calls.arrange(call, view)

    def relay(self, call: str, seat: str, party: str, op: str, body: Mapping[str, object]) -> Mapping[str, object]:
        if self._view.seats.get(party) != seat or op not in ("publish", "subscribe", "keepalive"):
            return self._calls.relay(call, seat, party, op, body)
        if op == "publish":
            self._wish[seat] = party
            self._let_in(call)
        elif op == "keepalive" and seat not in {one.seat for one in self.present(call)}:
            raise NotInRoom(seat)
        elif op == "subscribe":
            other = str(body["party"])
            if not self._sees(party, other):
                raise NotInRoom(other)
            return {"heard": self._hears(party, other)}
        return {}

    def present(self, call: str) -> list[Presence]:
        return self._calls.present(call)

    def announce(self, call: str, code: str) -> None:
        self._calls.announce(call, code)

    def end(self, call: str) -> bool:
        return self._calls.end(call)

    def _let_in(self, call: str) -> None:
        """Pages ask for their tickets until they get one."""
        there = {one.seat for one in self.present(call)}
        for seat, party in self._wish.items():
            if self._enter is None or seat in there or self._view.seats.get(party) != seat:
                continue
            assert isinstance(self._calls, TicketedCalls)
            try:
                ticket = self._calls.ticket(call, seat, party, self._view)
            except NotInRoom:
                continue
            self._enter(str(ticket["token"]))


def voice(request: pytest.FixtureRequest) -> CallProvider:
    """Telephones: whoever is dialled answers at once; "seen" is who is reached at all, muted or not."""
    board, base = _board(request)
    made = TwilioVoiceCalls(account_at(base), "+77172000000", PUBLIC, lambda _: LINES)
    return Supplied(made, board.exchange.reaches, board.exchange.hears, None)


def video(request: pytest.FixtureRequest) -> CallProvider:
    board, base = _board(request)
    made = TwilioVideoCalls(account_at(base), VIDEO_KEY, VIDEO_SECRET, PUBLIC)
    return Supplied(made, board.video.sees, board.video.hears, board.video.enter)


def livekit(request: pytest.FixtureRequest) -> CallProvider:
    server, stack = LiveKitServer(), ExitStack()
    request.addfinalizer(stack.close)
    request.addfinalizer(lambda: _none(server.wrong))
    base = stack.enter_context(open_livekit(server))
    made = LiveKitCalls(base, "wss://video.kezdesu.example", KEY, SECRET, lambda: datetime.now(UTC))
    return Supplied(made, server.sees, server.hears, server.enter)


def _board(request: pytest.FixtureRequest) -> tuple[Switchboard, str]:
    board, stack = Switchboard(), ExitStack()
    request.addfinalizer(stack.close)
    request.addfinalizer(lambda: _none(board.faults))
    return board, stack.enter_context(open_switchboard(board))


def _none(faults: list[str]) -> None:
    assert faults == []


SUPPLIED = {"twilio-voice": voice, "twilio-video": video, "livekit": livekit}
