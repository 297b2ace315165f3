"""An officer chooses the PIN by which a gate knows them when the network is gone."""

from datetime import timedelta
from itertools import pairwise

import sqlalchemy as sa
from argon2 import PasswordHasher

from service.app.throttle_count import count_try
from service.app.transact import transact
from service.domain.access import DEPUTY, DUTY, GATE, HEAD, Actor, Target, require
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import NATIONAL, GatePin, Officer
from service.store.unit_of_work import UnitOfWork

HOLDERS = (GATE, DUTY, HEAD, DEPUTY)
"""Roles that may release by hand."""
SHORTEST, LONGEST = 6, 12
FEWEST_DIFFERENT = 3
SETTINGS, WINDOW = 5, timedelta(hours=1)
# A PIN is short, and a stolen gate machine has time: each guess costs 64 MiB and a tenth of a second.
HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


def choose_pin(environment: Environment, actor: Actor, *, pin: str) -> None:
    """The officer's own new PIN: 6 to 12 digits, not all alike, no row. Hashed outside of any transaction.

    Raises Refusal 'gate-pin-weak', 'too-many-tries' after five in an hour, 'not-allowed' for other roles.
    """
    require(actor, "gate_pin.set", Target(actor.institution))
    transact(environment, actor, _count)
    if not SHORTEST <= len(pin) <= LONGEST or not (pin.isascii() and pin.isdigit()) or _is_guessed(pin):
        raise refuse("not-possible", "gate-pin-weak", count=SHORTEST)
    verifier = HASHER.hash(pin)
    transact(environment, actor, lambda unit: _set(unit, verifier))


def has_pin(environment: Environment, officer: str) -> bool:
    """Whether the officer has chosen one."""
    row = of(GatePin)
    with environment.database.reading() as session:
        statement = sa.select(row.id).where(row.officer_id == officer, row.ended_at.is_(None))
        return session.execute(statement).first() is not None


def _count(unit: UnitOfWork) -> None:
    require(unit.actor, "gate_pin.set", Target(unit.actor.institution))
    count_try(unit, f"gate-pin-of:{unit.actor.id}", limit=SETTINGS, window=WINDOW)


def _set(unit: UnitOfWork, verifier: str) -> None:
    require(unit.actor, "gate_pin.set", Target(unit.actor.institution))
    officer = unit.get(Officer, unit.actor.id, lock=True)
    if officer.closed_at is not None:
        raise Refusal("not-found")
    row = of(GatePin)
    live = unit.session.scalars(
        sa.select(GatePin).where(row.officer_id == officer.id, row.ended_at.is_(None)).with_for_update()
    ).first()
    if live is not None:
        unit.change(live, ended_at=unit.now)
    unit.add(
        GatePin(
            id=unit.environment.new_id(),
            officer_id=officer.id,
            person_id=officer.person_id,
            verifier=verifier,
            set_at=unit.now,
        )
    )
    unit.tell("gate_pin.set", NATIONAL)


def _is_guessed(pin: str) -> bool:
    """Few different digits, or a row up or down."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return len(set(pin)) < FEWEST_DIFFERENT or steps in ({1}, {9})
