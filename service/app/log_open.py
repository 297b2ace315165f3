"""Opening a Merkle log: its key, its origin, its place among the rows that events lock."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert

from service.record.keys import NoteSigner
from service.store.tables import Log
from service.store.unit_of_work import UnitOfWork


def log_signer(unit: UnitOfWork, log: str) -> NoteSigner:
    """The key that signs the heads of a log, by its origin `<domain>/<log>`."""
    environment = unit.environment
    seed = environment.keys.make(f"log-{log}", environment.random_bytes)
    return NoteSigner(f"{environment.domain}/{log}", Ed25519PrivateKey.from_private_bytes(seed))


def open_log(unit: UnitOfWork, log: str) -> None:
    """A log without events; the unit's own event becomes its first and carries the verifier key."""
    signer = log_signer(unit, log)
    vkey = signer.verifier.vkey
    unit.session.execute(
        insert(Log).values(
            id=log,
            origin=signer.name,
            verifier_key=vkey,
            size=0,
            last_at=unit.now,
            head_size=0,
            head_root="",
        )
    )
    unit.open_log_facts(log, origin=signer.name, vkey=vkey)
