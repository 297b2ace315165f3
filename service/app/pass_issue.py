"""Passes: one for each adult of a granted appointment; the token is recomputed from the row whenever it is shown."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import Session

from service.domain.appointment import GATE_OPENS_BEFORE
from service.domain.passes import Pass, encode, visitor_tag
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Appointment, AppointmentVisitor, EntryPass, Gate, Institution, PassKey, Room
from service.store.unit_of_work import UnitOfWork


def issue_passes(unit: UnitOfWork, row: Appointment, party: Sequence[AppointmentVisitor]) -> list[EntryPass]:
    """Passes for a granted appointment, as part of the act that grants or moves it. A video visit needs none."""
    if row.by_video or row.kind in ("call", "video_call"):
        return []
    zone, key_number = unit.session.execute(
        sa.select(of(Gate).zone, _signing_key(unit.now))
        .join(Room, of(Room).gate_id == of(Gate).id)
        .where(of(Room).id == row.room_id)
    ).one()
    adults = [one for one in party if one.adult]
    children = len(party) - len(adults)
    secret = unit.environment.keys.read("server")
    passes = []
    for position, visitor in enumerate(adults):
        pass_id = unit.environment.new_id()
        tag = visitor_tag(secret, bytes.fromhex(pass_id), bytes.fromhex(visitor.person_id))
        passes.append(
            EntryPass(
                id=pass_id,
                institution_id=row.institution_id,
                appointment_id=row.id,
                visitor_id=visitor.id,
                key_number=key_number,
                gate_zone=zone,
                children=children if position == 0 else 0,
                visitor_tag=tag.hex(),
                not_before=(row.starts_at - GATE_OPENS_BEFORE).replace(microsecond=0),
                not_after=row.ends_at.replace(microsecond=0),
                issued_at=unit.now,
            )
        )
    unit.add(*passes)
    return passes


def revoke_passes(unit: UnitOfWork, appointment_id: str, code: str) -> int:
    """Ends the live passes of an appointment, as part of a larger act; answers how many."""
    row = of(EntryPass)
    live = unit.session.scalars(
        sa.select(EntryPass).where(row.appointment_id == appointment_id, row.revoked_at.is_(None))
    ).all()
    for one in live:
        unit.change(one, revoked_at=unit.now, revoked_code=code)
    return len(live)


@cache  # to build the statement takes longer than to run it
def _institution_number() -> sa.Select[tuple[int]]:
    row = of(Institution)
    return sa.select(row.number).where(row.id == sa.bindparam("institution"))


def pass_token(environment: Environment, session: Session, row: EntryPass) -> str:
    """The 154 characters of a pass. Ed25519 signs alike every time, so the token need not be kept."""
    number: int | None = session.execute(_institution_number(), {"institution": row.institution_id}).scalar()
    assert number is not None
    seed = environment.keys.read(f"pass-{row.key_number}")
    return encode(
        Pass(
            key_id=row.key_number,
            pass_id=bytes.fromhex(row.id),
            institution=number,
            gate_zone=row.gate_zone,
            not_before=row.not_before,
            not_after=row.not_after,
            children=row.children,
            visitor_tag=bytes.fromhex(row.visitor_tag),
        ),
        Ed25519PrivateKey.from_private_bytes(seed).sign,
    )


def _signing_key(now: datetime) -> sa.ScalarSelect[int]:
    key = of(PassKey)
    return (
        sa.select(sa.func.max(key.number))
        .where(key.signs_from <= now, sa.or_(key.signs_until.is_(None), key.signs_until > now))
        .scalar_subquery()
    )
