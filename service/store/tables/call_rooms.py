"""What a call's room is made of while it stands: the supplier's handles of each seat, and when each was heard last."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint

from service.domain.call_states import PARTIES
from service.store.columns import Exempt, key, link, moment, text
from service.store.tables.base import Passing

HANDLE = Exempt("where a page's media stands at the supplier; gone with the room")
SEEN = Exempt("when a page was heard last; what follows from its silence stands in the record")
_PARTY = f"party IN ({', '.join(repr(party) for party in PARTIES)})"


class CallHandle(Passing, table=True):
    """One handle that a seat holds at the supplier; in the database, so that any worker can serve any request.

    `about`: the party whose picture and sound come by it; None for the handle by which the seat sends its own.
    `sound`: which line of the offer carries the seat's own sound, so that it can be muted.
    """

    exempt: ClassVar[str] = "where a page's media stands at the supplier; gone with the room"
    __tablename__ = "call_handle"
    __table_args__ = (
        CheckConstraint(_PARTY, name="party"),
        UniqueConstraint("call_id", "seat", "session", "handle", name="uq_call_handle_seat"),
    )

    id: str = key(HANDLE)
    call_id: str = link("call.id", HANDLE)
    party: str = text(12, HANDLE)
    seat: str = text(64, HANDLE)
    session: str = text(24, HANDLE)
    handle: str = text(24, HANDLE)
    about: str | None = text(12, HANDLE, optional=True)
    sound: str | None = text(16, HANDLE, optional=True)


class CallSeatSeen(Passing, table=True):
    """When the page of a seat was heard last (by its 'ping'); a seat that falls silent is held to be empty."""

    exempt: ClassVar[str] = "when a page was heard last; what follows from its silence stands in the record"
    __tablename__ = "call_seat_seen"
    __table_args__ = (
        CheckConstraint(_PARTY, name="party"),
        UniqueConstraint("call_id", "seat", name="uq_call_seat_seen_seat"),
    )

    id: str = key(SEEN)
    call_id: str = link("call.id", SEEN)
    party: str = text(12, SEEN)
    seat: str = text(64, SEEN)
    seen_at: datetime = moment(SEEN)
