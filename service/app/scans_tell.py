"""A gate was alone and tells afterwards what it did: many scans at once, each kept and labelled as if told alone."""

from collections.abc import Sequence

import sqlalchemy as sa

from service.app.scan_take import Reading, Verdict, take_scan
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Scan
from service.store.unit_of_work import UnitOfWork

MOST = 50
"""Scans of one transaction: they stand in one leaf, which must fit a tile."""


def tell_scans(environment: Environment, actor: Actor, readings: Sequence[Reading]) -> list[Verdict | None]:
    """One answer for each, in their order; None for what is not taken. All are facts: each has its `offline_verdict`.

    What is new is one transaction and one event. What was heard before, or stands in the way of the others, is told
    by itself.
    """
    before = _heard(environment, actor, readings)
    new = [one for one in readings if one.sequence not in before]
    taken: dict[int, Verdict] = {}
    if len({one.sequence for one in new}) == len(new) and new:
        try:
            taken = transact(environment, actor, lambda unit: _all(unit, new))
        except Refusal:
            taken = {}
    return [taken.get(one.sequence) or _one(environment, actor, one) for one in readings]


def _all(unit: UnitOfWork, readings: Sequence[Reading]) -> dict[int, Verdict]:
    return {one.sequence: take_scan(unit, one) for one in readings}


def _one(environment: Environment, actor: Actor, reading: Reading) -> Verdict | None:
    try:
        return transact(environment, actor, lambda unit: take_scan(unit, reading))
    except Refusal as refusal:
        if refusal.sort in ("not-found", "not-possible", "conflict"):
            return None
        raise


def _heard(environment: Environment, actor: Actor, readings: Sequence[Reading]) -> set[int]:
    row = of(Scan)
    wanted = [one.sequence for one in readings]
    with environment.database.reading() as session:
        return set(
            session.scalars(sa.select(row.sequence).where(row.device_id == actor.id, row.sequence.in_(wanted))).all()
        )
