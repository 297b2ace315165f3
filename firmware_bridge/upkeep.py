"""What a bridge does beside its readers: says that it lives, names its keys, uploads its journal, fetches its bundle.

One thread calls `step` about each second; clock, service and power are passed in, so that a simulation can live
through days of it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from firmware_bridge.bundle import BadBundle
from firmware_bridge.channel import Channel, Registered, Through, note_key
from firmware_bridge.clock import Clock
from firmware_bridge.gatehouse import Gatehouse
from firmware_bridge.identity import Identity
from firmware_bridge.journal import Journal, NotRecorded
from firmware_bridge.today import Today

BEAT = 60.0
BUNDLE_EVERY = 60.0
UPLOAD_EVERY = 5.0
QUIET_UPLOAD = 300.0
LONGEST_PAUSE = 300.0
MOST, MOST_OCTETS = 100, 40_000


class Tell(Protocol):
    """Hears what happens, for the log."""

    def __call__(self, event: str, **facts: object) -> None: ...


class Kept(Protocol):
    """Where the service's key is kept once it was said: the first one said is the one believed."""

    def read(self) -> bytes | None: ...

    def write(self, octets: bytes) -> None: ...


@dataclass(slots=True)
class _Due:
    """When something is tried next; failures make the pause longer."""

    every: float
    at: float = 0.0
    pause: float = 0.0

    def is_due(self, now: float) -> bool:
        return now >= self.at

    def done(self, now: float) -> None:
        self.pause, self.at = 0.0, now + self.every

    def failed(self, now: float) -> None:
        self.pause = min(max(self.pause * 2, self.every), LONGEST_PAUSE)
        self.at = now + self.pause


