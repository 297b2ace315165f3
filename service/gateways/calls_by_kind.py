"""Two suppliers as one: telephone calls go by the one, video calls by the other."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from service.gateways.call_tickets import TicketedCalls
from service.gateways.calls import CallProvider, CallSpec, Capability, NotInRoom, Presence, RoomView
from service.gateways.recordings import RecordingProvider, Track

PHONE = "call"


class CallsByKind:
    """`kind_of` answers the kind of a call by its id ('call', 'video_call'); '' for one that is not there.

    Of calls whose pages speak through us, the pages' own signs of life say who is there: the supplier is not asked.
    """

    def __init__(self, phone: CallProvider, video: CallProvider, kind_of: Callable[[str], str]) -> None:
        self._phone, self._video = phone, video
        self._kind_of = lru_cache(maxsize=1000)(kind_of)
        self.name = video.name
        self.caps: frozenset[Capability] = (phone.caps | video.caps) - {"proxied"}

    def open(self, spec: CallSpec) -> None:
        """See `CallProvider.open`."""
        self._of(spec.call).open(spec)

    def arrange(self, call: str, view: RoomView) -> None:
        """See `CallProvider.arrange`."""
        self._of(call).arrange(call, view)

    def relay(self, call: str, seat: str, party: str, op: str, body: Mapping[str, object]) -> Mapping[str, object]:
        """See `CallProvider.relay`."""
        return self._of(call).relay(call, seat, party, op, body)

    def ticket(self, call: str, seat: str, party: str, view: RoomView) -> Mapping[str, object]:
        """See `TicketedCalls.ticket`."""
        supplier = self._of(call)
        if not isinstance(supplier, TicketedCalls):
            raise NotInRoom(party)
        return supplier.ticket(call, seat, party, view)

    def present(self, call: str) -> list[Presence]:
        """See `CallProvider.present`; of calls whose pages speak through us, nobody."""
        supplier = self._of(call)
        return [] if "proxied" in supplier.caps else supplier.present(call)

    def announce(self, call: str, code: str) -> None:
        """See `CallProvider.announce`."""
        self._of(call).announce(call, code)

    def end(self, call: str) -> bool:
        """See `CallProvider.end`."""
        return self._of(call).end(call)

    def carrier(self, call: str) -> CallProvider:
        """Who of the two carries a call."""
        return self._of(call)

    def record(self, call: str, on: bool) -> None:
        """See `RecordingProvider.record`; of a call that cannot be recorded, nothing is turned off."""
        carries = self._of(call)
        if isinstance(carries, RecordingProvider) and "record" in carries.caps:
            carries.record(call, on)
        elif on:
            raise NotInRoom(call)

    def tracks(self, call: str) -> list[Track]:
        """See `RecordingProvider.tracks`."""
        return [track for one in self._recorders() for track in one.tracks(call)]

    def forget(self, call: str) -> None:
        """See `RecordingProvider.forget`."""
        for one in self._recorders():
            one.forget(call)

    def lying(self) -> frozenset[str]:
        """See `RecordingProvider.lying`."""
        return frozenset(call for one in self._recorders() for call in one.lying())

    @property
    def video(self) -> CallProvider:
        """Who carries the video calls."""
        return self._video

    def by_telephone(self, call: str) -> bool:
        """Whether everybody is dialled, and no page carries the call."""
        return "proxied" not in self._of(call).caps and "phone" in self._of(call).caps

    def _recorders(self) -> list[RecordingProvider]:
        both = (self._phone, self._video)
        return [one for one in both if isinstance(one, RecordingProvider) and "record" in one.caps]

    def _of(self, call: str) -> CallProvider:
        return self._phone if self._kind_of(call) == PHONE else self._video
