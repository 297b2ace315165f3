"""The card reader, on the bridge's own ports and codecs, in a thread of its own."""

from collections.abc import Callable
from threading import Event, Thread

from firmware_bridge.clock import Clock
from firmware_bridge.codecs.cards import FramedCardCodec, NumberCardCodec
from firmware_bridge.codecs.codes import Scan
from firmware_bridge.ports import Port
from firmware_bridge.reader import Presented, ReaderSession


class CardReader:
    """Hands each card to `shown`; the same card held before the reader is one card."""

    def __init__(self, port: Port, protocol: str, clock: Clock, shown: Callable[[str], None]) -> None:
        self._port = port
        self._codec = FramedCardCodec() if protocol == "framed" else NumberCardCodec()
        self._clock = clock
        self._shown = shown
        self._session = ReaderSession(mute=2.0)
        self._openings = port.openings
        self._stopped = Event()
        self._thread = Thread(target=self._run, daemon=True, name="card-reader")

    def start(self) -> None:
        """Begins to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Ends, and frees the line."""
        self._stopped.set()
        self._thread.join()
        self._port.close()

    def step(self) -> None:
        """Reads once."""
        octets, now = self._port.read(), self._clock.monotonic()
        if self._port.openings != self._openings:
            self._openings = self._port.openings
            self._codec.lost()
        for one in self._codec.feed(octets, now):
            heard = self._session.heard(one, now)
            if isinstance(one, Scan) and isinstance(heard, Presented):
                self._shown(one.text)
                self._session.settled()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.step()
