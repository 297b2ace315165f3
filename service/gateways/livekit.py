"""Video calls by a LiveKit server: one room a call, which pages enter by tickets of their own.

LiveKit's room service is asked over HTTP with JSON (Twirp; docs.livekit.io, "Room service API"), each request with a
token that grants this one act. What a page may receive stands in its ticket and is changed by the server: nobody but
the officer receives anything before the call is live. The officer is hidden, and publishes only while he speaks.

LiveKit ends no room by a limit of its own: the cut is our workers' alone. The server must not make rooms by itself
(`room.auto_create: false`), or a ticket would open an ended one again.
"""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.domain.call_states import PARTIES, SUPERVISOR
from service.gateways.call_tickets import Unrelayed
from service.gateways.calls import CallSpec, Capability, NotInRoom, Presence, RoomView
from service.gateways.calls import ProviderAway as Away
from service.gateways.signed_token import sign_token

TIMEOUT_SECONDS = 3.0
ASKING_SECONDS = 30
TICKET_SECONDS = 60
"""A ticket is read when the page enters, and never again."""
EMPTY_SECONDS = 300
GONE_SECONDS = 60
MOST_PEOPLE = 4
LARGEST = 1 << 20
NOT_FOUND = 404


@dataclass(frozen=True)
class LiveKitCalls(Unrelayed):
    """`url`: the server's address for us (`https://…`); `pages_url`: its address for pages (`wss://…`)."""

    url: str
    pages_url: str
    key: str
    secret: str = field(repr=False)
    clock: Callable[[], datetime]
    name = "livekit"
    caps = frozenset[Capability]({"video", "text_warn", "voice_in", "mute_one"})

    def open(self, spec: CallSpec) -> None:
        """See `CallProvider.open`."""
        asked = {
            "name": room_name(spec.call),
            "emptyTimeout": EMPTY_SECONDS,
            "departureTimeout": GONE_SECONDS,
            "maxParticipants": MOST_PEOPLE,
        }
        self._ask("CreateRoom", {"roomCreate": True}, asked)

    def ticket(self, call: str, seat: str, party: str, view: RoomView) -> Mapping[str, object]:
        """See `TicketedCalls.ticket`."""
        if party not in PARTIES or view.seats.get(party) != seat:
            raise NotInRoom(party)
        self._insist(call)
        may = permission(party, view)
        grants = {"roomJoin": True, "room": room_name(call), **may}
        grants["canPublishSources"] = [one.lower() for one in may["canPublishSources"]]
        token = self._signed({"sub": f"{party}.{seat}", "video": grants}, TICKET_SECONDS)
        return {"kind": self.name, "url": self.pages_url, "token": token}

    def arrange(self, call: str, view: RoomView) -> None:
        """See `CallProvider.arrange`. Those who may do less come first."""
        self._insist(call)
        admin = self._admin(call)
        stay = []
        for identity in self._identities(call):
            party, _, seat = identity.partition(".")
            if view.seats.get(party) == seat:
                stay.append((permission(party, view), identity))
            else:
                self._each("RemoveParticipant", admin, {"room": room_name(call), "identity": identity})
        for may, identity in sorted(stay, key=lambda one: (one[0]["canSubscribe"], one[1])):
            self._each("UpdateParticipant", admin, {"room": room_name(call), "identity": identity, "permission": may})

    def present(self, call: str) -> list[Presence]:
        """See `CallProvider.present`."""
        try:
            found = self._identities(call)
        except NotInRoom:
            return []
        return [Presence(party, seat) for party, _, seat in (one.partition(".") for one in found)]

    def announce(self, call: str, code: str) -> None:
        """See `CallProvider.announce`: the code goes to the pages as data, which show it in their language."""
        self._insist(call)
        said = base64.b64encode(json.dumps({"warning": code}).encode()).decode()
        told = {"room": room_name(call), "data": said, "kind": "RELIABLE", "topic": "kezdesu"}
        self._ask("SendData", self._admin(call), told)

    def end(self, call: str) -> bool:
        """See `CallProvider.end`."""
        try:
            self._insist(call)
            self._ask("DeleteRoom", {"roomCreate": True}, {"room": room_name(call)})
        except NotInRoom:
            return False
        return True

    def _insist(self, call: str) -> None:
        """Raises NotInRoom where there is no room."""
        if not self._ask("ListRooms", {"roomList": True}, {"names": [room_name(call)]}).get("rooms"):
            raise NotInRoom(call)

    def _identities(self, call: str) -> list[str]:
        found = self._ask("ListParticipants", self._admin(call), {"room": room_name(call)})
        return [str(one["identity"]) for one in found.get("participants", []) if one.get("state") != "DISCONNECTED"]

    def _each(self, method: str, grants: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
        try:
            self._ask(method, grants, asked)
        except NotInRoom:  # it went meanwhile
            return

    def _ask(self, method: str, grants: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
        token = self._signed({"video": dict(grants)}, ASKING_SECONDS)
        request = urllib.request.Request(  # noqa: S310  (the address is a setting)
            f"{self.url.rstrip('/')}/twirp/livekit.RoomService/{method}",
            json.dumps(asked).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                said = json.loads(answer.read(LARGEST))
        except urllib.error.HTTPError as fault:
            with fault:
                if fault.code == NOT_FOUND and _code(fault.read(LARGEST)) == "not_found":
                    raise NotInRoom(method) from None
            raise Away(f"livekit-{fault.code}") from None
        except (OSError, ValueError):
            raise Away("livekit-not-reached") from None
        return said if isinstance(said, dict) else {}

    def _admin(self, call: str) -> dict[str, Any]:
        return {"roomAdmin": True, "room": room_name(call)}

    def _signed(self, claims: Mapping[str, Any], seconds: int) -> str:
        now = int(self.clock().timestamp())
        return sign_token({"iss": self.key, "nbf": now - 5, "exp": now + seconds, **claims}, self.secret)


def room_name(call: str) -> str:
    """LiveKit's name for the room of a call. It names nobody."""
    return f"kezdesu-{call}"


def permission(party: str, view: RoomView) -> dict[str, Any]:
    """What a party may do in its room now, in LiveKit's words (`ParticipantPermission`)."""
    officer = party == SUPERVISOR
    sources = (["MICROPHONE"] if view.voice else []) if officer else ["CAMERA", "MICROPHONE"]
    if party == view.muted:
        sources = ["CAMERA"]
    return {
        "canSubscribe": officer or view.live,
        "canPublish": bool(sources),
        "canPublishSources": sources,
        "canPublishData": False,
        "hidden": officer and not view.voice,
    }


def _code(body: bytes) -> str:
    """The word of a Twirp error; an unknown route answers 404 with `bad_route`."""
    try:
        return str(json.loads(body).get("code"))
    except (ValueError, AttributeError):
        return ""
