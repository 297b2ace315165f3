"""The keys by which passes are known: public halves of the key files, kept in memory once read."""

from datetime import UTC, datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.domain.passes import PassKey, PassKeys
from service.store.environment import Environment
from service.store.keys import KeyFolder, KeysMissing

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
END = datetime(2106, 1, 1, tzinfo=UTC)


def pass_keys(environment: Environment, number: int) -> PassKeys:
    """The key with this number, if the installation has it.

    A key that was replaced stays good for the passes it signed; one that was lost is taken from the folder.
    """
    try:
        public = _public(environment.keys, number)
    except KeysMissing:
        return PassKeys({})

    def good(message: bytes, signature: bytes) -> bool:
        try:
            public.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return PassKeys({number: PassKey(good, BEGINNING, END)})


@lru_cache(maxsize=64)
def _public(keys: KeyFolder, number: int) -> Ed25519PublicKey:
    return Ed25519PrivateKey.from_private_bytes(keys.read(f"pass-{number}")).public_key()
