"""Two suppliers as one: telephone calls go by the one, video calls by the other."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from service.gateways.call_tickets import TicketedCalls
from service.gateways.calls import CallProvider, CallSpec, Capability, NotInRoom, Presence, RoomView

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

    @property
    def video(self) -> CallProvider:
        """Who carries the video calls."""
        return self._video

    def by_telephone(self, call: str) -> bool:
        """Whether everybody is dialled, and no page carries the call."""
        return "proxied" not in self._of(call).caps and "phone" in self._of(call).caps

    def _of(self, call: str) -> CallProvider:
        return self._phone if self._kind_of(call) == PHONE else self._video
