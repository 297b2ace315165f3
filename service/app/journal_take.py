"""A bridge uploads its journal: what continues it is kept, what contradicts it is kept as evidence and refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from service.app.bridge_register import live_key
from service.domain.access import Target, require
from service.domain.bridge_journal import NOTHING_BEFORE, Entry, Refused, continue_journal
from service.store.columns import of
from service.store.tables import BridgeKey, Device, JournalEntry, JournalFault
from service.store.unit_of_work import UnitOfWork

MOST = 100
"""Entries of one upload: their hashes stand in one leaf, which must fit a tile."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How far the journal is here: every entry up to `through`, whose digest is `head`. `refused` ended the upload."""

    through: int
    head: str
    refused: Refused | None = None


def take_journal(unit: UnitOfWork, entries: Sequence[bytes]) -> Taken:
    """Takes entries in their order, at most `MOST`; those that are here already change nothing.

    A refusal is part of the answer and no exception, so that the evidence is committed. Raises Refusal 'not-allowed'
    while the bridge's key waits for an officer.
    """
    device = unit.get(Device, unit.actor.id, lock=True)
    require(unit.actor, "journal.take", Target(device.institution_id))
    key = live_key(unit, device.id)
    through, head = _head(unit, key)
    given = entries[:MOST]
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.signing_key))
    done = continue_journal(given, through, head, _known(unit, key, given, through), partial(_is_signed, public))
    if done.new:
        unit.add(*(_row(unit, device, key, entry) for entry in done.new))
        unit.tell("bridge.journal_taken", device.institution_id, through=done.through, head=done.head)
    if done.refused is not None:
        _keep(unit, device, done.refused)
    return Taken(done.through, done.head, done.refused)


def _row(unit: UnitOfWork, device: Device, key: BridgeKey, entry: Entry) -> JournalEntry:
    return JournalEntry(
        id=unit.environment.new_id(),
        institution_id=device.institution_id,
        device_id=device.id,
        key_id=key.id,
        number=entry.number,
        kind=entry.kind,
        at=entry.at,
        digest=entry.digest,
        entry=entry.octets,
        received_at=unit.now,
    )


def _head(unit: UnitOfWork, key: BridgeKey) -> tuple[int, str]:
    row = of(JournalEntry)
    found = unit.session.execute(
        sa.select(row.number, row.digest).where(row.key_id == key.id).order_by(row.number.desc()).limit(1)
    ).first()
    return (found.number, found.digest) if found is not None else (0, NOTHING_BEFORE)


def _known(unit: UnitOfWork, key: BridgeKey, entries: Sequence[bytes], through: int) -> dict[int, str]:
    """Digests of the entries that are here already, by number."""
    numbers = {int.from_bytes(octets[:8], "big") for octets in entries[:MOST]}
    wanted = sorted(number for number in numbers if 0 < number <= through)
    if not wanted:
        return {}
    row = of(JournalEntry)
    found = unit.session.execute(
        sa.select(row.number, row.digest).where(row.key_id == key.id, row.number.in_(wanted))
    ).all()
    return {one.number: one.digest for one in found}


def _is_signed(key: Ed25519PublicKey, signed: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _keep(unit: UnitOfWork, device: Device, refused: Refused) -> None:
    """Once for each entry, however often it is sent."""
    row, digest = of(JournalFault), sha256(refused.octets).hexdigest()
    before = unit.session.execute(
        sa.select(row.id).where(row.device_id == device.id, row.number == refused.number, row.digest == digest)
    ).first()
    if before is None:
        unit.add(
            JournalFault(
                id=unit.environment.new_id(),
                institution_id=device.institution_id,
                device_id=device.id,
                kind=refused.kind,
                number=refused.number,
                expected=refused.expected,
                digest=digest,
                entry=refused.octets,
                received_at=unit.now,
            )
        )
        # One event a log: with entries that were taken, this one says what follows them.
        unit.tell("bridge.journal_taken", device.institution_id, refused=refused.kind, at=refused.number)
