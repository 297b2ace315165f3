"""Who this bridge is: a key that signs its journal and a key that opens what is sealed for it, made at the first start.

Both lie in one file that only its owner may read; they never leave the machine. `docs/bridge.md` says what to do when
the machine is replaced.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

OWNER_ONLY = 0o600
SECRET = 32
JOURNAL_CONTEXT = b"kezdesu-journal-1\x00"
REGISTER_CONTEXT = b"kezdesu-bridge-key-1\x00"


class NoIdentity(OSError):
    """The file of keys is there and does not hold two keys, or others may read it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The bridge's two keys: Ed25519 for its journal, X25519 for bundles."""

    signing: Ed25519PrivateKey = field(repr=False)
    sealing: X25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, seed: bytes, secret: bytes) -> "Identity":
        """From 32 and 32 octets."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed), X25519PrivateKey.from_private_bytes(secret))

    @property
    def signing_public(self) -> bytes:
        """32 octets, by which everybody checks the journal."""
        return self.signing.public_key().public_bytes_raw()

    @property
    def sealing_public(self) -> bytes:
        """32 octets, to which the service seals bundles."""
        return self.sealing.public_key().public_bytes_raw()

    def sign(self, octets: bytes) -> bytes:
        """The signature of a journal entry's body: Ed25519 over the context and the body."""
        return self.signing.sign(JOURNAL_CONTEXT + octets)

    def claim(self, journal: str) -> bytes:
        """Proves to the service that both keys are this bridge's: signed with the one, naming the other."""
        return self.signing.sign(REGISTER_CONTEXT + bytes.fromhex(journal) + self.sealing_public)


def identity_at(path: Path, random_bytes: Callable[[int], bytes] = os.urandom) -> Identity:
    """Reads the file, or makes it: two lines of 64 hexadecimal digits, mode 0600, on the disk before it is used.

    Raises NoIdentity when the file is damaged or open to others, OSError when it cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ONLY)
    except FileExistsError:
        return _read(path)
    try:
        made = random_bytes(SECRET), random_bytes(SECRET)
        os.write(handle, "".join(f"{secret.hex()}\n" for secret in made).encode())
        os.fsync(handle)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return Identity.of(*made)


def _read(path: Path) -> Identity:
    if path.stat().st_mode & 0o077:
        raise NoIdentity(f"{path}: others may read it; chmod 600")
    try:
        first, second = (bytes.fromhex(line) for line in path.read_text("ascii").splitlines())
        return Identity.of(first, second)
    except ValueError as fault:
        raise NoIdentity(f"{path}: does not hold the two keys of a bridge") from fault
