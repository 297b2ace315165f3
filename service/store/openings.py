"""What stands behind the commitments of one event about one person, sealed under that person's key."""

import base64
import json
from collections.abc import Mapping

from service.record.events import Plain
from service.store.vault import PersonKey


def place_of(log: str, number: int) -> str:
    """What an opening's bytes are bound to, beside the person."""
    return f"opening/{log}/{number}"


def seal_opening(key: PersonKey, log: str, number: int, opening: Mapping[str, tuple[bytes, Plain]]) -> bytes:
    """The salts and values of one event about one person, as the cell `opening.sealed`."""
    shown = {path: [base64.b64encode(salt).decode(), value] for path, (salt, value) in opening.items()}
    return key.seal(place_of(log, number), json.dumps(shown, separators=(",", ":"), ensure_ascii=False))


def open_opening(key: PersonKey, log: str, number: int, sealed: bytes) -> dict[str, tuple[bytes, Plain]]:
    """The salts and values behind one event's commitments. Raises Unsealable."""
    shown = json.loads(key.open(place_of(log, number), sealed))
    return {path: (base64.b64decode(salt), value) for path, (salt, value) in shown.items()}
