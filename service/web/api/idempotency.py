"""One request, one effect: a write sent twice under one Idempotency-Key is carried out once.

The answer is kept in the transaction of the effect, so that either both exist or neither. A handler of an
idempotent endpoint receives a `Once` and calls `once.remember(unit, answer)` before its unit of work commits.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from service.web.api.problem import KEY_IN_FLIGHT, KEY_MISSING, KEY_REUSED

KEY_PATTERN = r"^[A-Za-z0-9_-]{16,64}$"
HEADER = "Idempotency-Key"


class RememberedAnswer(Protocol):
    """What the store kept under a key; `status` is None while the first request is being carried out."""

    @property
    def fingerprint(self) -> bytes: ...
    @property
    def status(self) -> int | None: ...
    @property
    def body(self) -> bytes | None: ...


class IdempotencyStore(Protocol):
    """Keeps answers by principal and key, as long as what they created is kept."""

    def find(self, *, principal: str, key: str) -> RememberedAnswer | None:
        """What is kept under this principal ("kind:id") and key, or None."""
        ...

    def put(self, unit: Any, *, principal: str, key: str, fingerprint: bytes, status: int, body: bytes) -> bool:
        """Keep an answer inside the caller's unit of work. False when another request has taken the key."""
        ...


class AlreadyAnsweredError(Exception):
    """Another request with the same key was faster: roll back, the contract repeats its answer."""


def fingerprint_of(method: str, path: str, query: str, body: object) -> bytes:
    """SHA-256 over what makes two requests the same: method, path, query and the body's meaning."""
    meaning = json.dumps([method, path, query, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(meaning.encode()).digest()


@dataclass
class Once:
    """The key of this request, held by its handler until the answer is known."""

    store: IdempotencyStore
    principal: str
    key: str
    fingerprint: bytes
    status: int
    remembered: bool = False

    def remember(self, unit: Any, answer: BaseModel | None) -> None:
        """Keep `answer` in `unit`, the open unit of work of the effect; call it before the commit.

        Raises AlreadyAnsweredError when the same key was answered meanwhile: let it pass, so that the unit
        rolls back.
        """
        kept = self.store.put(
            unit,
            principal=self.principal,
            key=self.key,
            fingerprint=self.fingerprint,
            status=self.status,
            body=b"" if answer is None else answer.model_dump_json(by_alias=True).encode(),
        )
        if not kept:
            raise AlreadyAnsweredError
        self.remembered = True

    def earlier(self) -> tuple[int, bytes] | None:
        """The answer given before to the same request, or None when this is the first.

        Refused: `idempotency-key-reused` for another request, `request-in-flight` while the first goes on.
        """
        found = self.store.find(principal=self.principal, key=self.key)
        if found is None:
            return None
        if found.fingerprint != self.fingerprint:
            raise KEY_REUSED.refused()
        if found.status is None:
            raise KEY_IN_FLIGHT.refused(headers={"Retry-After": "1"})
        return found.status, found.body or b""


def key_of(header: str | None) -> str:
    """The key in the header. Refused: `idempotency-key-missing` when absent or malformed."""
    if header is None or not re.fullmatch(KEY_PATTERN, header):
        raise KEY_MISSING.refused()
    return header
