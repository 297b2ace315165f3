"""Between the first proof and the second: a session that opens nothing but the second step."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.app.session_end import end_session
from service.app.session_open import LIVES, open_session, token_hash
from service.domain.access import Actor, Principal
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Account, Officer, Session
from service.store.unit_of_work import UnitOfWork

WHOLE = {"officer-1st": "officer", "relative-1st": "relative"}
"""What a half session becomes."""


@dataclass(frozen=True, slots=True)
class Half:
    """Somebody half signed in. `actor` holds no role: it may do nothing but add what it signs in with."""

    actor: Actor
    token: str
    holder: str
    workstation: str | None
    device: str | None


def half_signed_in(environment: Environment, token: str) -> Half | None:
    """Who the token of a half session stands for; None when it is unknown, ended or too old."""
    session, account, officer = of(Session), of(Account), of(Officer)
    with environment.database.reading() as reading:
        found = reading.execute(
            sa.select(
                session.principal,
                session.principal_id,
                session.workstation,
                session.device,
                session.started_at,
                session.ended_at,
                sa.func.coalesce(account.person_id, officer.person_id).label("person"),
            )
            .outerjoin(Account, sa.and_(account.id == session.principal_id, account.closed_at.is_(None)))
            .outerjoin(Officer, sa.and_(officer.id == session.principal_id, officer.closed_at.is_(None)))
            .where(session.token_hash == token_hash(token), session.principal.in_(sorted(WHOLE)))
        ).first()
    if found is None or found.ended_at is not None or found.person is None:
        return None
    if environment.clock() >= found.started_at + LIVES[found.principal].most:
        return None
    holder: Principal = "officer" if found.principal == "officer-1st" else "relative"
    return Half(Actor(holder, found.principal_id, found.person), token, holder, found.workstation, found.device)


def make_whole(unit: UnitOfWork, half: Half, factor: str | None) -> str:
    """Ends a half session and opens the whole one, as part of the act that proved the second factor.

    Raises Refusal 'not-found' when it was ended meanwhile: one half makes one whole.
    """
    row = of(Session)
    live = unit.session.execute(
        sa.select(row.token_hash)
        .where(row.token_hash == token_hash(half.token), row.ended_at.is_(None))
        .with_for_update()
    ).first()
    if live is None:
        raise Refusal("not-found")
    end_session(unit, half.token)
    return open_session(unit, half.holder, half.actor.id, half.workstation, device=half.device, factor=factor)
