"""A gate bridge's own keys: the first is taken with its device key, any other waits for an officer."""

from dataclasses import dataclass

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from service.domain.access import Actor, Target, require
from service.domain.bridge_journal import key_claim
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import BridgeKey, Device, Log, Scan
from service.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Registered:
    """A bridge's key as the service has it. `holds` is False while it waits for an officer.

    `verifier_key` is that of the institution's log, by which the bridge checks bundles.
    """

    key: str
    device: str
    holds: bool
    verifier_key: str


def register_key(unit: UnitOfWork, *, journal: str, signing_key: bytes, sealing_key: bytes, claim: bytes) -> Registered:
    """Takes the keys a bridge made for itself; the same keys again change nothing.

    Raises Refusal 'not-possible' when the claim is not signed by the signing key, 'conflict' when the key is or was
    another bridge's, or its own and ended.
    """
    device = unit.get(Device, unit.actor.id, lock=True)
    require(unit.actor, "bridge_key.register", Target(device.institution_id))
    try:
        Ed25519PublicKey.from_public_bytes(signing_key).verify(claim, key_claim(journal, sealing_key))
    except (InvalidSignature, ValueError):
        raise refuse("not-possible", "choice-unknown") from None
    row = of(BridgeKey)
    verifier = unit.session.execute(
        sa.select(of(Log).verifier_key).where(of(Log).id == device.institution_id)
    ).scalar_one()
    same = unit.session.scalars(sa.select(BridgeKey).where(row.signing_key == signing_key.hex())).first()
    if same is not None:
        told = (same.device_id, same.journal, same.sealing_key) == (device.id, journal, sealing_key.hex())
        if not told or same.ended_at is not None:
            raise refuse("conflict", "state-does-not-allow")
        return Registered(same.id, device.id, same.holds_from is not None, verifier)
    any_before = unit.session.execute(sa.select(row.id).where(row.device_id == device.id).limit(1)).first()
    key = unit.environment.new_id()
    unit.add(
        BridgeKey(
            id=key,
            institution_id=device.institution_id,
            device_id=device.id,
            journal=journal,
            signing_key=signing_key.hex(),
            sealing_key=sealing_key.hex(),
            asked_at=unit.now,
            holds_from=None if any_before else unit.now,
        )
    )
    unit.tell("bridge.key_asked" if any_before else "bridge.key_registered", device.institution_id)
    return Registered(key, device.id, any_before is None, verifier)


def approve_key(unit: UnitOfWork, *, key: str) -> None:
    """An officer saw why the bridge has another key: it holds from now on, and the one before no longer.

    Raises Refusal 'conflict' when it does not wait, or when the device has sent scans already: their numbers begin
    anew with a new journal, so such a machine needs a device of its own.
    """
    row, keys, scan = unit.get(BridgeKey, key), of(BridgeKey), of(Scan)
    unit.get(Device, row.device_id, lock=True)
    require(unit.actor, "bridge_key.approve", Target(row.institution_id))
    has_scans = unit.session.execute(sa.select(scan.id).where(scan.device_id == row.device_id).limit(1)).first()
    if row.holds_from is not None or row.ended_at is not None or has_scans is not None:
        raise refuse("conflict", "state-does-not-allow")
    live = sa.select(BridgeKey).where(
        keys.device_id == row.device_id, keys.holds_from.is_not(None), keys.ended_at.is_(None)
    )
    for before in unit.session.scalars(live).all():
        unit.change(before, ended_at=unit.now)
    by = unit.actor.id if unit.actor.principal == "officer" else None
    unit.change(row, holds_from=unit.now, approved_by=by)
    unit.tell("bridge.key_approved", row.institution_id)


def waiting_keys(environment: Environment, actor: Actor) -> list[tuple[BridgeKey, str]]:
    """The keys of the officer's institution that wait, oldest first, each with the name of its bridge."""
    require(actor, "bridge_key.approve", Target(actor.institution))
    row, device = of(BridgeKey), of(Device)
    with environment.database.reading() as session:
        found = session.execute(
            sa.select(BridgeKey, device.name)
            .join(Device, device.id == row.device_id)
            .where(row.institution_id == actor.institution, row.holds_from.is_(None), row.ended_at.is_(None))
            .order_by(row.asked_at, row.id)
        ).all()
        session.expunge_all()
    return [(one, str(name)) for one, name in found]


def live_key(unit: UnitOfWork, device: str) -> BridgeKey:
    """The key that holds for a device. Raises Refusal 'not-allowed' while there is none."""
    row = of(BridgeKey)
    found = unit.session.scalars(
        sa.select(BridgeKey).where(row.device_id == device, row.holds_from.is_not(None), row.ended_at.is_(None))
    ).first()
    if found is None:
        raise Refusal("not-allowed")
    return found
