"""A page's own seat in a call, asked about each second: may it go on, and that it was heard."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service.app.appointment_load import load_appointment
from service.app.call_join import PARTY_OF
from service.app.reading import Reading
from service.domain.access import Actor, require
from service.domain.call_states import ROOM
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Call, CallParty, CallSeatSeen

HEARD_EVERY = timedelta(seconds=1)
"""More often it is not written down."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat as it stands at `now`. `sits`: it is the party's own one and the newest; `open`: there is a room, and the
    limit has not passed, so the page may go on; `elsewhere`: the party sits at another device."""

    call: str
    party: str
    kind: str
    sits: bool
    open: bool
    elsewhere: bool
    now: datetime


def find_seat(environment: Environment, actor: Actor, call: str, seat: str) -> Seat:
    """The seat of whoever is signed in. Raises Refusal 'not-found' or 'not-allowed' where the call is not theirs."""
    now, stay = environment.clock(), of(CallParty)
    party = PARTY_OF.get(actor.principal, "")
    with Reading(environment, actor) as reading:
        row = reading.session.get(Call, call)
        if row is None:
            raise Refusal("not-found")
        require(actor, "call.join", load_appointment(reading, row.appointment_id, lock=False).target)
        held = reading.session.execute(
            sa.select(stay.seat).where(stay.call_id == call, stay.party == party, stay.left_at.is_(None))
        ).scalar()
        known = reading.session.execute(
            sa.select(stay.id).where(stay.call_id == call, stay.party == party, stay.seat == seat)
        ).scalar()
        stands = row.state in ROOM and (row.hard_end_at is None or now < row.hard_end_at)
        other = known is not None and held is not None and held != seat
        return Seat(call, party, row.kind, held == seat, stands, other, now)


def note_seen(environment: Environment, seat: Seat, name: str) -> None:
    """The page of the seat called `name` was heard now. What follows from silence is a job's to decide."""
    row, now = of(CallSeatSeen), environment.clock()
    ours = (row.call_id == seat.call, row.seat == name)
    with environment.database.reading() as session:
        last = session.execute(sa.select(row.seen_at).where(*ours)).scalar()
    if last is not None and now - last < HEARD_EVERY:
        return
    with environment.database.writes() as session:
        if last is None:
            cells = {"id": environment.new_id(), "call_id": seat.call, "party": seat.party, "seat": name}
            try:
                session.execute(sa.insert(CallSeatSeen), [{**cells, "seen_at": now}])
            except IntegrityError:  # the same page, a moment before
                return
        else:
            session.execute(sa.update(CallSeatSeen).where(*ours).values(seen_at=now))
        session.commit()
