"""Bridges and kiosks: a key shown once, dead at once when revoked."""

from dataclasses import dataclass

from service.app.session_open import new_token, token_hash
from service.domain.access import Target, require
from service.domain.identity import clean_line
from service.domain.refusal import Refusal, refuse
from service.store.tables import Device, Gate, Institution
from service.store.unit_of_work import UnitOfWork

KINDS = ("bridge", "kiosk")
REVOCATION_CODES = ("lost", "stolen", "replaced", "compromised")


@dataclass(frozen=True, slots=True)
class DeviceAdded:
    """The device, and the key it presents as a bearer token; only the key's SHA-256 is kept."""

    device: str
    key: str


def add_device(unit: UnitOfWork, *, institution: str, kind: str, name: str, gate: str | None = None) -> DeviceAdded:
    """Adds a bridge (with its gate) or a kiosk. Raises Refusal for an unknown kind, gate or institution."""
    require(unit.actor, "device.add", Target(institution))
    unit.get(Institution, institution)
    if kind not in KINDS or (kind == "bridge") != (gate is not None):
        raise refuse("not-possible", "choice-unknown")
    if gate is not None and unit.get(Gate, gate).institution_id != institution:
        raise Refusal("not-found")
    device, key = unit.environment.new_id(), new_token(unit)
    unit.add(
        Device(
            id=device,
            institution_id=institution,
            kind=kind,
            name=clean_line(name, 80),
            gate_id=gate,
            key_hash=token_hash(key),
            added_at=unit.now,
            added_by=unit.actor.id if unit.actor.principal == "officer" else None,
        )
    )
    unit.tell("device.added", institution)
    return DeviceAdded(device, key)


def revoke_device(unit: UnitOfWork, *, device: str, code: str) -> None:
    """A device that is lost or not trusted any more; its key opens nothing from now on."""
    row = unit.get(Device, device, lock=True)
    require(unit.actor, "device.revoke", Target(row.institution_id))
    if code not in REVOCATION_CODES:
        raise refuse("not-possible", "choice-unknown")
    if row.revoked_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    by = unit.actor.id if unit.actor.principal == "officer" else None
    unit.change(row, revoked_at=unit.now, revoked_by=by, revoked_code=code)
    unit.tell("device.revoked", row.institution_id)
