"""The first act of an installation: the national log, the law that decides, the key that signs passes."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.app.log_open import open_log
from service.domain.access import Target, require
from service.store.tables import NATIONAL, LawVersion, PassKey
from service.store.unit_of_work import UnitOfWork


def found_installation(unit: UnitOfWork, *, law_digest: str) -> None:
    """Opens the national log and records which law file decides (SHA-256) and which key signs passes from now on."""
    require(unit.actor, "institution.open", Target())
    environment = unit.environment
    open_log(unit, NATIONAL)
    seed = environment.keys.make("pass-1", environment.random_bytes)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    unit.add(PassKey(id=environment.new_id(), number=1, public_key=public.hex(), signs_from=unit.now))
    unit.add(
        LawVersion(
            id=environment.new_id(),
            jurisdiction=environment.law.name,
            digest=law_digest,
            adopted_at=unit.now,
        )
    )
    unit.tell("installation.founded", NATIONAL)
