"""Who stands at the gate's screen: an officer with a PIN, for one shift at most, in memory only."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest
from threading import Lock

from firmware_bridge.bundle import Officer

SHIFT = 12 * 3600.0
"""Seconds after which whoever is signed in signs in again."""
MOST = 8


@dataclass(frozen=True, slots=True)
class Session:
    """One officer at one browser. `form` is the secret that every form of it carries."""

    officer: Officer
    began: float
    form: str = field(repr=False)


class Sessions:
    """Sessions by the secret in the browser's cookie. `secret` makes 32 hexadecimal digits of chance."""

    def __init__(self, secret: Callable[[], str]) -> None:
        self._secret = secret
        self._open: dict[str, Session] = {}
        self._lock = Lock()

    def begin(self, officer: Officer, now: float) -> str:
        """Signs an officer in; answers the cookie. The oldest of more than eight sessions ends."""
        cookie = self._secret()
        with self._lock:
            while len(self._open) >= MOST:
                del self._open[min(self._open, key=lambda one: self._open[one].began)]
            self._open[cookie] = Session(officer, now, self._secret())
        return cookie

    def find(self, cookie: str, now: float) -> Session | None:
        """The session of a cookie, while its shift lasts."""
        with self._lock:
            found = next((one for known, one in self._open.items() if compare_digest(known, cookie)), None)
            if found is not None and now - found.began >= SHIFT:
                del self._open[cookie]
                return None
            return found

    def end(self, cookie: str) -> None:
        """Signs out."""
        with self._lock:
            self._open.pop(cookie, None)
