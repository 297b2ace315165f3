"""What the server seals for itself for minutes, under its own key; what was sealed before a rotation still opens."""

import hmac
from dataclasses import dataclass

from service.store.environment import Environment
from service.store.vault import PersonKey, Unsealable


@dataclass(frozen=True)
class ServerKey:
    """The server's key for one purpose: sealed is under the newest, opened under any that is accepted now."""

    environment: Environment
    purpose: bytes

    def seal(self, place: str, plain: str) -> bytes:
        """`plain` sealed for one place ('table/row')."""
        return self._keys()[0].seal(place, plain)

    def open(self, place: str, sealed: bytes) -> str:
        """What was sealed for this place. Raises Unsealable."""
        *others, last = self._keys()
        for key in others:
            try:
                return key.open(place, sealed)
            except Unsealable:
                continue
        return last.open(place, sealed)

    def _keys(self) -> list[PersonKey]:
        accepted = self.environment.keys.accepted("server")
        secrets = [hmac.digest(key, self.purpose, "sha256") for key in accepted]
        return [PersonKey("nobody", secret, self.environment.random_bytes) for secret in secrets]
