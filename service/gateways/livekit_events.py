"""Events of LiveKit's rooms: JSON, with a token that our secret signed and that names the digest of the body.

Source: docs.livekit.io, "Webhooks": `Authorization` holds a JWT (HS256) with the claims of an access token and
`sha256`, the body's digest in base64. One address for all rooms; the room's name says the call.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from service.gateways.call_events import SupplierSaid, What
from service.gateways.livekit import room_name
from service.gateways.receipts import Forged
from service.gateways.signed_token import NotSigned, read_token

WORDS: Mapping[str, What] = {
    "participant_joined": "came",
    "participant_left": "went",
    "participant_connection_aborted": "went",
    "room_finished": "over",
}
LONGEST_ID = 80


@dataclass(frozen=True)
class LiveKitEvents:
    """`key` and `secret`: those by which LiveKit signs its webhooks for us."""

    key: str
    secret: str = field(repr=False)
    clock: Callable[[], datetime]

    def read(self, *, headers: Mapping[str, str], body: bytes) -> SupplierSaid | None:
        """What it says of a call of ours; None for what means nothing to us. Raises Forged, ValueError for no sense."""
        try:
            claims = read_token(headers.get("Authorization", "").removeprefix("Bearer "), self.secret, self.clock())
        except NotSigned:
            raise Forged from None
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if claims.get("iss") != self.key or not hmac.compare_digest(str(claims.get("sha256")), digest):
            raise Forged
        return _said(json.loads(body))


def _said(event: dict[str, Any]) -> SupplierSaid | None:
    what = WORDS.get(str(event.get("event")))
    name = str(event.get("room", {}).get("name", ""))
    call = name.removeprefix(room_name(""))
    if what is None or name == call:
        return None
    number = str(event.get("id") or "")
    if not number or len(number) > LONGEST_ID:
        raise ValueError("an event without its number")
    at = datetime.fromtimestamp(int(event.get("createdAt") or 0), UTC)
    if what == "over":
        return SupplierSaid(call, number, what, at)
    party, _, seat = str(event.get("participant", {}).get("identity", "")).partition(".")
    return SupplierSaid(call, number, what, at, party, seat)
