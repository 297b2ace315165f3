"""Commitments: an entry names a person by a value that says nothing until its salt is shown.

``HMAC-SHA256(salt, canonical(value))`` with a fresh salt of 32 random bytes for every field of every event,
so that two entries about one person cannot be linked, and an identity number cannot be found by trying all of
them. The salt and the value together are the *opening*; destroying the opening leaves the entry and its proof
as they are.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable

from service.record.canonical import canonical
from service.record.refusals import RecordRefused

SALT_BYTES = 32


def new_salt(random_bytes: Callable[[int], bytes]) -> bytes:
    """A salt for one field of one event, from the source of randomness given (``secrets.token_bytes``)."""
    return _checked(random_bytes(SALT_BYTES))


def commit(salt: bytes, value: object) -> str:
    """The commitment to a value: 43 characters, base64url without padding.

    Raises RecordRefused ``commitment.salt`` unless the salt has exactly 32 bytes, and the grounds of
    :func:`service.record.canonical.canonical` for the value.
    """
    code = hmac.digest(_checked(salt), canonical(value), "sha256")
    return base64.urlsafe_b64encode(code).decode().rstrip("=")


def matches(commitment: str, salt: bytes, value: object) -> bool:
    """Whether the opening (salt, value) is that of the commitment; takes equally long for every answer."""
    return hmac.compare_digest(commitment.encode(), commit(salt, value).encode())


def _checked(salt: bytes) -> bytes:
    # HMAC fills short keys with zero bytes: a salt with a zero appended would give the same code.
    if len(salt) != SALT_BYTES:
        raise RecordRefused("commitment.salt", length=len(salt), expected=SALT_BYTES)
    return salt
