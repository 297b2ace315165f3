"""A session begins: a token of 256 bits for the browser, only its SHA-256 for the database."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from service.store.tables import Session
from service.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Life:
    """How long a session lasts at most, and how long without being used."""

    most: timedelta
    idle: timedelta


LIVES: Mapping[str, Life] = {
    "relative": Life(timedelta(hours=24), timedelta(hours=1)),
    "officer": Life(timedelta(hours=12), timedelta(minutes=15)),
    # Between a right code and the filled-in registration; between an officer's appointment and the first password.
    "newcomer": Life(timedelta(hours=1), timedelta(hours=1)),
    # At a kiosk others wait, and look over the shoulder (ASVS 7.3).
    "convict": Life(timedelta(minutes=5), timedelta(minutes=1)),
    "invited": Life(timedelta(hours=72), timedelta(hours=72)),
    # Half signed in: number or password were right, the second factor is still to come.
    "relative-1st": Life(timedelta(minutes=10), timedelta(minutes=10)),
    "officer-1st": Life(timedelta(minutes=20), timedelta(minutes=20)),
}


def token_hash(token: str) -> str:
    """What the database keeps of a token or a device key; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(unit: UnitOfWork) -> str:
    """256 random bits as text for a cookie or a header."""
    return base64.urlsafe_b64encode(unit.environment.random_bytes(32)).rstrip(b"=").decode()


def open_session(
    unit: UnitOfWork,
    principal: str,
    principal_id: str,
    workstation: str | None = None,
    *,
    device: str | None = None,
    factor: str | None = None,
) -> str:
    """Opens a session as part of a larger act; answers the token, which is never shown again.

    `device` says in a few words what was signed in with ("Firefox · Android"); `factor` is the second one proved:
    "passkey" or "time-code".
    """
    token = new_token(unit)
    unit.session.execute(
        sa.insert(Session).values(
            token_hash=token_hash(token),
            principal=principal,
            principal_id=principal_id,
            workstation=workstation,
            device=device and device[:40],
            factor=factor,
            started_at=unit.now,
            seen_at=unit.now,
            ends_at=unit.now + LIVES[principal].most,
        )
    )
    return token