class Upkeep:
    """The standing work of one bridge. `mains` answers whether there is mains, None where nobody can tell.

    `service` is the institution's verifier key where the settings name it; else the first one the service says is
    kept in `known` and believed from then on.
    """

    def __init__(
        self,
        gatehouse: Gatehouse,
        journal: Journal,
        today: Today,
        clock: Clock,
        channel: Channel | None,
        identity: Identity,
        known: Kept,
        tell: Tell,
        *,
        service: str = "",
        mains: Callable[[], bool | None] = lambda: None,
        bundle_every: float = BUNDLE_EVERY,
        beat: float = BEAT,
    ) -> None:
        self._gatehouse, self._journal, self._today, self._clock = gatehouse, journal, today, clock
        self._channel, self._identity, self._known, self._tell = channel, identity, known, tell
        self._mains = mains
        self._had_mains: bool | None = None
        self._began = clock.monotonic()
        # The record of the start stands for the first heartbeat.
        self._beat, self._key = _Due(beat, self._began + beat), _Due(UPLOAD_EVERY)
        self._bundle, self._upload = _Due(bundle_every), _Due(UPLOAD_EVERY)
        self._expected = service
        self._is_registered = False
        self._through: int | None = None
        self._quiet_since = self._began
        self.troubles: dict[str, str] = {}
        self._remember(known.read())

    def step(self) -> None:
        """Does what is due now. Raises nothing."""
        now = self._clock.monotonic()
        with suppress(NotRecorded):
            self._live(now)
        if self._channel is None:
            return
        if not self._is_registered and self._key.is_due(now):
            self._register(self._channel, now)
        if self._is_registered and self._bundle.is_due(now):
            self._fetch(self._channel, now)
        if self._is_registered and self._upload.is_due(now):
            self._send(self._channel, now)

    def stop(self) -> None:
        """The last record of an orderly end: what comes after it without one was a power cut or a crash."""
        with suppress(NotRecorded):
            self._gatehouse.note("stop", up=self._up())

    @property
    def through(self) -> int | None:
        """How far the journal is at the service, None until it said."""
        return self._through

    def _live(self, now: float) -> None:
        mains = self._mains()
        if mains is not None and mains is not self._had_mains:
            self._gatehouse.note("power", mains=mains)
            self._had_mains = mains
        if self._beat.is_due(now):
            self._beat.done(now)
            age, bundle = self._today.age(), self._today.bundle
            self._gatehouse.note(
                "heartbeat",
                up=self._up(),
                inside=self._gatehouse.inside,
                unheard=self._gatehouse.unheard,
                bundle=None if bundle is None else bundle.number,
                age=None if age is None else round(age.total_seconds()),
            )

    def _up(self) -> int:
        return round(self._clock.monotonic() - self._began)

    def _register(self, channel: Channel, now: float) -> None:
        said = channel.register(self._identity, self._gatehouse.journal_id)
        if not isinstance(said, Registered):
            self._key.failed(now)
            self._trouble("key", f"its keys are not registered: {said.why}")
            return
        if self._expected and said.verifier_key != self._expected:
            self._key.failed(now)
            self._trouble("key", "the service names another key than the one known here: nothing of it is believed")
            return
        if not said.holds:
            self._key.failed(now)
            self._trouble("key", "its key waits for an officer's approval")
            return
        with suppress(OSError):
            self._known.write(f"{said.device.hex()}\n{said.verifier_key}\n".encode())
        self._remember(f"{said.device.hex()}\n{said.verifier_key}\n".encode())
        self._is_registered = True
        self._trouble("key", "")
        self._tell("registered", device=said.device.hex())

    def _remember(self, octets: bytes | None) -> None:
        if octets is None:
            return
        try:
            device, verifier = octets.decode().splitlines()
            key, bridge = note_key(verifier), bytes.fromhex(device)
        except ValueError as fault:
            self._trouble("key", f"the kept key of the service does not read: {fault}")
            return
        if self._expected and verifier != self._expected:
            self._trouble("key", "the kept key of the service is not the one of the settings")
            return
        self._expected = verifier
        self._today.know(key, bridge)

    def _fetch(self, channel: Channel, now: float) -> None:
        said = channel.bundle()
        if not isinstance(said, bytes):
            self._bundle.failed(now)
            self._trouble("bundle", f"no bundle came: {said.why}")
            return
        try:
            bundle = self._today.take(said)
        except BadBundle as bad:
            self._bundle.failed(now)
            self._trouble("bundle", f"the bundle was refused: {bad}")
            return
        self._bundle.done(now)
        if self.troubles.pop("bundle", None):
            self._tell("bundle", number=bundle.number)

    def _send(self, channel: Channel, now: float) -> None:
        """As much as there is, a hundred at a time; heartbeats alone wait a little."""
        if self._through is None:
            said = channel.upload([])
            if not isinstance(said, Through):
                self._upload.failed(now)
                return
            self._through = said.number
            if said.number > self._journal.head[0]:
                # The service has what is gone here: from now on every new record is a fork, and is kept as evidence.
                self._trouble("journal", f"the service has {said.number} records, here are {self._journal.head[0]}")
                self._through = self._journal.head[0]
        entries = self._waiting(now)
        while entries:
            said = channel.upload(entries)
            if not isinstance(said, Through):
                self._upload.failed(now)
                if said.lasting:
                    self._trouble("journal", f"the journal is not taken: {said.why}")
                return
            self._through = max(said.number, self._through)
            self._quiet_since = now
            entries = self._entries()
        self._upload.done(now)

    def _waiting(self, now: float) -> list[bytes]:
        entries = self._entries()
        only_beats = len(entries) <= QUIET_UPLOAD / BEAT and all(b'"kind":"heartbeat"' in one for one in entries)
        return [] if only_beats and now - self._quiet_since < QUIET_UPLOAD else entries

    def _entries(self) -> list[bytes]:
        assert self._through is not None
        try:
            entries = self._journal.entries(self._through + 1, MOST)
        except OSError as fault:
            self._trouble("journal", f"the journal cannot be read: {fault}")
            return []
        ends = accumulate(len(entry) for entry in entries)
        return [entry for entry, end in zip(entries, ends, strict=True) if end <= MOST_OCTETS]

    def _trouble(self, what: str, why: str) -> None:
        if why and self.troubles.get(what) != why:
            self._tell("trouble", what=what, why=why)
        if why:
            self.troubles[what] = why
        else:
            self.troubles.pop(what, None)
