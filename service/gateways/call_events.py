"""What a supplier of calls tells us by itself: somebody came, somebody went, the room is over. Believed when signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

What = Literal["came", "went", "over"]


@dataclass(frozen=True, slots=True)
class SupplierSaid:
    """`reference`: the supplier's room and its number in it, once and never again. `at`: by the supplier's clock.

    `party` and `seat` are empty where the room is over.
    """

    call: str
    reference: str
    what: What
    at: datetime
    party: str = ""
    seat: str = ""


class CallEventReader(Protocol):
    """Tells a supplier's own requests from everybody else's."""

    def read(
        self, *, call: str, target: str, headers: Mapping[str, str], form: Mapping[str, str], body: bytes
    ) -> SupplierSaid | None:
        """What it says of this call; None for what means nothing to us. Raises Forged, ValueError for no sense."""
        ...
