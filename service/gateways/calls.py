"""Who carries the sound and picture of calls: one small interface, and what a supplier can do behind it.

The service decides who may see whom and when it ends; a supplier is brought into line with that and asked who is there.
Every act is idempotent, so that a worker may die between an act and its record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from service.domain.call_states import PARTIES, SUPERVISOR

Capability = Literal[
    "video", "phone", "text_warn", "voice_in", "whisper", "mute_one", "server_limit", "proxied", "record"
]


class ProviderAway(Exception):
    """The supplier did not answer; whether the act was done is not known. It is tried again."""


class NotInRoom(Exception):
    """The room is not there (any more), or the party may not do that in it."""


@dataclass(frozen=True, slots=True)
class CallSpec:
    """What a room is made for: the call's id, its kind ('call' or 'video_call'), its languages of announcements."""

    call: str
    kind: str
    limit_seconds: int = 900
    languages: tuple[str, ...] = ("kk", "ru")


@dataclass(frozen=True, slots=True)
class RoomView:
    """How the room shall be. `live`: the parties reach each other; otherwise each reaches the officer alone.

    `seats`: the seat that each party holds; any other seat is put out. `muted`: the party that nobody hears. `voice`:
    the officer speaks, and both parties hear him; otherwise nobody does.
    """

    live: bool
    seats: Mapping[str, str] = field(default_factory=dict)
    muted: str | None = None
    voice: bool = False


def may_see(view: RoomView, viewer: str, other: str) -> bool:
    """Whether one party of a room may receive another now: the officer everybody, everybody the officer, and the
    parties each other while it is live."""
    if viewer == other or viewer not in PARTIES or other not in PARTIES:
        return False
    return SUPERVISOR in (viewer, other) or view.live


@dataclass(frozen=True, slots=True)
class Presence:
    """One party that the supplier has in the room."""

    party: str
    seat: str


class CallProvider(Protocol):
    """A supplier of calls."""

    name: str
    caps: frozenset[Capability]

    def open(self, spec: CallSpec) -> None:
        """Makes the room where it is not there. Raises ProviderAway."""
        ...

    def arrange(self, call: str, view: RoomView) -> None:
        """Brings the room into line. Raises NotInRoom where there is none, ProviderAway."""
        ...

    def relay(self, call: str, seat: str, party: str, op: str, body: Mapping[str, object]) -> Mapping[str, object]:
        """A page's own exchange with its room, for 'proxied' suppliers: 'publish', 'subscribe' (names the `party`;
        `heard` is false while that one is muted), 'answer', 'keepalive', 'leave'.

        Raises NotInRoom for a room that has ended, and for what the party may not see; ProviderAway.
        """
        ...

    def present(self, call: str) -> list[Presence]:
        """Who is in the room now; of a room that is not there, nobody. Raises ProviderAway."""
        ...

    def announce(self, call: str, code: str) -> None:
        """Says a warning of the closed list to both parties, where the supplier speaks. Raises ProviderAway."""
        ...

    def end(self, call: str) -> bool:
        """Ends the room for everybody; False where it was gone already. Raises ProviderAway."""
        ...


@dataclass
class _Room:
    spec: CallSpec
    view: RoomView = field(default_factory=lambda: RoomView(live=False))
    seats: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


class InMemoryCalls:
    """Rooms in this process, without sound or picture: for the demonstration and for tests; nobody hears anybody.

    Where it is in use, pages say so (`name` is "memory").
    """

    name = "memory"
    caps: frozenset[Capability] = frozenset({"video", "phone", "text_warn", "mute_one", "proxied"})

    def __init__(self) -> None:
        self._rooms: dict[str, _Room] = {}
        self.ended: list[str] = []

    def open(self, spec: CallSpec) -> None:
        """See `CallProvider.open`."""
        self._rooms.setdefault(spec.call, _Room(spec))

    def arrange(self, call: str, view: RoomView) -> None:
        """See `CallProvider.arrange`."""
        room = self._room(call)
        room.view = view
        room.seats = {seat: party for seat, party in room.seats.items() if view.seats.get(party) == seat}

    def relay(self, call: str, seat: str, party: str, op: str, body: Mapping[str, object]) -> Mapping[str, object]:
        """See `CallProvider.relay`. Nothing is carried: `peers` stays empty."""
        room = self._room(call)
        if party not in PARTIES or room.view.seats.get(party) != seat:
            raise NotInRoom(party)
        if op == "publish":
            room.seats[seat] = party
        elif op == "subscribe":
            wanted = str(body.get("party"))
            if not may_see(room.view, party, wanted) or wanted not in room.seats.values():
                raise NotInRoom(wanted)
            return {"heard": wanted != room.view.muted}
        elif op == "leave":
            room.seats.pop(seat, None)
        elif op not in ("answer", "keepalive"):
            raise NotInRoom(op)
        return {"live": room.view.live, "media": seat in room.seats, "peers": {}}

    def present(self, call: str) -> list[Presence]:
        """See `CallProvider.present`."""
        room = self._rooms.get(call)
        return [] if room is None else [Presence(party, seat) for seat, party in sorted(room.seats.items())]

    def announce(self, call: str, code: str) -> None:
        """See `CallProvider.announce`."""
        self._room(call).said.append(code)

    def end(self, call: str) -> bool:
        """See `CallProvider.end`."""
        gone = self._rooms.pop(call, None) is not None
        if gone:
            self.ended.append(call)
        return gone

    def _room(self, call: str) -> _Room:
        if call not in self._rooms:
            raise NotInRoom(call)
        return self._rooms[call]
