"""Rooms of calls in one Janus: signalling passes through the service, which alone decides who sends and who receives.

One room a call, one Janus session a seat. A page knows neither; what a seat holds lies in the book, so that any worker
serves any request. A session that is not kept alive through the service is gone after 12 seconds, with its media.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from service.domain.call_states import SUPERVISOR
from service.gateways.call_book import CallBook, Handle
from service.gateways.calls import CallSpec, Capability, NotInRoom, Presence, ProviderAway, RoomView, may_see
from service.gateways.janus.line import NO_FEED, NO_HANDLE, NO_ROOM, NO_SESSION, ROOM_EXISTS, JanusLine, JanusRefused
from service.gateways.janus.sdp import sound_of
from service.gateways.janus.shelf import Shelf
from service.gateways.recordings import Track

BITS_A_SECOND = 512_000
"""Of one picture; Janus holds senders to it."""
MOST_SENDERS = 8
"""Three parties, and the older devices that are being put out."""
CAPABILITIES: frozenset[Capability] = frozenset(
    {"video", "phone", "text_warn", "voice_in", "mute_one", "server_limit", "proxied"}
)
LOST = (NO_SESSION, NO_HANDLE)


class JanusCalls:
    """The embedded supplier: video and sound, enforced by the server."""

    name = "janus"

    def __init__(self, line: JanusLine, book: CallBook, recordings: Path | None = None) -> None:
        """`recordings`: the folder into which Janus records and from which the worker takes; without it nothing is."""
        self._line, self._book = line, book
        self._shelf = None if recordings is None else Shelf(recordings)
        self.caps: frozenset[Capability] = CAPABILITIES if recordings is None else CAPABILITIES | {"record"}

    def open(self, spec: CallSpec) -> None:
        """See `CallProvider.open`."""
        room: dict[str, object] = {
            "request": "create",
            "room": spec.call,
            "publishers": MOST_SENDERS,
            "bitrate": BITS_A_SECOND,
            "bitrate_cap": True,
            "audiocodec": "opus",
            "videocodec": "vp8",  # every browser has it (RFC 7742), and one codec is what recordings are read from
            "opus_fec": True,
            "notify_joining": False,
            "lock_record": True,
            "fir_freq": 10,
        }
        if self._shelf is not None:
            room["rec_dir"] = str(self._shelf.folder)
        try:
            with self._line.aside() as ask:
                ask(room)
        except JanusRefused as refused:
            if refused.code != ROOM_EXISTS:
                raise ProviderAway(str(refused)) from refused

    def arrange(self, call: str, view: RoomView) -> None:
        """See `CallProvider.arrange`. Whoever lost the seat, or may not see any more, has no media after it."""
        if call not in self.rooms():
            raise NotInRoom(call)
        self._book.arranged(call, view)
        for one in self._book.handles(call):
            if view.seats.get(one.party) != one.seat:
                self._put_out(call, one.session)
            elif one.about is not None and not may_see(view, one.party, one.about):
                self._drop(call, one)
        self._mute(call, view)

    def relay(self, call: str, seat: str, party: str, op: str, body: Mapping[str, object]) -> Mapping[str, object]:
        """See `CallProvider.relay`; offers and answers are whole session descriptions, with all candidates.

        'publish' {sdp?, pictures?} -> {sdp?}: what the page sends; without `sdp` it is there and sends nothing.
        'subscribe' {party} -> {sdp, subscription}, or neither while that party sends nothing yet.
        'answer' {subscription, sdp} -> {}. 'keepalive' -> {media: whether the seat's session stands, peers: what may be
        received, by party; a new value says that it has to be asked for anew}. 'leave' -> {}.
        """
        if op == "leave":
            for session in {one.session for one in self._book.handles(call) if one.seat == seat}:
                self._put_out(call, session)
            return {}
        acts = {
            "publish": self._publish,
            "subscribe": self._subscribe,
            "answer": self._answer,
            "keepalive": self._keep_alive,
        }
        view = self._book.view(call)
        if view is None or view.seats.get(party) != seat or op not in acts:
            raise NotInRoom(op)
        try:
            return acts[op](call, Handle(party, seat, "", ""), body)
        except JanusRefused as refused:
            if refused.code in (*LOST, NO_ROOM):
                for session in {one.session for one in self._book.handles(call) if one.seat == seat}:
                    self._put_out(call, session)
                return {"media": False}
            raise NotInRoom(str(refused)) from refused

    def present(self, call: str) -> list[Presence]:
        """See `CallProvider.present`."""
        try:
            with self._line.aside() as ask:
                listed = ask({"request": "listparticipants", "room": call}).data.get("participants", [])
        except JanusRefused:
            return []
        there = {str(one["id"]) for one in listed}
        return [Presence(one.party, one.seat) for one in self._book.handles(call) if _feed(one) in there]

    def announce(self, call: str, code: str) -> None:
        """See `CallProvider.announce`. Pages show warnings; nothing is spoken."""
        del code
        if call not in self.rooms():
            raise NotInRoom(call)

    def end(self, call: str) -> bool:
        """See `CallProvider.end`. The sessions of its seats go as well, whatever their pages do."""
        gone = False
        with suppress(JanusRefused), self._line.aside() as ask:
            if self._shelf is not None:  # so that its files are closed when the room is gone
                ask({"request": "enable_recording", "room": call, "record": False})
            ask({"request": "destroy", "room": call})
            gone = True
        for session in {one.session for one in self._book.handles(call)}:
            self._put_out(call, session)
        self._book.arranged(call, None)
        return gone

    def record(self, call: str, on: bool) -> None:
        """See `RecordingProvider.record`. Everybody who sends is recorded; the officer's is thrown away."""
        if self._shelf is None:
            if on:
                raise NotInRoom(call)
            return
        try:
            with self._line.aside() as ask:
                ask({"request": "enable_recording", "room": call, "record": on})
        except JanusRefused as refused:
            raise NotInRoom(call) from refused

    def tracks(self, call: str) -> list[Track]:
        """See `RecordingProvider.tracks`."""
        return [] if self._shelf is None or call in self.rooms() else self._shelf.tracks(call)

    def forget(self, call: str) -> None:
        """See `RecordingProvider.forget`."""
        if self._shelf is not None:
            self._shelf.clear(call)

    def lying(self) -> frozenset[str]:
        """See `RecordingProvider.lying`."""
        return frozenset() if self._shelf is None else self._shelf.calls()

    def rooms(self) -> frozenset[str]:
        """The calls that have a room now; after a restart of Janus, none. Raises ProviderAway."""
        with self._line.aside() as ask:
            listed = ask({"request": "list"}).data.get("list", [])
        return frozenset(str(one["room"]) for one in listed)

    def _publish(self, call: str, who: Handle, body: Mapping[str, object]) -> Mapping[str, object]:
        sdp = body.get("sdp")
        offer = sdp if isinstance(sdp, str) and sdp else None
        sound = None if offer is None else sound_of(offer, pictures=bool(body.get("pictures", True)))
        older = [one for one in self._book.handles(call) if one.seat == who.seat]
        session = older[0].session if older else self._line.create()
        for one in older:
            if one.about is None:
                self._drop(call, one)
        handle = self._line.attach(session)
        sends = Handle(who.party, who.seat, session, handle, sound=sound)
        self._book.keep(call, sends)
        join = {"request": "joinandconfigure" if offer else "join", "ptype": "publisher", "room": call}
        said = self._line.exchange(session, handle, {**join, "id": _feed(sends)}, kind="offer", sdp=offer)
        self._check(call, who, session)
        return {} if said.sdp is None else {"sdp": said.sdp}

    def _subscribe(self, call: str, who: Handle, body: Mapping[str, object]) -> Mapping[str, object]:
        wanted = str(body.get("party"))
        view = self._book.view(call)
        if view is None or not may_see(view, who.party, wanted):
            raise NotInRoom(wanted)
        all_ = self._book.handles(call)
        own = [one for one in all_ if one.seat == who.seat]
        sends = [one for one in all_ if one.about is None and one.seat == view.seats.get(wanted)]
        if not own:
            return {"media": False}
        heard = {"heard": view.muted != wanted}
        if not sends:
            return heard
        for one in own:
            if one.about == wanted:
                self._drop(call, one)
        session = own[0].session
        handle = self._line.attach(session)
        receives = Handle(who.party, who.seat, session, handle, about=wanted)
        self._book.keep(call, receives)
        join = {"request": "join", "ptype": "subscriber", "room": call, "streams": [{"feed": _feed(sends[-1])}]}
        try:
            said = self._line.exchange(session, handle, join)
        except JanusRefused as refused:
            self._drop(call, receives)
            if refused.code == NO_FEED:
                return heard
            raise
        self._check(call, receives, session)
        return {"sdp": said.sdp, "subscription": handle, **heard}

    def _answer(self, call: str, who: Handle, body: Mapping[str, object]) -> Mapping[str, object]:
        number, sdp = str(body.get("subscription")), str(body.get("sdp"))
        found = [one for one in self._book.handles(call) if one.seat == who.seat and one.handle == number]
        if not found or found[0].about is None:
            raise NotInRoom("subscription")
        self._line.exchange(found[0].session, number, {"request": "start"}, kind="answer", sdp=sdp)
        self._check(call, found[0], found[0].session)
        return {}

    def _keep_alive(self, call: str, who: Handle, body: Mapping[str, object]) -> Mapping[str, object]:
        del body
        view, all_ = self._book.view(call), self._book.handles(call)
        own = {one.session for one in all_ if one.seat == who.seat}
        for session in own:
            self._line.keep_alive(session)
        if view is None:
            raise NotInRoom(call)
        others = [one for one in all_ if one.about is None and view.seats.get(one.party) == one.seat]
        peers = {one.party: one.handle for one in others if may_see(view, who.party, one.party)}
        return {"media": bool(own), "peers": peers}

    def _check(self, call: str, one: Handle, session: str) -> None:
        """What was allowed when it was asked may be forbidden when it is done; then it is undone."""
        view = self._book.view(call)
        if view is None or view.seats.get(one.party) != one.seat:
            self._put_out(call, session)
            raise NotInRoom(one.party)
        if one.about is not None and not may_see(view, one.party, one.about):
            self._drop(call, one)
            raise NotInRoom(one.about)
        if one.about is None:
            self._mute(call, view)

    def _mute(self, call: str, view: RoomView) -> None:
        sending = [one for one in self._book.handles(call) if one.sound is not None and one.about is None]
        for one in sending:
            silent = not view.voice if one.party == SUPERVISOR else view.muted == one.party
            with suppress(JanusRefused), self._line.aside() as ask:  # it sends nothing yet, or no more
                ask({"request": "moderate", "room": call, "id": _feed(one), "mid": one.sound, "mute": silent})

    def _drop(self, call: str, one: Handle) -> None:
        self._line.detach(one.session, one.handle)
        self._book.drop(call, one.session, one.handle)

    def _put_out(self, call: str, session: str) -> None:
        self._line.destroy(session)
        self._book.drop(call, session)


def _feed(one: Handle) -> str:
    """What a sender is called in its room: new with every handle, so that nobody waits for one that is gone."""
    return f"{one.party}.{one.handle}"
