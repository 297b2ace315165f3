"""The sessions somebody has open, and ending one of them from another."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service.app.session_open import LIVES, token_hash
from service.domain.access import Target, require
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Session
from service.store.unit_of_work import UnitOfWork

HANDLE = 32
"""Of the token's hash, so many digits name a session on a page: they open nothing."""


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """A session as its owner sees it: with what, where, since when, when last; no address. `here`: the one that asks.

    `device` and `workstation` are None where they are not known.
    """

    handle: str
    device: str | None
    workstation: str | None
    factor: str | None
    started_at: datetime
    seen_at: datetime
    here: bool


def open_sessions_of(unit: UnitOfWork, *, token: str) -> list[SessionSeen]:
    """The sessions of whoever acts that still open something; the newest first."""
    require(unit.actor, "session.see", Target(persons=frozenset({unit.actor.person or ""})))
    here = token_hash(token)
    return [
        SessionSeen(
            row.token_hash[:HANDLE],
            row.device,
            row.workstation,
            row.factor,
            row.started_at,
            row.seen_at,
            row.token_hash == here,
        )
        for row in _open(unit)
    ]


def end_session_of(unit: UnitOfWork, *, handle: str) -> None:
    """Ends one of one's own sessions. Raises Refusal 'not-found'."""
    require(unit.actor, "session.end", Target(persons=frozenset({unit.actor.person or ""})))
    named = [row.token_hash for row in _open(unit) if row.token_hash[:HANDLE] == handle]
    if not named:
        raise Refusal("not-found")
    _end(unit, named)


def end_other_sessions(unit: UnitOfWork, *, token: str) -> int:
    """Ends all of one's sessions but this; answers how many."""
    require(unit.actor, "session.end", Target(persons=frozenset({unit.actor.person or ""})))
    here = token_hash(token)
    others = [row.token_hash for row in _open(unit) if row.token_hash != here]
    _end(unit, others)
    return len(others)


def whose_session(unit: UnitOfWork, token: str) -> str | None:
    """Whose session this was, ended or not: to give back to nobody else what was typed in it."""
    row = of(Session)
    found: str | None = unit.session.execute(
        sa.select(row.principal_id).where(row.token_hash == token_hash(token))
    ).scalar()
    return found


def _open(unit: UnitOfWork) -> list[Session]:
    row = of(Session)
    principal = "relative" if unit.actor.principal == "relative" else "officer"
    found = unit.session.scalars(
        sa.select(Session)
        .where(
            row.principal == principal,
            row.principal_id == unit.actor.id,
            row.ended_at.is_(None),
            row.ends_at > sa.literal(unit.now, row.ends_at.type),
            row.seen_at > sa.literal(unit.now - LIVES[principal].idle, row.seen_at.type),
        )
        .order_by(row.started_at.desc(), row.token_hash)
    )
    return list(found)


def _end(unit: UnitOfWork, hashes: list[str]) -> None:
    row = of(Session)
    unit.session.execute(
        sa.update(Session).where(row.token_hash.in_(hashes), row.ended_at.is_(None)).values(ended_at=unit.now)
    )
