"""The callers of the interface and the answers kept for them, found together in one statement of the store."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from flask import g, request
from sqlalchemy.dialects import postgresql, sqlite

from service.app.caller_find import Kept, find_caller
from service.domain.access import Actor
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import IdempotentAnswer
from service.web.api.idempotency import HEADER

INSTITUTION = "Kezdesu-Institution"
"""Where an officer acts who holds roles at several institutions."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The principal of a token, with all that the use cases want to know of them."""

    actor: Actor

    @property
    def kind(self) -> str:
        return self.actor.principal

    @property
    def id(self) -> str:
        return self.actor.id

    @property
    def institution(self) -> str | None:
        return self.actor.institution


class Callers:
    """Whose token it is: a session of a relative, officer or auditor, or the key of a bridge or kiosk.

    With the caller comes the answer kept under the request's Idempotency-Key, so that a write costs one statement less.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def authenticate(self, token: str) -> SignedIn | None:
        key = request.headers.get(HEADER)
        found = find_caller(self._environment, token, institution=request.headers.get(INSTITUTION), key=key)
        if found is None:
            return None
        g.kept = (f"{found.actor.principal}:{found.actor.id}", key, found.kept)
        g.caller = SignedIn(found.actor)
        return SignedIn(found.actor)


class KeptAnswers:
    """Answers kept in `idempotent_answer`, in the transaction of what they answer."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    @cached_property
    def _keep(self) -> Any:
        table = IdempotentAnswer.__table__  # type: ignore[attr-defined]
        insert = (sqlite if self._environment.database.is_sqlite else postgresql).insert(table)
        return insert.on_conflict_do_nothing(index_elements=["principal", "idempotency_key"]).returning(table.c.id)

    def find(self, *, principal: str, key: str) -> Kept | None:
        """What is kept; read with the caller at first, anew when asked again."""
        read = g.pop("kept", None)
        if read is not None and read[:2] == (principal, key):
            found: Kept | None = read[2]
            return found
        row = of(IdempotentAnswer)
        with self._environment.database.single.connect() as connection:
            kept = connection.execute(
                sa.select(row.request_hash, row.status, row.answer).where(
                    row.principal == principal, row.idempotency_key == key
                )
            ).first()
        return None if kept is None else Kept(bytes.fromhex(kept.request_hash), kept.status, bytes(kept.answer))

    def put(self, unit: Any, *, principal: str, key: str, fingerprint: bytes, status: int, body: bytes) -> bool:
        """Keeps an answer. Another request with the same key is waited for; False when it has come through."""
        kept = unit.session.execute(
            self._keep,
            {
                "id": self._environment.new_id(),
                "principal": principal,
                "idempotency_key": key,
                "request_hash": fingerprint.hex(),
                "status": status,
                "answer": body,
                "answered_at": unit.now,
            },
        )
        return kept.first() is not None
