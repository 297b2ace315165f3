"""The bridge's other talk with the service, for which nobody waits: its keys, its journal, its bundle."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware_bridge.identity import Identity
from firmware_bridge.link import NoAnswer

WITHIN = 10.0
LARGEST_BUNDLE = 64 * 1024 * 1024
NOTE_KEY = 0x01


@dataclass(frozen=True, slots=True)
class Registered:
    """What the service says of this bridge's keys: its id for the bridge, whether they hold, and its own key."""

    device: bytes
    holds: bool
    verifier_key: str


@dataclass(frozen=True, slots=True)
class Through:
    """How far the journal is at the service."""

    number: int


class Channel(Protocol):
    """The service, or a simulation of it. Nothing raises."""

    def register(self, identity: Identity, journal: str) -> Registered | NoAnswer:
        """Names the bridge's own keys."""

    def upload(self, entries: Sequence[bytes]) -> Through | NoAnswer:
        """Sends entries; a lasting refusal means that the journal does not continue what is there."""

    def bundle(self) -> bytes | NoAnswer:
        """The newest bundle."""


class HttpChannel:
    """The service under `url`, with the gate's device key. Follows no redirect and uses no proxy."""

    def __init__(self, url: str, device_key: str, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {device_key}"},
            timeout=WITHIN,
            trust_env=False,
            transport=transport,
        )

    def register(self, identity: Identity, journal: str) -> Registered | NoAnswer:
        body = {
            "journal": journal,
            "signing_key": identity.signing_public.hex(),
            "sealing_key": identity.sealing_public.hex(),
            "claim": identity.claim(journal).hex(),
        }
        said = self._post("/api/v1/bridge/key", body)
        if isinstance(said, NoAnswer):
            return said
        try:
            device, holds, verifier = said["device"], said["holds"], said["verifier_key"]
            return Registered(bytes.fromhex(device.replace("-", "")), holds is True, str(verifier))
        except (KeyError, ValueError, AttributeError, TypeError):
            return NoAnswer("the service's answer is not understood")

    def upload(self, entries: Sequence[bytes]) -> Through | NoAnswer:
        said = self._post("/api/v1/bridge/journal", {"entries": [b64encode(one).decode() for one in entries]})
        if isinstance(said, NoAnswer):
            return said
        through = said.get("through")
        return Through(through) if type(through) is int else NoAnswer("the service's answer is not understood")

    def bundle(self) -> bytes | NoAnswer:
        try:
            response = self._client.get("/api/v1/bridge/bundle")
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError) as fault:
            return NoAnswer(f"{type(fault).__name__}: {fault}")
        if not response.is_success:
            return NoAnswer(f"the service answered {response.status_code}")
        return response.content if len(response.content) <= LARGEST_BUNDLE else NoAnswer("the bundle is too large")

    def close(self) -> None:
        self._client.close()

    def _post(self, path: str, body: Any) -> dict[str, Any] | NoAnswer:
        try:
            response = self._client.post(path, json=body)
            if not response.is_success:
                return NoAnswer(f"the service answered {response.status_code}", lasting=response.status_code == 409)
            said = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError, ValueError) as fault:
            return NoAnswer(f"{type(fault).__name__}: {fault}")
        return said if isinstance(said, dict) else NoAnswer("the service's answer is not understood")


def note_key(text: str) -> Ed25519PublicKey:
    """The public key in a verifier key, `name+id+base64` (C2SP signed-note). Raises ValueError."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise ValueError("not a verifier key")
    octets = b64decode(parts[2], validate=True)
    if len(octets) != 33 or octets[0] != NOTE_KEY:
        raise ValueError("not an Ed25519 verifier key")
    return Ed25519PublicKey.from_public_bytes(octets[1:])
