"""A panel, readers and the line between them in simulated time."""

from collections.abc import Callable, Sequence
from random import Random

from firmware_bridge.codecs.osdp.events import Event
from firmware_bridge.codecs.osdp.panel import Panel, Wired
from firmware_bridge.simulate.bus import Bus
from tests.bridge.osdp_reader import OsdpReader

KEY = bytes(range(0xA0, 0xB0))
PANEL = -1
REPLY_AFTER = 0.003
STALE = 0.03
TICK = 0.001


class Line:
    """`run` lets time pass; `events` is what the panel told, with the moment."""

    def __init__(
        self,
        *readers: OsdpReader,
        keys: Sequence[bytes] | None = None,
        install: bool = False,
        baud: int = 115_200,
        seed: int = 0,
        to_panel: Callable[[bytes], bytes] = lambda octets: octets,
    ) -> None:
        chance = Random(seed)
        wired = [
            Wired(reader.address, key, install)
            for reader, key in zip(readers, keys or [KEY] * len(readers), strict=True)
        ]
        self.readers = readers
        self.panel = Panel(wired, baud, random=chance.randbytes)
        self.bus = Bus(baud, chance)
        self.now = 0.0
        self.events: list[tuple[float, Event]] = []
        self.said: list[bytes] = []
        self._to_panel = to_panel
        self._held: dict[int, tuple[bytearray, float]] = {n: (bytearray(), 0.0) for n in range(len(readers))}
        self._replies: list[tuple[float, int, bytes]] = []

    def run(self, seconds: float) -> list[Event]:
        """Lets time pass; answers what the panel told meanwhile."""
        until, before = self.now + seconds, len(self.events)
        while self.now < until:
            self._step()
            moments = [self.now + self.panel.wait(self.now), *(reply[0] for reply in self._replies)]
            self.now = min(max(self.now + TICK, min(*moments, self.bus.next() or until)), until)
        return [event for _, event in self.events[before:]]

    def _step(self) -> None:
        came = b""
        for sender, octets in self.bus.arrived(self.now):
            if sender != PANEL and self.bus.hears(PANEL, sender):
                came += octets
            for number in range(len(self.readers)):
                if self.bus.hears(number, sender):
                    self._held[number] = (self._held[number][0] + octets, self.now)
        self._tell(self.panel.feed(self._to_panel(came) if came else b"", self.now))
        out = self.panel.outgoing(self.now)
        if out:
            self.said.append(out)
            self.bus.send(PANEL, out, self.now)
        for number, reader in enumerate(self.readers):
            self._replies += [(self.now + REPLY_AFTER, number, reader.hears(one)) for one in self._whole(number)]
        for reply in [one for one in self._replies if one[0] <= self.now]:
            self._replies.remove(reply)
            self.bus.send(reply[1], reply[2], self.now)

    def _whole(self, number: int) -> list[bytes]:
        """The frames that a reader's UART has put together."""
        held, last = self._held[number]
        found = []
        while (begins := held.find(0x53)) >= 0:
            del held[:begins]
            length = int.from_bytes(held[2:4], "little") if len(held) >= 4 else 8
            if not 8 <= length <= 512:
                del held[0]
            elif len(held) < length:
                break
            else:
                found.append(bytes(held[:length]))
                del held[:length]
        if self.now - last > STALE:
            held.clear()
        return found

    def _tell(self, events: Sequence[Event]) -> None:
        self.events += [(self.now, event) for event in events]
