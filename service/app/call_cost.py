"""What a call cost, written once after its end; what was paid in for a convict's calls; and what is left."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from service.app.call_keep import hold_call
from service.app.convict_find import whereabouts
from service.domain.access import Target, require
from service.domain.call_cost import Cost, Rounding, price, talked
from service.domain.identity import clean_words
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.tables import Call, CallCost, CallPayment
from service.store.unit_of_work import UnitOfWork

PRICED_WITHIN = timedelta(days=1)
"""A tariff that is set today prices no call of last month."""
MOST_PAID = 100_000_000
"""A million tenge: more is a slip of the finger."""
AT_ONCE = 200


def cost_of(session: Session, call: str) -> Cost | None:
    """What a call cost; None where it has not ended, was never live, or nothing is charged for its kind."""
    row = session.scalars(sa.select(CallCost).where(of(CallCost).call_id == call)).first()
    return None if row is None else Cost(row.seconds, row.tariff, row.rounding, row.amount)


def balance_of(session: Session, convict: str) -> int:
    """What was paid in for a convict's calls, less what they cost: tiyn, below nothing where more is owed."""
    paid, cost = of(CallPayment), of(CallCost)
    sums = [
        session.execute(sa.select(sa.func.coalesce(sa.func.sum(row.amount), 0)).where(row.convict_id == convict))
        for row in (paid, cost)
    ]
    return int(sums[0].scalar_one()) - int(sums[1].scalar_one())


def unpriced(session: Session, now: datetime, kinds: Mapping[str, int]) -> list[str]:
    """Calls that were live, ended lately, are of a kind with a tariff, and have no cost yet."""
    call, cost = of(Call), of(CallCost)
    found = (
        sa.select(call.id)
        .outerjoin(CallCost, cost.call_id == call.id)
        .where(call.ended_at > now - PRICED_WITHIN, call.live_at.is_not(None), call.kind.in_(list(kinds)))
        .where(cost.id.is_(None))
        .order_by(call.ended_at)
        .limit(AT_ONCE)
    )
    return list(session.scalars(found))


def price_call(unit: UnitOfWork, *, call: str, tariffs: Mapping[str, int], rounding: Rounding) -> Cost:
    """Writes what a call cost by the tariff of its kind (tiyn a minute). Raises Refusal 'conflict' where it is written,
    or where there is nothing to charge.
    """
    held = hold_call(unit, call)
    row = held.row
    require(unit.actor, "call.price", Target(row.institution_id))
    if row.ended_at is None or row.live_at is None or row.kind not in tariffs or cost_of(unit.session, call):
        raise refuse("conflict", "state-does-not-allow")
    found = price(talked(row.live_at, row.ended_at, row.hard_end_at), tariffs[row.kind], rounding)
    unit.add(
        CallCost(
            id=unit.environment.new_id(),
            institution_id=row.institution_id,
            call_id=row.id,
            convict_id=row.convict_id,
            seconds=found.seconds,
            tariff=found.tariff,
            rounding=found.rounding,
            amount=found.amount,
            priced_at=unit.now,
        )
    )
    unit.tell("call.priced", row.institution_id)
    return found


def pay_for_calls(unit: UnitOfWork, *, convict: str, amount: int, paper: str) -> int:
    """Enters money paid in, from a paper that is named; answers the new balance, in tiyn."""
    here = whereabouts(unit, convict).here
    require(unit.actor, "call.pay", Target(here, convict=convict))
    if not 0 < amount <= MOST_PAID:
        raise refuse("not-possible", "choice-unknown")
    new = unit.environment.new_id()
    unit.add(
        CallPayment(
            id=new,
            institution_id=here,
            convict_id=convict,
            amount=amount,
            entered_by=unit.actor.id,
            entered_at=unit.now,
            **unit.sealed(CallPayment, new, convict, paper=clean_words(paper)),
        )
    )
    unit.tell("call.paid", here)
    unit.session.flush()
    return balance_of(unit.session, convict)
