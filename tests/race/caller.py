"""A client of the interface: one socket, kept open, and one way to say each thing."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from typing import Any
from uuid import UUID

from tests.race.families import Family, Scene


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    body: dict[str, Any]
    replayed: bool


class Caller:
    """One connection to the server. Not for two threads at once."""

    def __init__(self, port: int, scene: Scene) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self._scene = scene

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def post(self, path: str, body: dict[str, Any] | None, token: str, key: str | None = None) -> Answered:
        """One request. Raises OSError or HTTPException when no whole answer comes."""
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or new_key()}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            self._connection.request("POST", f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
            response = self._connection.getresponse()
            data = response.read()
        except BaseException:
            self._connection.close()
            raise
        assert "json" in (response.headers.get_content_type() if data else "json"), data[:200]
        return Answered(
            response.status, json.loads(data) if data else {}, response.headers["Idempotency-Replayed"] == "true"
        )

    def hold(
        self, family: Family, template: str, day: date, kind: str = "short", *, key: str | None = None
    ) -> Answered:
        """A relative asks for a place."""
        body = {
            "convict": ident(family.convict),
            "relationships": [ident(family.relationship)],
            "template": ident(template),
            "day": day.isoformat(),
            "kind": kind,
        }
        return self.post("/holds", body, family.token, key)

    def request(self, family: Family, appointment: str, *, key: str | None = None) -> Answered:
        """A relative asks for the appointment that is held."""
        return self.post("/appointments", {"appointment": appointment}, family.token, key)

    def grant(self, appointment: str, *, key: str | None = None) -> Answered:
        """The head grants it."""
        return self.post(f"/appointments/{appointment}/grant", None, self._scene.officers["head"][1], key)

    def cancel(self, family: Family, appointment: str, *, key: str | None = None) -> Answered:
        """A relative cancels."""
        body = {"ground": "ground-visitor-asks"}
        return self.post(f"/appointments/{appointment}/cancellation", body, family.token, key)

    def scan(self, token: str, sequence: int, *, bridge: int = 0, direction: str = "entry") -> Answered:
        """A reader read a pass."""
        body = {
            "gate": ident(self._scene.gate),
            "reader": "1",
            "direction": direction,
            "token": token,
            "scanned_at": datetime.now(UTC).isoformat(),
            "sequence": sequence,
        }
        return self.post("/scans", body, self._scene.bridges[bridge][1])


def ident(stored: str) -> str:
    """An id as the interface writes it."""
    return str(UUID(stored))


def new_key() -> str:
    """A key of its own for each request that is meant anew."""
    return secrets.token_hex(16)
