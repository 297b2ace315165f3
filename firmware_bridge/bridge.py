"""A running bridge: one thread for each reader and one that tells the service what it has not heard."""

import secrets
from collections.abc import Callable
from threading import Event, Thread

from firmware_bridge.actuate.line import ACTUATORS
from firmware_bridge.clock import Clock, SystemClock
from firmware_bridge.codecs.line import LineCodec
from firmware_bridge.config import Config, ReaderConfig
from firmware_bridge.disk import DiskFile, JournalFile
from firmware_bridge.gatehouse import Gatehouse
from firmware_bridge.journal import Journal
from firmware_bridge.link import HttpLink, Link, NoLink
from firmware_bridge.loop import ReaderLoop, Tell
from firmware_bridge.ports import PortState, SerialPort
from firmware_bridge.reader import ReaderSession

UPLOAD_WITHIN = 10.0
UPLOAD_EVERY, UPLOAD_LONGEST = 1.0, 60.0


class Bridge:
    """Starts the readers of a configuration and stops them. Clock, disk and link may be others than the real.

    Raises OSError when the journal cannot be opened, JournalDamaged when it does not read.
    """

    def __init__(
        self,
        config: Config,
        tell: Tell,
        *,
        clock: Clock | None = None,
        file: JournalFile | None = None,
        link: Link | None = None,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._config = config
        self._tell = tell
        self._clock = clock or SystemClock()
        self._stopped = Event()
        self._file = file or DiskFile(config.journal)
        self._link = link or (HttpLink(config.url, config.device_key) if config.url else NoLink())
        self.gatehouse = Gatehouse(
            config.institution,
            config.keys,
            journal=Journal(self._file),
            link=self._link,
            clock=self._clock,
            new_id=new_id,
            deadline=config.deadline,
        )
        self._threads = [Thread(target=self._serve, args=[reader]) for reader in config.readers]
        self._threads.append(Thread(target=self._upload))

    def start(self) -> None:
        """Serves the readers until `stop`."""
        for thread in self._threads:
            thread.daemon = True
            thread.start()
        self._tell("started", readers=len(self._config.readers), unheard=self.gatehouse.unheard)

    def stop(self) -> None:
        """Lets each thread finish what it is at and gives ports and journal free."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(UPLOAD_WITHIN + 1)
        for held in (self._link, self._file):
            if isinstance(held, HttpLink | DiskFile):
                held.close()
        self._tell("stopped", unheard=self.gatehouse.unheard)

    def _serve(self, reader: ReaderConfig) -> None:
        def told(state: PortState, why: str) -> None:
            self._tell("line", reader=reader.place.reader, state=state.value, why=why)

        port = SerialPort(reader.path, reader.baud, self._clock, told)
        loop = ReaderLoop(
            reader.place,
            port=port,
            session=ReaderSession(LineCodec(prefixes=reader.prefixes)),
            actuator=ACTUATORS[reader.kind],
            gatehouse=self.gatehouse,
            clock=self._clock,
            tell=self._tell,
        )
        while not self._stopped.is_set():
            loop.step()
        port.close()

    def _upload(self) -> None:
        pause = UPLOAD_EVERY
        while not self._stopped.wait(pause):
            if not self.gatehouse.unheard:
                continue
            heard = self.gatehouse.send_unheard(UPLOAD_WITHIN)
            pause = UPLOAD_EVERY if heard else min(pause * 2, UPLOAD_LONGEST)
            self._tell("uploaded", scans=heard, unheard=self.gatehouse.unheard)
