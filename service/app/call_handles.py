"""The book of rooms in the database: whichever worker a page's request comes to finds what the page holds."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.app.call_room import wanted_room
from service.gateways.call_book import Handle
from service.gateways.calls import RoomView
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import CallHandle


@dataclass(frozen=True)
class DatabaseBook:
    """See `service.gateways.call_book.CallBook`. How a room shall be is read from the call itself, each time."""

    environment: Environment

    def view(self, call: str) -> RoomView | None:
        """How the room shall be now."""
        with self.environment.database.reading() as session:
            wanted = wanted_room(session, call)
        return None if wanted is None else wanted.view

    def arranged(self, call: str, view: RoomView | None) -> None:
        """Nothing: the call's own rows say it."""

    def handles(self, call: str) -> list[Handle]:
        """Every handle of the room's seats, the oldest first."""
        row = of(CallHandle)
        with self.environment.database.reading() as session:
            found = session.execute(
                sa.select(row.party, row.seat, row.session, row.handle, row.about, row.sound)
                .where(row.call_id == call)
                .order_by(row.id)
            )
            return [Handle(*one) for one in found]

    def keep(self, call: str, handle: Handle) -> None:
        """Remembers one."""
        cells = {
            "id": self.environment.new_id(),
            "call_id": call,
            "party": handle.party,
            "seat": handle.seat,
            "session": handle.session,
            "handle": handle.handle,
            "about": handle.about,
            "sound": handle.sound,
        }
        with self.environment.database.writes() as session:
            session.execute(sa.insert(CallHandle), [cells])
            session.commit()

    def drop(self, call: str, session: str, handle: str | None = None) -> None:
        """Forgets one handle of a session, or all of them."""
        row = of(CallHandle)
        gone = sa.delete(CallHandle).where(row.call_id == call, row.session == session)
        with self.environment.database.writes() as writing:
            writing.execute(gone if handle is None else gone.where(row.handle == handle))
            writing.commit()
