"""Short tokens signed with a shared secret: JWT (RFC 7519) by HMAC-SHA256 (RFC 7518, HS256), and nothing else of it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

HEADER = {"alg": "HS256", "typ": "JWT"}
LEEWAY_SECONDS = 60
LONGEST = 4096


class NotSigned(Exception):
    """The token was not signed with our secret, is of another algorithm, or its time has passed or not come."""


def sign_token(claims: Mapping[str, Any], secret: str) -> str:
    """The token for these claims; times in them are seconds since 1970."""
    signed = f"{_written(HEADER)}.{_written(claims)}"
    return f"{signed}.{_base64(_seal(signed, secret))}"


def read_token(token: str, secret: str, now: datetime) -> dict[str, Any]:
    """The claims of a token. Raises NotSigned."""
    try:
        signed, _, seal = token[: LONGEST + 1].rpartition(".")
        header, _, claims = signed.partition(".")
        if len(token) > LONGEST or _read(header).get("alg") != HEADER["alg"]:
            raise NotSigned
        if not hmac.compare_digest(_octets(seal), _seal(signed, secret)):
            raise NotSigned
        said = _read(claims)
        if not said.get("nbf", 0) - LEEWAY_SECONDS <= now.timestamp() <= said["exp"] + LEEWAY_SECONDS:
            raise NotSigned
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NotSigned from None
    return said


def _seal(signed: str, secret: str) -> bytes:
    return hmac.digest(secret.encode(), signed.encode(), hashlib.sha256)


def _written(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _read(part: str) -> dict[str, Any]:
    found = json.loads(_octets(part))
    if not isinstance(found, dict):
        raise NotSigned
    return found


def _base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _octets(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
