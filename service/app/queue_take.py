"""What a kiosk kept while its line was cut: opened here, the PIN checked, carried out once, in the order it was said.

The kiosk seals card, PIN and request to the service's key (HPKE, RFC 9180: X25519, HKDF-SHA-256, AES-256-GCM), bound
to its own id and the sequence, so that nothing on its disk can be read, moved or repeated.
"""

import base64
import binascii
import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.app.convict_request_make import Acknowledged, Asked, make_request
from service.app.kiosk_sign_in import verified_convict
from service.app.letter_seal import keep_letter
from service.app.transact import transact
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import QueuedFailure
from service.store.unit_of_work import UnitOfWork

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
INFO = "kezdesu kiosk queue v1"
KEY = "kiosk-queue"


def queue_key(environment: Environment) -> str:
    """The public key that kiosks seal to, 64 hexadecimal digits; made when it is first asked for."""
    public = _private(environment).public_key()
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def take_queued(
    environment: Environment, kiosk: Actor, *, sequence: int, asked_at: datetime, sealed: str
) -> Acknowledged | str:
    """Carries out one queued request; answers its acknowledgement, or the code of why it could not be carried out.

    Either is kept under the kiosk's sequence, and is the answer to every repetition.
    """
    known = _known_failure(environment, kiosk, sequence)
    if known is not None:
        return known
    try:
        said = _opened(environment, kiosk, sequence, sealed)
        convict = verified_convict(environment, kiosk, card=str(said.pop("card")), pin=str(said.pop("pin")))
        if convict is None:
            raise ValueError("sign-in-failed")
        actor = Actor(kiosk.principal, kiosk.id, convict, kiosk.institution, device=kiosk.device)
        return transact(environment, actor, lambda unit: _carry_out(unit, said, sequence, asked_at))
    except (ValueError, KeyError, TypeError) as error:
        code = "sign-in-failed" if str(error) == "sign-in-failed" else "unreadable"
    except Refusal as refusal:
        if any(one.code in ("too-many-tries", "someone-was-faster") for one in refusal.reasons):
            raise
        code = refusal.reasons[0].code if refusal.reasons else refusal.sort
    return transact(environment, kiosk, lambda unit: _keep_failure(unit, sequence, asked_at, code))


def _carry_out(unit: UnitOfWork, said: dict[str, Any], sequence: int, asked_at: datetime) -> Acknowledged:
    if said["kind"] == "letter":
        return keep_letter(unit, key=str(said["key"]), sealed=str(said["sealed"]), sequence=sequence, asked_at=asked_at)
    return make_request(
        unit,
        Asked(
            kind=str(said["kind"]),
            sequence=sequence,
            asked_at=asked_at,
            appointment_kind=said.get("appointment_kind"),
            purpose=str(said.get("purpose", "ordinary")),
            relationship=said.get("relationship"),
            appointment=said.get("appointment"),
            first_day=_day(said.get("first_day")),
            last_day=_day(said.get("last_day")),
            words=said.get("words"),
            queued=True,
        ),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _opened(environment: Environment, kiosk: Actor, sequence: int, sealed: str) -> dict[str, Any]:
    info = f"{INFO} {kiosk.device} {sequence}".encode()
    try:
        octets = base64.b64decode(sealed, validate=True)
        said = json.loads(SUITE.decrypt(octets, _private(environment), info=info))
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise ValueError("unreadable") from error
    if not isinstance(said, dict):
        raise ValueError("unreadable")
    return said


def _private(environment: Environment) -> X25519PrivateKey:
    if not environment.keys.has(KEY):
        environment.keys.make(KEY, environment.random_bytes)
    return X25519PrivateKey.from_private_bytes(environment.keys.read(KEY))


def _known_failure(environment: Environment, kiosk: Actor, sequence: int) -> str | None:
    row = of(QueuedFailure)
    with environment.database.reading() as session:
        found = session.execute(
            sa.select(row.code).where(row.device_id == kiosk.device, row.sequence == sequence)
        ).scalar()
    return None if found is None else str(found)


def _keep_failure(unit: UnitOfWork, sequence: int, asked_at: datetime, code: str) -> str:
    require(unit.actor, "queue.take", Target(unit.actor.institution))
    unit.add(
        QueuedFailure(
            id=unit.environment.new_id(),
            institution_id=unit.actor.institution or "",
            device_id=unit.actor.device or "",
            sequence=sequence,
            code=code,
            asked_at=asked_at,
            received_at=unit.now,
        )
    )
    unit.tell("queue.failed", unit.actor.institution or "")
    return code
