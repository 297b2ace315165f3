"""What a supplier has to remember of a room between two requests, wherever it is kept."""

from dataclasses import dataclass, field
from typing import Protocol

from service.gateways.calls import RoomView


@dataclass(frozen=True, slots=True)
class Handle:
    """One handle of a seat at the supplier: in which session, and what for.

    `about`: the party whose picture and sound come by it; None for the one by which the seat sends. `sound`: the line
    of the seat's own sound.
    """

    party: str
    seat: str
    session: str
    handle: str
    about: str | None = None
    sound: str | None = None


class CallBook(Protocol):
    """Remembers handles, and says how a room shall be at this moment."""

    def view(self, call: str) -> RoomView | None:
        """How the room shall be; None where there shall be none."""
        ...

    def arranged(self, call: str, view: RoomView | None) -> None:
        """The room has been brought to this (None: it has ended)."""
        ...

    def handles(self, call: str) -> list[Handle]:
        """Every handle of the room's seats."""
        ...

    def keep(self, call: str, handle: Handle) -> None:
        """Remembers one."""
        ...

    def drop(self, call: str, session: str, handle: str | None = None) -> None:
        """Forgets one handle of a session, or all of them."""
        ...


@dataclass
class MemoryBook:
    """The book of one process; a room shall be as it was arranged last."""

    _views: dict[str, RoomView] = field(default_factory=dict)
    _handles: dict[str, list[Handle]] = field(default_factory=dict)

    def view(self, call: str) -> RoomView | None:
        """See `CallBook.view`."""
        return self._views.get(call)

    def arranged(self, call: str, view: RoomView | None) -> None:
        """See `CallBook.arranged`."""
        if view is None:
            self._views.pop(call, None)
            self._handles.pop(call, None)
        else:
            self._views[call] = view

    def handles(self, call: str) -> list[Handle]:
        """See `CallBook.handles`."""
        return list(self._handles.get(call, ()))

    def keep(self, call: str, handle: Handle) -> None:
        """See `CallBook.keep`."""
        self._handles.setdefault(call, []).append(handle)

    def drop(self, call: str, session: str, handle: str | None = None) -> None:
        """See `CallBook.drop`."""
        gone = [one for one in self.handles(call) if one.session == session and handle in (None, one.handle)]
        self._handles[call] = [one for one in self.handles(call) if one not in gone]
