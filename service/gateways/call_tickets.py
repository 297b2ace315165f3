"""Suppliers whose pages speak to them directly, and enter by a ticket that the service gives them."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from service.gateways.calls import CallProvider, NotInRoom, RoomView


@runtime_checkable
class TicketedCalls(CallProvider, Protocol):
    """A supplier of calls that lets in whoever holds its ticket."""

    def ticket(self, call: str, seat: str, party: str, view: RoomView) -> Mapping[str, object]:
        """What the page of this seat needs to enter: `kind`, `token`, and where. It grants no more than `view` does.

        Raises NotInRoom for a seat that the party does not hold, for who may not be in the room yet, and where there is
        no room; ProviderAway.
        """
        ...


class Unrelayed:
    """What suppliers have alike in whose rooms no page speaks through us."""

    def relay(
        self,
        call: str,  # noqa: ARG002
        seat: str,  # noqa: ARG002
        party: str,  # noqa: ARG002
        op: str,
        body: Mapping[str, object],  # noqa: ARG002
    ) -> Mapping[str, object]:
        """See `CallProvider.relay`. Raises NotInRoom always."""
        raise NotInRoom(op)
