"""Relays for relatives behind NAT: credentials that coturn knows by their mark and their time (`use-auth-secret`).

coturn checks them when a relay is asked for, not while it runs: they enforce nothing of a call.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

LASTS = timedelta(minutes=25)
"""From the opening of a room to its latest end."""


@dataclass(frozen=True, slots=True)
class IceServer:
    """One relay as a browser takes it (RTCIceServer of W3C WebRTC)."""

    urls: tuple[str, ...]
    username: str
    credential: str


@dataclass(frozen=True, slots=True)
class TurnServers:
    """The relays of an installation: their addresses (`turns:…`), and the secret that coturn shares with us."""

    urls: tuple[str, ...]
    secret: str

    def for_party(self, call: str, party: str, now: datetime) -> tuple[IceServer, ...]:
        """What a party's page may relay by; nothing where there are no relays."""
        if not self.urls:
            return ()
        username = f"{int((now + LASTS).timestamp())}:{call}:{party}"
        mark = hmac.digest(self.secret.encode(), username.encode(), hashlib.sha1)
        return (IceServer(self.urls, username, base64.b64encode(mark).decode()),)
