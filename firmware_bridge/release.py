"""Letting somebody through by hand: two officers, each with their gate PIN, and a ground; in the journal before it is.

The PINs are checked against what the sealed bundle holds, so that this works when network and service are gone. A
wrong PIN is in the journal too, and after five of them an officer waits a quarter of an hour.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from firmware_bridge.bundle import Officer
from firmware_bridge.clock import Clock
from firmware_bridge.decide import Direction
from firmware_bridge.gatehouse import Gatehouse
from firmware_bridge.today import Today

TRIES, WITHIN = 5, 900.0
_HASHER = PasswordHasher()


class Ground(StrEnum):
    """Why a reader does not do it: a closed list."""

    READER_BROKEN = "reader-broken"
    PASS_UNREADABLE = "pass-unreadable"  # noqa: S105  (a word, no password)
    LIST_TOO_OLD = "list-too-old"
    PAPER_LIST = "paper-list"
    WRONG_GATE = "wrong-gate"
    EMERGENCY = "emergency"
    ORDER_OF_HEAD = "order-of-head"


class NotReleased(Exception):
    """It was not done; `code` says why: unknown-officer, wrong-pin, too-many-tries, same-officer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Credential:
    """An officer as they prove themselves: the id from the bundle, and the PIN."""

    officer: str
    pin: str


class Releases:
    """Manual releases of one bridge; safe to use from several threads."""

    def __init__(self, gatehouse: Gatehouse, today: Today, clock: Clock) -> None:
        self._gatehouse, self._today, self._clock = gatehouse, today, clock
        self._wrong: dict[str, deque[float]] = {}
        self._lock = Lock()

    def release(
        self,
        first: Credential,
        second: Credential,
        *,
        gate: str,
        direction: Direction,
        ground: Ground,
        pass_id: str | None = None,
        people: int = 1,
    ) -> int:
        """Journals one release and answers its number; only then may a door be opened for it.

        `pass_id` is the pass of the person, 32 hexadecimal digits, where there is one. Raises NotReleased, or
        NotRecorded when the journal cannot be written: then nobody goes through by hand either.
        """
        if first.officer == second.officer:
            raise NotReleased("same-officer")
        officers = [self.proven(one, gate) for one in (first, second)]
        return self._gatehouse.release(
            gate=gate,
            direction=direction.value,
            ground=ground.value,
            officers=[one.id for one in officers],
            people=people,
            **{"pass": pass_id},
        )

    def proven(self, given: Credential, gate: str) -> Officer:
        """The officer whose PIN this is. Raises NotReleased, or NotRecorded when a wrong one cannot be journalled."""
        officer = self._today.officer(given.officer)
        if officer is None:
            raise NotReleased("unknown-officer")
        with self._lock:
            now = self._clock.monotonic()
            tries = self._wrong.setdefault(officer.id, deque())
            while tries and now - tries[0] >= WITHIN:
                tries.popleft()
            if len(tries) >= TRIES:
                raise NotReleased("too-many-tries")
            # Counted before it is looked at: two at once are two tries.
            tries.append(now)
        if not _fits(officer.verifier, given.pin):
            self._gatehouse.note("release-refused", gate=gate, officer=officer.id)
            raise NotReleased("wrong-pin")
        with self._lock:
            self._wrong.pop(officer.id, None)
        return officer


def _fits(verifier: str, pin: str) -> bool:
    try:
        return len(pin) <= 64 and _HASHER.verify(verifier, pin)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
