"""The bundle of one bridge: what its gates need to go on alone, sealed to its key and signed with the log's.

`docs/bundle.md` has the octets. Names, relations and photographs are in the sealed part only: the network, the disk of
the gate and the logs of this service hold nothing that can be read.
"""

import json
import struct
from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import aliased

from service.app.bridge_register import live_key
from service.app.gate_pin_set import HOLDERS
from service.app.photo_show import photos_of
from service.app.reading import Reading
from service.app.scan_take import OPEN_STATES
from service.domain.access import Actor, Target, require
from service.domain.timetable import local_day, local_moment
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import (
    Appointment,
    AppointmentVisitor,
    Device,
    EntryPass,
    Gate,
    GatePin,
    Institution,
    Log,
    Officer,
    OfficerRole,
    PassKey,
    Person,
    Place,
    Relationship,
    Room,
)

MAGIC = b"KZB1"
CONTEXT = b"kezdesu-bundle-1\x00"
HEAD = struct.Struct(">4s16sQQ32s12s")
DAYS_AHEAD = timedelta(days=2)
"""Today and tomorrow: a gate that is cut off before midnight still knows the morning's families."""


def make_bundle(environment: Environment, actor: Actor) -> bytes:
    """The bundle for the bridge that asks. Raises Refusal 'not-allowed' while its key waits for an officer."""
    with Reading(environment, actor) as reading:
        device = reading.get(Device, actor.id)
        require(actor, "gate.bundle", Target(device.institution_id))
        key = live_key(reading, device.id)
        institution = reading.get(Institution, device.institution_id)
        number = reading.session.execute(sa.select(of(Log).size).where(of(Log).id == institution.id)).scalar_one()
        facts = {
            "institution": institution.number,
            "time_zone": institution.time_zone,
            "gates": _gates(reading, institution),
            "keys": _keys(reading),
            "revoked": _revoked(reading, institution),
            "expected": _expected(reading, institution),
            "officers": _officers(reading, institution),
        }
        milliseconds = int(reading.now.timestamp() * 1000)
    plain = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    seed = environment.keys.read(f"log-{device.institution_id}")
    sealed = seal(
        plain,
        (bytes.fromhex(device.id), number, milliseconds),
        bytes.fromhex(key.sealing_key),
        environment.random_bytes(32),
        environment.random_bytes(12),
    )
    return sealed + Ed25519PrivateKey.from_private_bytes(seed).sign(CONTEXT + sealed)


def seal(plain: bytes, head: tuple[bytes, int, int], to: bytes, secret: bytes, nonce: bytes) -> bytes:
    """Everything before the signature. `head` is the device's id, number and moment; `secret` is used this once."""
    own = X25519PrivateKey.from_private_bytes(secret)
    public = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(to))
    key = HKDF(algorithm=SHA256(), length=32, salt=public + to, info=CONTEXT).derive(shared)
    device, number, milliseconds = head
    clear = HEAD.pack(MAGIC, device, number, milliseconds, public, nonce)
    return clear + AESGCM(key).encrypt(nonce, plain, clear)


def _gates(reading: Reading, institution: Institution) -> list[Mapping[str, Any]]:
    row = of(Gate)
    found = reading.session.scalars(
        sa.select(Gate).where(row.institution_id == institution.id, row.closed_at.is_(None)).order_by(row.zone)
    )
    return [{"gate": str(UUID(one.id)), "zone": one.zone, "name": one.name} for one in found]


def _keys(reading: Reading) -> list[Mapping[str, Any]]:
    found = reading.session.scalars(sa.select(PassKey).order_by(of(PassKey).number))
    return [
        {
            "id": one.number,
            "public": one.public_key,
            "valid_from": one.signs_from.isoformat(),
            "valid_until": one.trusted_until.isoformat() if one.trusted_until else None,
        }
        for one in found
        if one.trusted_until is None or one.trusted_until > reading.now
    ]


def _revoked(reading: Reading, institution: Institution) -> list[str]:
    row = of(EntryPass)
    return list(
        reading.session.scalars(
            sa.select(row.id)
            .where(row.institution_id == institution.id, row.revoked_at.is_not(None), row.not_after >= reading.now)
            .order_by(row.id)
        )
    )


def _expected(reading: Reading, institution: Institution) -> list[Mapping[str, Any]]:
    zone = ZoneInfo(institution.time_zone)
    today = local_day(reading.now, zone)
    begins, ends = (local_moment(day, "00:00", zone) for day in (today, today + DAYS_AHEAD))
    entry, visitor, convict = of(EntryPass), of(AppointmentVisitor), aliased(Person)
    rows: Any = reading.session.execute(
        sa.select(
            EntryPass,
            Appointment,
            Person,
            of(Relationship).kind,
            convict,
            of(Room).name.concat(", ").concat(of(Place).label),
        )
        .join(Appointment, of(Appointment).id == entry.appointment_id)
        .join(Room, of(Room).id == of(Appointment).room_id)
        .join(Place, of(Place).id == of(Appointment).place_id)
        .join(AppointmentVisitor, visitor.id == entry.visitor_id)
        .join(Person, of(Person).id == visitor.person_id)
        .join(Relationship, of(Relationship).id == visitor.relationship_id)
        .join(convict, convict.id == of(Appointment).convict_id)
        .where(
            entry.institution_id == institution.id,
            entry.revoked_at.is_(None),
            entry.not_before < ends,
            entry.not_after >= begins,
            of(Appointment).state.in_(OPEN_STATES),
        )
        .order_by(of(Appointment).starts_at, entry.id)
    ).all()
    photos = photos_of(reading.environment, reading.session, {person.id for _, _, person, _, _, _ in rows})
    return [
        {
            "pass": entry_pass.id,
            "zone": entry_pass.gate_zone,
            "name": reading.name_of(person) or "—",
            "relation": relation,
            "convict": reading.name_of(inmate) or "—",
            "room": room,
            "starts_at": appointment.starts_at.isoformat(),
            "ends_at": appointment.ends_at.isoformat(),
            "not_before": entry_pass.not_before.isoformat(),
            "not_after": entry_pass.not_after.isoformat(),
            "children": entry_pass.children,
            "photo": b64encode(photos[person.id]).decode() if person.id in photos else None,
        }
        for entry_pass, appointment, person, relation, inmate, room in rows
    ]


def _officers(reading: Reading, institution: Institution) -> list[Mapping[str, Any]]:
    role, pin = of(OfficerRole), of(GatePin)
    holds = sa.exists().where(
        role.officer_id == of(Officer).id,
        role.institution_id == institution.id,
        role.role.in_(HOLDERS),
        role.started_at.is_not(None),
        role.ended_at.is_(None),
    )
    rows = reading.session.execute(
        sa.select(of(Officer).id, pin.verifier, Person)
        .join(GatePin, sa.and_(pin.officer_id == of(Officer).id, pin.ended_at.is_(None)))
        .join(Person, of(Person).id == of(Officer).person_id)
        .where(of(Officer).closed_at.is_(None), holds)
        .order_by(of(Officer).id)
    )
    return [
        {"officer": officer, "name": reading.name_of(person) or "—", "pin": verifier}
        for officer, verifier, person in rows
    ]
