"""The sealed file of a backup: AES-256-GCM in chunks, whose order and end are part of what is authenticated.

A header of 44 octets: `KZB1`, how the key was made (0 key file, 1 passphrase, 2 sealed to a recipient), 16 octets of
salt, 7 octets of nonce, 16 octets by which a wrong key is told from a damaged file; for a recipient 80 more, the key as
HPKE seals it (RFC 9180: X25519, HKDF-SHA-256, AES-256-GCM). Then chunks of 1 MiB, the last one shorter or as long, each
followed by its tag of 16 octets. The nonce of chunk i is the header's 7 octets, i as 4 octets, and 1 for the last
chunk or 0; the header is associated data of each. A chunk that is changed, moved, repeated or left out does not open,
nor does a file that ends early. (STREAM: Hoang, Reyhanitabar, Rogaway, Vizár 2015; docs/backup.md.)
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from service.backup.refused import NotDone
from service.store.keys import SECRET_BYTES, RandomBytes

MAGIC = b"KZB1"
CHUNK = 1 << 20
TAG = 16
HEADER = 44
BY_KEY_FILE, BY_PASSPHRASE, TO_RECIPIENT = 0, 1, 2
KINDS = ("key file", "passphrase", "recipient's public key")
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
WRAPPED = 80
"""A key for a recipient: 32 octets of HPKE's own public key, the key, its tag of 16."""
SHORTEST_PASSPHRASE = 15
_OF_OTHERS = 0o077
_SALT, _NONCE, _CHECK = 16, 7, 16


@dataclass(frozen=True, slots=True)
class Secret:
    """What a file is sealed with: 32 octets of a key file, a passphrase, or the key that one file has for itself."""

    kind: int
    octets: bytes = field(repr=False)

    def keys(self, salt: bytes) -> tuple[bytes, bytes]:
        """The key of the chunks, and the octets by which a wrong key is known."""
        octets = self.octets
        if self.kind == BY_PASSPHRASE:
            octets = Scrypt(salt=salt, length=SECRET_BYTES, n=1 << 17, r=8, p=1).derive(octets)
        made = HKDF(SHA256(), SECRET_BYTES + _CHECK, salt, b"kezdesu backup 1").derive(octets)
        return made[:SECRET_BYTES], made[SECRET_BYTES:]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who alone can open a file: the public half of a key whose private half is not on the machine that seals."""

    public: X25519PublicKey

    def wrapped(self, octets: bytes, salt: bytes) -> bytes:
        """The key of one file, for this recipient only."""
        return SUITE.encrypt(octets, self.public, info=_info(salt))


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """The recipient's private half."""

    private: X25519PrivateKey = field(repr=False)
    kind: int = TO_RECIPIENT

    def unwrapped(self, wrapped: bytes, salt: bytes) -> Secret:
        """The key of one file. Raises NotDone."""
        try:
            return Secret(TO_RECIPIENT, SUITE.decrypt(wrapped, self.private, info=_info(salt)))
        except (InvalidTag, ValueError):
            raise NotDone("this private key does not open the backup, or the backup's beginning was changed") from None


