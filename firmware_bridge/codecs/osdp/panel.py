"""The control panel of one line: whose turn it is, how long a reply may take, and what came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from firmware_bridge.codecs.osdp.commands import Command
from firmware_bridge.codecs.osdp.events import Event, Online
from firmware_bridge.codecs.osdp.frame import HEADER, LONGEST, SHORTEST, FrameDecoder
from firmware_bridge.codecs.osdp.remote import Remote

MOST_READERS = 8
BITS = 10
"""A start bit, eight of data, a stop bit."""
REPLY_WITHIN = 0.2
"""Seconds a reader has until its reply begins (OSDP 2.2, section 5.7)."""
LONGEST_REPLY = LONGEST
"""A code of any length that fits into a frame is read, and then refused: its reader stays under its session."""
GAP = 0.04
"""Seconds without an octet after which a reply that had begun will not go on; above a USB adapter's 16 ms."""


@dataclass(frozen=True, slots=True)
class Wired:
    """A reader of the line: its address (0 to 126), its base key (16 octets), whether its key may be set."""

    address: int
    key: bytes
    install: bool = False


class Panel:
    """Asks up to eight readers in turn. `now` is in monotonic seconds; nothing is waited for in here.

    Call `feed` with what came (or nothing, to let time pass), then write `outgoing`, then wait for octets
    `wait` seconds at most.
    """

    def __init__(self, readers: Sequence[Wired], baud: int, *, random: Callable[[int], bytes]) -> None:
        if not 0 < len(readers) <= MOST_READERS:
            raise ValueError(f"a line has 1 to {MOST_READERS} readers")
        if len({reader.address for reader in readers}) < len(readers):
            raise ValueError("two readers of a line have the same address")
        self._remotes = [
            Remote(reader.address, reader.key, install=reader.install, random=random) for reader in readers
        ]
        self._octet = BITS / baud
        self._decoder = FrameDecoder(LONGEST_REPLY)
        self._asked: Remote | None = None
        self._deadline = 0.0
        self._latest = 0.0
        self._came = 0
        self._quiet_until = 0.0

    @property
    def skipped(self) -> int:
        """Octets that belonged to no frame."""
        return self._decoder.skipped

    def submit(self, address: int, command: Command) -> bool:
        """Sends a command at the reader's next turn; False when there is no such reader now."""
        return any(remote.address == address and remote.submit(command) for remote in self._remotes)

    def feed(self, octets: bytes, now: float) -> list[Event]:
        """Takes what came off the line, or nothing to let time pass. Never raises."""
        events: list[Event] = []
        for reply in self._decoder.feed(octets):
            if self._asked is not None:
                events += self._asked.heard(reply, now)
                if not self._asked.is_waiting:
                    self._asked = None
                    # Two octets of silence between frames (section 5.4).
                    self._quiet_until = now + 2 * self._octet
        if self._asked is not None:
            self._came += len(octets)
            if octets and self._came >= HEADER:
                self._deadline = min(now + max(self._decoder.missing, 0) * self._octet + GAP, self._latest)
            if now >= self._deadline:
                events += self._asked.unheard(now)
                self._asked = None
        if any(isinstance(event, Online) for event in events):
            for remote in self._remotes:
                remote.wake(now)
        return events

    def outgoing(self, now: float) -> bytes:
        """What to write now: one frame, or nothing while the line is in use and when nothing is due."""
        if self._asked is not None or now < self._quiet_until:
            return b""
        ready = [remote for remote in self._remotes if remote.due <= now]
        if not ready:
            return b""
        remote = min(ready, key=lambda one: (not one.is_urgent, one.due))
        octets = remote.turn()
        self._decoder.clear()
        self._asked = remote
        self._came = 0
        self._deadline = now + (len(octets) + SHORTEST) * self._octet + REPLY_WITHIN
        self._latest = self._deadline + LONGEST_REPLY * self._octet + GAP
        return octets

    def wait(self, now: float) -> float:
        """Seconds after which `feed` or `outgoing` wants to be called though nothing came."""
        moment = self._deadline if self._asked else max(self._quiet_until, min(one.due for one in self._remotes))
        return max(0.0, moment - now)

    def lost(self) -> None:
        """The line was cut: what came before belongs to nothing that comes after."""
        self._decoder.clear()
