"""Whose token this is: one statement, the roles of an officer included; a role taken away bites at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from service.app.session_open import LIVES, token_hash
from service.domain.access import AUDITOR, INSTITUTION_BODY, Actor
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Account, Device, Officer, OfficerRole, Session

SEEN_EVERY = timedelta(minutes=1)


def find_principal(environment: Environment, token: str, *, institution: str | None = None) -> Actor | None:
    """Who is signed in with this token; None for one that is unknown, idle for too long, ended, or nobody's any more.

    An officer acts at `institution`, or at the only one where they hold a role; without either, with no role at all.
    Marks the session as used, at most once a minute.
    """
    hashed = token_hash(token)
    with environment.database.single.connect() as connection:
        rows = connection.execute(_by_token(), {"token": hashed}).all()
    return actor_of_session(environment, hashed, rows, institution)


def actor_of_session(
    environment: Environment, hashed: str, rows: Sequence[Any], institution: str | None
) -> Actor | None:
    """Who the rows of `session_statement` stand for now."""
    if not rows:
        return None
    first, now = rows[0], environment.clock()
    life = LIVES.get(first.principal)
    if life is None or first.ended_at is not None or now >= first.ends_at or now - first.seen_at > life.idle:
        return None
    actor = _relative(first) if first.principal in ("relative", "newcomer") else _officer(first, rows, institution)
    if actor is not None and now - first.seen_at >= SEEN_EVERY:
        _mark_seen(environment, hashed, now)
    return actor


def find_device(environment: Environment, key: str) -> Actor | None:
    """The bridge or kiosk with this key, or None for an unknown or revoked one. One statement."""
    row = of(Device)
    with environment.database.single.connect() as connection:
        found = connection.execute(
            sa.select(row.id, row.kind, row.institution_id).where(
                row.key_hash == token_hash(key), row.revoked_at.is_(None)
            )
        ).first()
    if found is None:
        return None
    return Actor("bridge" if found.kind == "bridge" else "kiosk", found.id, None, found.institution_id, device=found.id)


@cache  # to build the statement takes longer than to run it
def _by_token() -> sa.Select[Any]:
    return session_statement(sa.bindparam("token"))


def session_statement(hashed: str | sa.BindParameter[str]) -> sa.Select[Any]:
    """The session of a token with its account or officer, one row for each role held."""
    session, account, officer, role = of(Session), of(Account), of(Officer), of(OfficerRole)
    return (
        sa.select(
            session.principal,
            session.principal_id,
            session.seen_at,
            session.ends_at,
            session.ended_at,
            account.person_id.label("relative"),
            officer.person_id.label("officer"),
            officer.body,
            role.role,
            role.institution_id,
        )
        .select_from(Session)
        .outerjoin(
            Account,
            sa.and_(session.principal == "relative", account.id == session.principal_id, account.closed_at.is_(None)),
        )
        .outerjoin(
            Officer,
            sa.and_(session.principal == "officer", officer.id == session.principal_id, officer.closed_at.is_(None)),
        )
        .outerjoin(
            OfficerRole,
            sa.and_(role.officer_id == officer.id, role.started_at.is_not(None), role.ended_at.is_(None)),
        )
        .where(session.token_hash == hashed)
    )


def _relative(row: Any) -> Actor | None:
    if row.principal == "newcomer":
        return Actor("relative", row.principal_id)
    return None if row.relative is None else Actor("relative", row.principal_id, row.relative)


def _officer(first: Any, rows: Sequence[Any], institution: str | None) -> Actor | None:
    if first.officer is None:
        return None
    where = {row.institution_id for row in rows if row.role is not None}
    at = institution if institution is not None else where.pop() if len(where) == 1 else None
    roles = frozenset(row.role for row in rows if row.role is not None and row.institution_id == at)
    if first.body == INSTITUTION_BODY:
        return Actor("officer", first.principal_id, first.officer, at, roles)
    return Actor("auditor", first.principal_id, first.officer, at, roles) if AUDITOR in roles else None


def _mark_seen(environment: Environment, hashed: str, now: datetime) -> None:
    row = of(Session)
    try:
        with environment.database.writes() as session:
            session.execute(sa.update(Session).where(row.token_hash == hashed).values(seen_at=now))
            session.commit()
    except DBAPIError:
        # A full disk or a long writer must not keep people from reading; the session only seems idle for longer.
        return
