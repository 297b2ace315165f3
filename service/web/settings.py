"""What every app of the service has to be told, whatever its audience."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from service.gateways.identity_provider import IdentityProvider


@dataclass(frozen=True)
class WebSettings:
    """`key`: at least 32 octets, for form tokens. `secure`: reached over HTTPS only, which everything but the
    demonstration is. `time_zone`: of the pages that belong to no institution. `hosts`: names it answers to; none named
    means any. `proxies`: how many own proxies stand in front, whose X-Forwarded headers are believed; no others are.
    `second_factor`: the roles of officers who sign in with one. `provider`: the state identity provider, if there is
    one. `pause` waits for so many seconds, where an answer may not tell by its time what was found.
    """

    key: bytes
    secure: bool
    time_zone: ZoneInfo
    hosts: tuple[str, ...] = ()
    proxies: int = 0
    second_factor: tuple[str, ...] = ()
    provider: IdentityProvider | None = None
    pause: Callable[[float], None] = time.sleep
    call_library: Path | None = None
    """The supplier's own program, where pages of calls speak to a supplier themselves."""
    call_server: str = ""
    """Its address for pages, `wss://…`: pages of calls may speak to it, and no other page."""
    keys: Callable[[], Sequence[bytes]] | None = None
    """Where the key may be rotated while the app runs: what is accepted now, the one of new tokens first."""

    def __post_init__(self) -> None:
        if len(self.key) < 32:
            raise ValueError("the key of the web apps needs at least 32 octets")

    def accepted(self) -> Sequence[bytes]:
        """The keys of now: the first is for what is made, any of them for what comes back."""
        return (self.key,) if self.keys is None else self.keys()