def read_recipient(file: Path) -> Recipient:
    """The public key in a PEM file, as `openssl pkey -pubout` writes it. Raises NotDone."""
    try:
        found = serialization.load_pem_public_key(file.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as fault:
        raise NotDone(f"{file} holds no public key") from fault
    if not isinstance(found, X25519PublicKey):
        raise NotDone(f"the key in {file} is none of X25519")
    return Recipient(found)


def read_private(file: Path) -> PrivateKey:
    """The private key in a PEM file, as `openssl genpkey -algorithm X25519` writes it. Raises NotDone."""
    try:
        found = serialization.load_pem_private_key(file.read_bytes(), None)
        open_to_others = file.stat().st_mode & _OF_OTHERS
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise NotDone(f"{file} holds no private key without a passphrase") from fault
    if open_to_others:
        raise NotDone(f"others on this machine may read {file}: chmod 600 it, and make another key")
    if not isinstance(found, X25519PrivateKey):
        raise NotDone(f"the key in {file} is none of X25519")
    return PrivateKey(found)


def read_secret(key_file: Path | None, passphrase_file: Path | None) -> Secret:
    """The secret in one of two files. Raises NotDone for none or both, a weak one, and one that others may read."""
    if (key_file is None) == (passphrase_file is None):
        raise NotDone("name either a file with a key or a file with a passphrase")
    file = key_file or passphrase_file
    assert file is not None
    try:
        text = file.read_text(encoding="utf-8").strip()
        open_to_others = file.stat().st_mode & _OF_OTHERS
    except (OSError, UnicodeDecodeError) as fault:
        raise NotDone(f"the secret in {file} cannot be read") from fault
    if open_to_others:
        raise NotDone(f"others on this machine may read {file}: chmod 600 it, and make another secret")
    if key_file is None:
        if len(text) < SHORTEST_PASSPHRASE or len(set(text)) < SHORTEST_PASSPHRASE // 2:
            raise NotDone(f"the passphrase in {file} is weak: take {SHORTEST_PASSPHRASE} characters or more")
        return Secret(BY_PASSPHRASE, text.encode())
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        octets = b""
    if len(octets) != SECRET_BYTES or len(set(octets)) < SECRET_BYTES // 4:
        raise NotDone(f"{file} holds no key: `openssl rand -hex {SECRET_BYTES}` makes one")
    return Secret(BY_KEY_FILE, octets)


class Sealer:
    """Writes what it is given to a file, sealed; `finish` writes the end, without which nothing opens."""

    def __init__(self, file: IO[bytes], to: Secret | Recipient, random_bytes: RandomBytes) -> None:
        salt, self._nonce = random_bytes(_SALT), random_bytes(_NONCE)
        # A recipient's file has a key that is nowhere else: this process forgets it with the file.
        secret = to if isinstance(to, Secret) else Secret(TO_RECIPIENT, random_bytes(SECRET_BYTES))
        key, check = secret.keys(salt)
        self._file, self._cipher = file, AESGCM(key)
        self._header = MAGIC + bytes([secret.kind]) + salt + self._nonce + check
        if isinstance(to, Recipient):
            self._header += to.wrapped(secret.octets, salt)
        self._held = bytearray()
        self._number = 0
        file.write(self._header)

    def write(self, data: bytes) -> None:
        """The next octets."""
        self._held += data
        while len(self._held) > CHUNK:
            self._chunk(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def finish(self) -> None:
        """The last chunk."""
        self._chunk(bytes(self._held), last=True)
        self._held.clear()

    def _chunk(self, data: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._nonce, self._number, last), data, self._header))
        self._number += 1


def unsealed(file: IO[bytes], by: Secret | PrivateKey) -> Iterator[bytes]:
    """The octets of a sealed file, chunk by chunk. Raises NotDone; what came before that is not to be used."""
    header = file.read(HEADER)
    if len(header) != HEADER or not header.startswith(MAGIC) or header[4] >= len(KINDS):
        raise NotDone("this is no sealed backup, or its beginning was changed or cut off")
    if header[4] != by.kind:
        raise NotDone(f"the backup was sealed with a {KINDS[header[4]]}")
    salt, nonce, told = header[5:21], header[21:28], header[28:]
    start = HEADER
    if isinstance(by, PrivateKey):
        wrapped = file.read(WRAPPED)
        secret = by.unwrapped(wrapped, salt)
        header, start = header + wrapped, HEADER + WRAPPED
    else:
        secret = by
    key, check = secret.keys(salt)
    if not hmac.compare_digest(check, told):
        raise NotDone("this key does not open the backup, or the backup's beginning was changed")
    cipher, number = AESGCM(key), 0
    data = file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(nonce, number, not following), data, header)
        except InvalidTag:
            place = start + number * (CHUNK + TAG)
            raise NotDone(f"the backup was changed or cut short: octet {place} and on do not open") from None
        if not following:
            return
        data, number = following, number + 1


def _info(salt: bytes) -> bytes:
    return b"kezdesu backup 2" + salt


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4) + bytes([last])
