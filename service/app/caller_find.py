"""Whose bearer token this is, session or device, and what was answered before under its key: one statement."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from service.app.session_find import actor_of_session, session_statement
from service.app.session_open import token_hash
from service.domain.access import Actor
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Device, IdempotentAnswer

KINDS = ("relative", "officer", "auditor", "bridge", "kiosk")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer kept under a principal ("kind:id") and an idempotency key."""

    fingerprint: bytes
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Called:
    """Who calls, and the answer kept under the key they named, if there is one."""

    actor: Actor
    kept: Kept | None


def find_caller(
    environment: Environment, token: str, *, institution: str | None = None, key: str | None = None
) -> Called | None:
    """The caller with this session token or device key; None for one that is unknown, ended or revoked.

    An officer acts at `institution`, or at the only one where they hold a role.
    """
    hashed = token_hash(token)
    with environment.database.single.connect() as connection:
        rows = connection.execute(_statement(), {"hashed": hashed, "key": key or ""}).all()
    first = rows[0]
    if first.device is not None:
        kind = "bridge" if first.device_kind == "bridge" else "kiosk"
        actor: Actor | None = Actor(kind, first.device, None, first.device_institution, device=first.device)  # type: ignore[arg-type]
    elif first.principal is not None:
        actor = actor_of_session(environment, hashed, rows, institution)
    else:
        actor = None
    return None if actor is None else Called(actor, _kept(rows, f"{actor.principal}:{actor.id}"))


@cache
def _statement() -> sa.Select[Any]:
    """Made once: putting it together costs as much as asking it."""
    hashed: sa.BindParameter[str] = sa.bindparam("hashed")
    signed_in, device, kept = session_statement(hashed).subquery("signed_in"), of(Device), of(IdempotentAnswer)
    base = sa.select(sa.literal(1).label("one")).subquery("base")
    who = sa.func.coalesce(device.id, signed_in.c.principal_id)
    return (
        sa.select(
            signed_in,
            device.id.label("device"),
            device.kind.label("device_kind"),
            device.institution_id.label("device_institution"),
            kept.principal.label("kept_for"),
            kept.request_hash,
            kept.status,
            kept.answer,
        )
        .select_from(base)
        .outerjoin(signed_in, sa.true())
        .outerjoin(Device, sa.and_(device.key_hash == hashed, device.revoked_at.is_(None)))
        .outerjoin(
            IdempotentAnswer,
            sa.and_(
                kept.idempotency_key == sa.bindparam("key"),
                kept.principal.in_([sa.literal(f"{kind}:").concat(who) for kind in KINDS]),
            ),
        )
    )


def _kept(rows: Any, principal: str) -> Kept | None:
    for row in rows:
        if row.kept_for == principal:
            return Kept(bytes.fromhex(row.request_hash), row.status, bytes(row.answer))
    return None
