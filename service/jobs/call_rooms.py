"""Rooms at the supplier and calls in the database are brought together: each minute, whatever was lost between them."""

from typing import Protocol, runtime_checkable

import sqlalchemy as sa
import structlog

from service.app.call_align import align_room
from service.domain.call_states import ROOM
from service.gateways.calls import CallProvider, NotInRoom, ProviderAway
from service.gateways.calls_by_kind import CallsByKind
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Call

EVERY_SECONDS = 60
_log = structlog.get_logger("kezdesu.jobs")


@runtime_checkable
class KnowsRooms(Protocol):
    """A supplier whose rooms last until somebody ends them, and that can list them."""

    def rooms(self) -> frozenset[str]:
        """The calls that have a room now. Raises ProviderAway."""
        ...


def sweep_rooms(environment: Environment, provider: CallProvider) -> int:
    """Ends rooms that no live call owns, and makes those again that the supplier has lost; answers how many.

    Rooms are listed first: one that is opened meanwhile is not among them, and is left alone. The limit of a call that
    goes on in a new room stands where it stood.
    """
    carries = provider.video if isinstance(provider, CallsByKind) else provider
    kinds = ("video_call",) if isinstance(provider, CallsByKind) else ("call", "video_call")
    if not isinstance(carries, KnowsRooms):
        return 0
    try:
        there = carries.rooms()
        owners = _open_calls(environment, kinds)
        left = sum(carries.end(call) for call in sorted(there - set(owners)))
        lost = [call for call, name in sorted(owners.items()) if name == carries.name and call not in there]
        for call in lost:
            align_room(environment, carries, call)
    except (ProviderAway, NotInRoom) as fault:
        _log.warning("supplier does not answer", why=str(fault))
        return 0
    return left + len(lost)


def _open_calls(environment: Environment, kinds: tuple[str, ...]) -> dict[str, str]:
    """The calls that have a room now, and who carries each."""
    row = of(Call)
    open_ = sa.select(row.id, row.provider).where(row.state.in_(ROOM), row.kind.in_(kinds))
    with environment.database.reading() as session:
        found = session.execute(open_).all()
    return {one.id: one.provider for one in found}
