"""Signing out, on the server and at once."""

import sqlalchemy as sa

from service.app.session_open import token_hash
from service.store.columns import of
from service.store.tables import Session
from service.store.unit_of_work import UnitOfWork


def end_session(unit: UnitOfWork, token: str) -> None:
    """Ends the session of this token; who holds it may end it, so no more is asked."""
    row = of(Session)
    unit.session.execute(
        sa.update(Session).where(row.token_hash == token_hash(token), row.ended_at.is_(None)).values(ended_at=unit.now)
    )


def end_sessions(unit: UnitOfWork, principal: str, principal_id: str) -> None:
    """Ends every session of somebody, as part of a larger act: a closed account, a new password."""
    row = of(Session)
    unit.session.execute(
        sa.update(Session)
        .where(row.principal == principal, row.principal_id == principal_id, row.ended_at.is_(None))
        .values(ended_at=unit.now)
    )
