"""What the bridge knows of today without asking: the newest bundle, its age, who is expected, who was answered what.

Read by the gate's screen and by the decision; safe from several threads, since a bundle is replaced as a whole.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware_bridge.bundle import BadBundle, Bundle, Expected, Officer, open_bundle
from firmware_bridge.clock import Clock
from firmware_bridge.decide import Decision, Direction
from firmware_bridge.identity import Identity
from firmware_bridge.passes import PublicKey

LIMIT = timedelta(hours=4)
FRESH = timedelta(minutes=15)
ANSWERS = 20


class Kept(Protocol):
    """Where the newest bundle lies, sealed as it came."""

    def read(self) -> bytes | None:
        """What was kept; None when nothing was."""

    def write(self, octets: bytes) -> None:
        """Keeps this one instead. Raises OSError."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer at a reader. `expected` is None for a pass that is not in the bundle, `pass_id` for no pass."""

    at: datetime
    gate: str
    gate_zone: int
    reader: str
    direction: Direction
    decision: Decision
    pass_id: str | None
    expected: Expected | None


class Today:
    """The newest good bundle. Without `service` (the key that signs bundles) there never is one.

    A bundle that came in this run is aged by the monotonic clock; one that was kept from before, by how far the wall
    clock is from it in either direction, so that a clock set back does not make it young.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        identity: Identity | None = None,
        service: Ed25519PublicKey | None = None,
        bridge: bytes = b"",
        kept: Kept | None = None,
        limit: timedelta = LIMIT,
    ) -> None:
        self._clock = clock
        self._identity, self._service, self._bridge, self._kept = identity, service, bridge, kept
        self.limit = limit
        self.trouble = ""
        self._bundle: Bundle | None = None
        self._came_at: float | None = None
        self._was = (-1, timedelta(0))
        self._by_pass: Mapping[str, Expected] = {}
        self._answers: deque[Answered] = deque(maxlen=ANSWERS)
        self._lock = Lock()
        if service is not None:
            self._read_kept()

    def know(self, service: Ed25519PublicKey, bridge: bytes) -> None:
        """From now on bundles are signed by this key and for this bridge: the service said so."""
        with self._lock:
            if self._service is None:
                self._service, self._bridge = service, bridge
                self._read_kept()

    def was(self, number: int, age: timedelta) -> None:
        """How old a bundle was by the journal of an earlier run: a clock that was set back makes none younger."""
        self._was = number, age

    @property
    def is_wanted(self) -> bool:
        """Whether this bridge is set up to work from bundles."""
        return self._service is not None

    @property
    def bundle(self) -> Bundle | None:
        """The newest good one, however old."""
        return self._bundle

    def take(self, octets: bytes) -> Bundle:
        """Takes in what the service sent, if it is newer, and keeps it. Raises BadBundle; then the old one stays."""
        found = self._open(octets)
        with self._lock:
            old = self._bundle
            if old is not None and (found.number, found.at) < (old.number, old.at):
                raise BadBundle(f"it is older than the one here: number {found.number}, {old.number} was seen")
            if old is not None and (found.number, found.at) == (old.number, old.at):
                return old
            if self._kept is not None:
                try:
                    self._kept.write(octets)
                except OSError as fault:
                    self.trouble = f"the bundle cannot be kept: {fault}"
                else:
                    self.trouble = ""
            self._replace(found, self._clock.monotonic())
        return found

    def age(self) -> timedelta | None:
        """How old the bundle is; None when there is none."""
        bundle, came = self._bundle, self._came_at
        if bundle is None:
            return None
        if came is not None:
            return timedelta(seconds=self._clock.monotonic() - came)
        number, was = self._was
        age = abs(self._clock.now() - bundle.at)
        return max(age, was) if number == bundle.number else age

    @property
    def is_too_old(self) -> bool:
        """Whether entries must go by hand: bundles are wanted, and there is none or one older than the limit."""
        age = self.age()
        return self.is_wanted and (age is None or age > self.limit)

    @property
    def is_fresh(self) -> bool:
        """Whether the bundle is of the last quarter of an hour."""
        age = self.age()
        return age is not None and age <= FRESH

    @property
    def keys(self) -> Mapping[int, PublicKey]:
        """Keys of the pass signer, by number."""
        return {} if self._bundle is None else self._bundle.keys

    def is_revoked(self, pass_id: bytes) -> bool:
        """Whether the bundle says that the pass was withdrawn."""
        return self._bundle is not None and pass_id in self._bundle.revoked

    def who(self, pass_id: str) -> Expected | None:
        """Whose pass this is, where the bundle knows."""
        return self._by_pass.get(pass_id)

    def officer(self, officer: str) -> Officer | None:
        """Somebody who may release by hand."""
        bundle = self._bundle
        return next((one for one in bundle.officers if one.id == officer), None) if bundle is not None else None

    @property
    def officers(self) -> tuple[Officer, ...]:
        """Everybody who may release by hand, by name."""
        return () if self._bundle is None else tuple(sorted(self._bundle.officers, key=lambda one: one.name))

    def expected(self, zones: frozenset[int] | None = None) -> list[Expected]:
        """Whose pass may still be used, soonest first, at these gate zones or all of them."""
        if self._bundle is None:
            return []
        now = self._clock.now()
        found = (one for one in self._bundle.expected if one.not_after > now)
        return sorted(
            (one for one in found if zones is None or one.zone in zones), key=lambda one: (one.starts_at, one.name)
        )

    def answered(self, answer: Answered) -> None:
        """Notes an answer for the screen."""
        with self._lock:
            self._answers.appendleft(answer)

    def answers(self, gate: str | None = None) -> list[Answered]:
        """The last answers at a gate, or at all of them, newest first."""
        with self._lock:
            return [one for one in self._answers if gate is None or one.gate == gate]

    def _read_kept(self) -> None:
        octets = self._kept.read() if self._kept is not None else None
        if octets is not None:
            try:
                self._replace(self._open(octets), None)
            except BadBundle as bad:
                self.trouble = f"the kept bundle is not used: {bad}"

    def _open(self, octets: bytes) -> Bundle:
        if self._service is None or self._identity is None:
            raise BadBundle("this bridge is not set up for bundles")
        return open_bundle(octets, self._service, self._identity.sealing, self._bridge)

    def _replace(self, bundle: Bundle, came_at: float | None) -> None:
        self._by_pass = {one.pass_id: one for one in bundle.expected}
        self._bundle, self._came_at = bundle, came_at
