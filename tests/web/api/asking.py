"""Sending requests to the visit desk, and reading its problems."""

import json
from uuid import UUID

from flask.testing import FlaskClient

VISIT = {
    "on": "2026-03-19",
    "requested_at": "2026-03-01T10:00:00+05:00",
    "convict": "00000000-0000-0000-0000-000000000001",
    "visitors": [{"name": "Айгүл Бекова", "birth_date": "1980-02-29"}],
}
RELATIVE = {"Authorization": "Bearer relative-token"}


def book(client: FlaskClient, body: object = VISIT, key: str = "key-0000-0000-0001", **changed: object):
    """Send a booking; `changed` replaces arguments of the request."""
    sent = {"data": body if isinstance(body, bytes | str) else json.dumps(body)}
    headers = {**RELATIVE, "Idempotency-Key": key, "Content-Type": "application/json"}
    headers |= changed.pop("headers", {})
    return client.post("/api/v1/visits", headers=headers, **(sent | changed))


def problem(response, status: int, code: str) -> dict:
    """The problem document of a response that must be one."""
    assert (response.status_code, response.json["code"]) == (status, code)
    assert response.content_type == "application/problem+json"
    assert response.json["status"] == status
    assert response.json["type"] == f"/api/v1/problems#{code}"
    assert response.json["title"]
    assert response.json["detail"]
    UUID(response.json["instance"].removeprefix("urn:uuid:"))
    return response.json


def pointers(response) -> list[tuple[str, str]]:
    """Where the errors of an invalid request are, and what they are."""
    return [(error["pointer"], error["code"]) for error in problem(response, 422, "invalid")["errors"]]
