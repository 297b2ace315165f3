"""When calls are to be looked at: rows of their own, taken by any worker for the length of a lease.

What a timer leads to is committed with the timer's own end, or not at all; a worker that dies leaves both to the next.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from service.domain.refusal import refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Call, CallTimer
from service.store.tables.calls import TIMER_KINDS
from service.store.unit_of_work import UnitOfWork

LEASE = timedelta(seconds=10)
SWIFT = ("cut", "missing_supervisor", "open", "no_show", "remind")
"""Kinds that need the database alone."""
SUPPLIED = ("room", "warn")
"""Kinds that wait for a supplier: in a queue of their own, so that a slow one delays no cut."""
AT_ONCE = 5
"""Small batches, so that a cut never waits behind many slower effects of one worker."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that is ours until `LEASE` has passed since it was taken."""

    id: str
    call: str
    kind: str
    due_at: datetime
    token: str


def set_timer(unit: UnitOfWork, call: str, kind: str, due_at: datetime) -> None:
    """Sets the timer of a kind, or sets it anew; whoever had taken it finds it taken away. Under the call's lock."""
    row = of(CallTimer)
    cells = {"due_at": due_at, "done": False, "outcome": None, "tries": 0, "lease_until": None, "lease_token": None}
    found = unit.session.execute(
        sa.update(CallTimer).where(row.call_id == call, row.kind == kind).values(cells).returning(row.id)
    ).first()
    if found is None:
        rank = TIMER_KINDS.index(kind)
        new = {"id": unit.environment.new_id(), "call_id": call, "kind": kind, "rank": rank, **cells}
        unit.session.execute(sa.insert(CallTimer), [new])


def drop_timers(unit: UnitOfWork, call: str, kinds: Iterable[str]) -> None:
    """Timers that have nothing left to say. Under the call's lock."""
    row = of(CallTimer)
    unit.session.execute(
        sa.update(CallTimer)
        .where(row.call_id == call, row.kind.in_(list(kinds)), ~row.done)
        .values(done=True, outcome="dropped", lease_token=None)
    )


def claim_timers(
    environment: Environment,
    kinds: Sequence[str] = TIMER_KINDS,
    most: int = AT_ONCE,
    not_of: Collection[str] = (),
) -> list[Timer]:
    """Takes what is due of these kinds, cuts first; on PostgreSQL past those whom another worker is just taking.

    Timers of calls carried by the suppliers `not_of` are left where they are.
    """
    now, row, token = environment.clock(), of(CallTimer), environment.new_id()
    due = [~row.done, row.due_at <= now, row.kind.in_(kinds)]
    due.append(sa.or_(row.lease_until.is_(None), row.lease_until <= now))
    if not_of:
        call = of(Call)
        due.append(~sa.exists().where(call.id == row.call_id, call.provider.in_(not_of)))
    with environment.database.reading() as session:  # nearly always nothing is due: no writer waits for that
        if session.execute(sa.select(row.id).where(*due).limit(1)).first() is None:
            return []
    first = sa.select(row.id).where(*due).order_by(row.rank, row.due_at).limit(most).with_for_update(skip_locked=True)
    with environment.database.writes() as session:
        taken = session.execute(
            sa.update(CallTimer)
            .where(row.id.in_(first.scalar_subquery()))
            .values(lease_until=now + LEASE, lease_token=token, tries=row.tries + 1)
            .returning(row.id, row.call_id, row.kind, row.due_at, row.rank)
        ).all()
        session.commit()
    order = sorted(taken, key=lambda one: (one.rank, one.due_at))
    return [Timer(one.id, one.call_id, one.kind, one.due_at, token) for one in order]


def next_due(environment: Environment, kinds: Sequence[str]) -> datetime | None:
    """When the first timer of these kinds that nobody has taken falls due, or fell due; None where there is none."""
    now, row = environment.clock(), of(CallTimer)
    free = sa.or_(row.lease_until.is_(None), row.lease_until <= now)
    with environment.database.reading() as session:
        first: datetime | None = session.scalar(
            sa.select(row.due_at).where(~row.done, row.kind.in_(kinds), free).order_by(row.due_at).limit(1)
        )
    return first


def finish_timer(unit: UnitOfWork, timer: Timer, outcome: str) -> None:
    """Ends a timer with what comes of it. Raises Refusal 'conflict' where it is ours no more; nothing comes of it then.

    Under the call's lock, before its effect: what the unit then drops or sets anew stays so.
    """
    row = of(CallTimer)
    ours = unit.session.execute(
        sa.update(CallTimer)
        .where(row.id == timer.id, row.lease_token == timer.token, ~row.done)
        .values(done=True, outcome=outcome, lease_token=None)
        .returning(row.id)
    ).first()
    if ours is None:
        raise refuse("conflict", "someone-was-faster")
