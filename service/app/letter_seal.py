"""Letters of convicts to bodies of oversight: sealed on the kiosk, kept here unread, fetched by the body alone."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service.app.convict_find import whereabouts
from service.app.convict_request_make import Acknowledged, next_number
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import NATIONAL, Officer, OversightKey, SealedLetter
from service.store.tables.kiosks import COMPLAINT_BODIES
from service.store.unit_of_work import UnitOfWork

LONGEST = 16_000
SEALED_AT_LEAST = 48
"""An encapsulated X25519 key and an authentication tag: anything shorter is not sealed."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A sealed letter as its body fetches it: HPKE (RFC 9180) in base64, openable with the key named."""

    letter: str
    institution: str
    number: int
    key: str
    sealed: str
    received_at: datetime


def add_oversight_key(unit: UnitOfWork, *, body: str, public_key: str) -> str:
    """The key of a body from now on (X25519, 64 hexadecimal digits); the one before opens what was sealed to it."""
    require(unit.actor, "oversight_key.add", Target())
    plain = public_key.strip().lower()
    if body not in COMPLAINT_BODIES or len(plain) != 64 or not set(plain) <= set("0123456789abcdef"):
        raise refuse("not-possible", "choice-unknown")
    row = of(OversightKey)
    for before in unit.session.scalars(
        sa.select(OversightKey).where(row.body == body, row.ended_at.is_(None)).with_for_update()
    ).all():
        unit.change(before, ended_at=unit.now)
    new = unit.environment.new_id()
    unit.add(OversightKey(id=new, body=body, public_key=plain, added_at=unit.now))
    unit.tell("oversight_key.added", NATIONAL)
    return new


def live_oversight_keys(environment: Environment) -> Sequence[OversightKey]:
    """The keys that kiosks seal to today."""
    row = of(OversightKey)
    with environment.database.reading() as session:
        found = session.scalars(sa.select(OversightKey).where(row.ended_at.is_(None)).order_by(row.body)).all()
        session.expunge_all()
    return found


def keep_letter(unit: UnitOfWork, *, key: str, sealed: str, sequence: int, asked_at: datetime) -> Acknowledged:
    """Keeps a sealed letter and gives it a number; the same sequence of the same kiosk is the same letter.

    Raises Refusal 'conflict' for another man or moment under a sequence that is taken.
    """
    where = whereabouts(unit, unit.actor.person or "")
    convict = where.convict.id
    require(unit.actor, "letter.keep", Target(where.here, convict=convict))
    row = of(SealedLetter)
    before = unit.session.scalars(
        sa.select(SealedLetter).where(row.device_id == unit.actor.device, row.sequence == sequence)
    ).first()
    if before is not None:
        if (before.convict_id, before.asked_at) != (convict, asked_at):
            raise refuse("conflict", "already-there")
        return Acknowledged(before.id, before.number, "done", before.received_at, None)
    unit.get(OversightKey, key)
    if sequence < 1 or len(sealed) > LONGEST or not _is_sealed(sealed):
        raise refuse("not-possible", "choice-unknown")
    new = unit.environment.new_id()
    number = next_number(unit, SealedLetter, where.here)
    unit.add(
        SealedLetter(
            id=new,
            institution_id=where.here,
            number=number,
            convict_id=convict,
            device_id=unit.actor.device or "",
            sequence=sequence,
            key_id=key,
            sealed=sealed,
            asked_at=asked_at,
            received_at=unit.now,
        )
    )
    unit.tell("letter.kept", where.here)
    return Acknowledged(new, number, "done", unit.now, None)


def list_letters(environment: Environment, actor: Actor) -> list[Letter]:
    """The letters to the body the auditor serves, oldest first. Raises Refusal 'not-allowed' for anybody else."""
    with Reading(environment, actor) as reading:
        require(actor, "letter.fetch", Target())
        body = reading.get(Officer, actor.id).body
        row, key = of(SealedLetter), of(OversightKey)
        found = reading.session.scalars(
            sa.select(SealedLetter)
            .join(OversightKey, key.id == row.key_id)
            .where(key.body == body)
            .order_by(row.received_at, row.id)
        ).all()
        return [
            Letter(one.id, one.institution_id, one.number, one.key_id, one.sealed, one.received_at) for one in found
        ]


def mark_fetched(unit: UnitOfWork, *, letter: str) -> None:
    """The body has the letter; said once, an event of the institution's log. Raises Refusal 'not-found'."""
    require(unit.actor, "letter.fetch", Target())
    row = unit.get(SealedLetter, letter, lock=True)
    if unit.get(OversightKey, row.key_id).body != unit.get(Officer, unit.actor.id).body:
        raise Refusal("not-found")
    if row.fetched_at is not None:
        return
    unit.change(row, fetched_at=unit.now, fetched_by=unit.actor.id)
    unit.tell("letter.fetched", row.institution_id)


def _is_sealed(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) >= SEALED_AT_LEAST
    except (binascii.Error, ValueError):
        return False
