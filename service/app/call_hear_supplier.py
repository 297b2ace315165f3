"""What a supplier of calls tells by itself is taken in once, in whatever order it comes; it never seats an officer."""

import sqlalchemy as sa

from service.app.call_join import CameOrWent, hear_present, hear_provider
from service.app.call_keep import hold_call, touch_room
from service.domain.access import Target, require
from service.domain.call_states import FINAL, PARTIES
from service.gateways.call_events import SupplierSaid
from service.store.columns import of
from service.store.tables import CallHeard
from service.store.unit_of_work import UnitOfWork

LONGEST_SEAT = 64


def hear_supplier(unit: UnitOfWork, *, said: SupplierSaid) -> bool:
    """Takes in what a supplier says of a call; answers whether it is new.

    The supplier's clock never runs before ours. Whoever comes into the room of a call that has ended leads to its end
    at the supplier again. Raises Refusal 'not-found', and 'conflict' where nobody may come now; nothing is kept then,
    and said again it is refused again.
    """
    held = hold_call(unit, said.call)
    require(unit.actor, "call.time", Target(held.row.institution_id))
    if _known(unit, said):
        return False
    word = {"id": unit.environment.new_id(), "call_id": said.call, "reference": said.reference, "heard_at": unit.now}
    unit.session.execute(sa.insert(CallHeard), [word])
    at = min(said.at, unit.now)
    if said.what == "over":
        hear_present(unit, call=said.call, seats=frozenset(), asked_at=at)
    elif said.what == "came" and held.row.state in FINAL:
        touch_room(unit, held)
    elif said.party in PARTIES and 0 < len(said.seat) <= LONGEST_SEAT:
        came = said.what == "came"
        hear_provider(unit, event=CameOrWent(said.call, said.party, said.seat, came, at))
        if came:  # what the room's rules say of this party, its supplier is told now
            touch_room(unit, held)
    return True


def _known(unit: UnitOfWork, said: SupplierSaid) -> bool:
    row = of(CallHeard)
    found = sa.select(row.id).where(row.call_id == said.call, row.reference == said.reference)
    return unit.session.execute(found).first() is not None
