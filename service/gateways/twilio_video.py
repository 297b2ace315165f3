"""Video calls by Twilio Video: one group room a call, which pages enter by tickets of their own.

Twilio has no room in which people wait unseen: whoever is in it may be subscribed to. So the convict's ticket is given
only while the call is live, and a pause puts the convict out; the officer and the relative may be in it before.
Names of parameters: Twilio's OpenAPI description (video v1), which the tests hold every request against.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VideoGrant

from service.domain.call_states import CONVICT, SUPERVISOR
from service.gateways.call_tickets import Unrelayed
from service.gateways.calls import CallSpec, Capability, NotInRoom, Presence, RoomView
from service.gateways.twilio_account import NotTaken, TwilioAccount, asked
from service.gateways.twilio_voice import conference_name, seat_of

EVENTS_PATH = "/callbacks/calls/twilio-video"
TICKET_SECONDS = 60
"""A ticket is read when the page enters, and never again."""
BEFORE_LIVE = 900
MOST_PEOPLE = 4
EMPTY_MINUTES = 5
ROOM_EXISTS = "twilio-53113"


@dataclass(frozen=True)
class TwilioVideoCalls(Unrelayed):
    """`key` and `key_secret`: an API key (`SK…`), by which tickets are signed; `callback`: the API face's address."""

    account: TwilioAccount
    key: str
    key_secret: str = field(repr=False)
    callback: str
    name = "twilio-video"
    caps = frozenset[Capability]({"video", "voice_in", "mute_one", "server_limit"})

    def open(self, spec: CallSpec) -> None:
        """See `CallProvider.open`. Twilio puts everybody out by itself, at the latest after the limit and what may
        lie before it; a room is never recorded."""
        try:
            with asked():
                self.account.client.video.v1.rooms.create(
                    unique_name=conference_name(spec.call),
                    type="group",
                    max_participants=MOST_PEOPLE,
                    max_participant_duration=spec.limit_seconds + BEFORE_LIVE,
                    empty_room_timeout=EMPTY_MINUTES,
                    unused_room_timeout=EMPTY_MINUTES,
                    record_participants_on_connect=False,
                    status_callback=f"{self.callback.rstrip('/')}{EVENTS_PATH}/{spec.call}",
                    status_callback_method="POST",
                )
        except NotTaken as fault:
            if str(fault) != ROOM_EXISTS:
                raise

    def ticket(self, call: str, seat: str, party: str, view: RoomView) -> Mapping[str, object]:
        """See `TicketedCalls.ticket`."""
        if view.seats.get(party) != seat or (party == CONVICT and not view.live):
            raise NotInRoom(party)
        self._insist(call)
        grant = VideoGrant(room=conference_name(call))
        token = AccessToken(
            self.account.account,
            self.key,
            self.key_secret,
            identity=f"{party}.{seat}",
            ttl=TICKET_SECONDS,
            grants=[grant],
        )
        return {"kind": self.name, "room": conference_name(call), "token": token.to_jwt()}

    def arrange(self, call: str, view: RoomView) -> None:
        """See `CallProvider.arrange`."""
        room = self._insist(call)
        stay = []
        for identity in self._identities(room):
            party, seat = seat_of(identity, "")
            if view.seats.get(party) == seat and (view.live or party != CONVICT):
                stay.append(identity)
            else:
                self._each(room, identity, lambda one: one.update(status="disconnected"))
        for identity in stay:
            rules = _rules(stay, view)
            self._each(room, identity, lambda one, rules=rules: one.subscribe_rules.update(rules=rules))

    def present(self, call: str) -> list[Presence]:
        """See `CallProvider.present`."""
        try:
            found = self._identities(self._insist(call))
        except NotInRoom:
            return []
        return [Presence(*seat_of(one, "")) for one in found]

    def announce(self, call: str, code: str) -> None:  # noqa: ARG002
        """See `CallProvider.announce`: Twilio Video says nothing by itself; the pages show the warning."""
        self._insist(call)

    def end(self, call: str) -> bool:
        """See `CallProvider.end`."""
        try:
            room = self._insist(call)
            with asked():
                self._room(room).update(status="completed")
        except NotInRoom:
            return False
        return True

    def _insist(self, call: str) -> str:
        """The room in progress. Raises NotInRoom."""
        with asked():
            found = self.account.client.video.v1.rooms.list(
                unique_name=conference_name(call), status="in-progress", limit=1
            )
        if not found:
            raise NotInRoom(call)
        return str(found[0].sid)

    def _identities(self, room: str) -> list[str]:
        with asked():
            found = self._room(room).participants.list(status="connected", limit=50)
        return [str(one.identity) for one in found]

    def _each(self, room: str, identity: str, act: Any) -> None:
        try:
            with asked():
                act(self._room(room).participants(identity))
        except NotInRoom:  # it went meanwhile
            return

    def _room(self, sid: str) -> Any:
        return self.account.client.video.v1.rooms(sid)


def _rules(there: list[str], view: RoomView) -> list[dict[str, object]]:
    """What each receives: everybody's tracks, but not the voice of a muted party, nor an officer who only watches."""
    rules: list[dict[str, object]] = [{"type": "include", "all": True}]
    for identity in there:
        party, _ = seat_of(identity, "")
        if party == view.muted or (party == SUPERVISOR and not view.voice):
            rules.append({"type": "exclude", "publisher": identity, "kind": "audio"})
    return rules
