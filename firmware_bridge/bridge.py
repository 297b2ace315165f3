"""A running bridge: a thread for each line, one that serves all scanners' lines while they are open, one that tells the
service what it has not heard, one watching them all.
"""

import secrets
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from threading import Event, Thread

from firmware_bridge.actuate.line import ACTUATORS, silent
from firmware_bridge.actuate.relay import Relay
from firmware_bridge.channel import Channel, HttpChannel
from firmware_bridge.clock import Clock, SystemClock
from firmware_bridge.codecs.cards import FramedCardCodec, NumberCardCodec
from firmware_bridge.codecs.line import LineCodec
from firmware_bridge.codecs.osdp.panel import Wired
from firmware_bridge.concentrator import Concentrator, Line, SharedPort
from firmware_bridge.config import Config
from firmware_bridge.devices import Device, OsdpReaders, OsdpWiring, Scanner, SsiScanner
from firmware_bridge.disk import DiskFile, JournalFile, SealedFile
from firmware_bridge.gatehouse import Gatehouse
from firmware_bridge.hardware import FRAMED_CARD, NUMBER_CARD, SSI, OsdpConfig, ReaderConfig, RelayConfig
from firmware_bridge.health import Health, LineHealth
from firmware_bridge.health_page import HealthPage
from firmware_bridge.identity import Identity, identity_at
from firmware_bridge.journal import Journal
from firmware_bridge.link import HttpLink, Link, NoLink
from firmware_bridge.loop import IDLE_WAIT, LineLoop, Station, Tell
from firmware_bridge.notify import Notifier
from firmware_bridge.ports import Port, PortState, SerialPort
from firmware_bridge.power import mains
from firmware_bridge.quieter import Quieter
from firmware_bridge.release import Releases
from firmware_bridge.screen.screen import Screen
from firmware_bridge.screen.server import LoopbackServer
from firmware_bridge.today import Today
from firmware_bridge.upkeep import Upkeep

UPLOAD_WITHIN = 10.0
UPLOAD_EVERY, UPLOAD_LONGEST = 1.0, 60.0
LOOK_EVERY = 1.0
RELAY_WAIT = 0.02


class Bridge:
    """Starts the lines of a configuration and stops them. Clock, disk, link, channel and keys may be others than the
    real. `today` and `releases` are what a screen shows and does.

    Raises OSError when journal or keys cannot be opened, JournalDamaged when the journal does not read.
    """

    def __init__(
        self,
        config: Config,
        tell: Tell,
        *,
        clock: Clock | None = None,
        file: JournalFile | None = None,
        link: Link | None = None,
        channel: Channel | None = None,
        identity: Identity | None = None,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
        notifier: Notifier | None = None,
    ) -> None:
        self._config = config
        self._clock = clock or SystemClock()
        self._tell = Quieter(tell, self._clock)
        self._stopped = Event()
        self._file = file or DiskFile(config.journal)
        self._link = link or (HttpLink(config.url, config.device_key) if config.url else NoLink())
        self._notifier = notifier or Notifier("")
        self.health = Health({name: LineHealth(path) for name, path in config.paths()})
        keys = config.identity or config.journal.with_name("bridge.identity")
        own = identity or identity_at(keys)
        journal = Journal(self._file, own.sign)
        kept = SealedFile(config.bundle or config.journal.with_name("gate.bundle"))
        self.today = Today(self._clock, identity=own, kept=kept, limit=config.bundle_limit)
        self.gatehouse = Gatehouse(
            config.institution,
            config.keys,
            journal=journal,
            link=self._link,
            clock=self._clock,
            new_id=new_id,
            deadline=config.deadline,
            today=self.today,
        )
        self.releases = Releases(self.gatehouse, self.today, self._clock)
        self._channel = channel or (HttpChannel(config.url, config.device_key) if config.url else None)
        self.upkeep = Upkeep(
            self.gatehouse,
            journal,
            self.today,
            self._clock,
            self._channel,
            own,
            SealedFile(keys.with_suffix(".service")),
            self._tell,
            service=config.verifier_key,
            mains=mains,
            bundle_every=config.bundle_every,
        )
        asking = ThreadPoolExecutor(len(config.readers), "asking") if config.readers and self.gatehouse.asks else None
        self._workers: list[Executor] = [] if asking is None else [asking]
        self._concentrator = Concentrator(self.gatehouse, self._clock, self._tell, asking)
        self._relays = {relay.name: Relay(relay.frames, relay.seconds) for relay in config.relays}
        self._threads = [
            *(Thread(target=self._serve_reader, args=[reader]) for reader in config.readers),
            *(Thread(target=self._serve_osdp, args=[number, line]) for number, line in enumerate(config.osdp, 1)),
            *(Thread(target=self._serve_relay, args=[relay]) for relay in config.relays),
            Thread(target=self._serve_open_lines),
            Thread(target=self._upload),
            Thread(target=self._keep_up),
            Thread(target=self._look_after),
        ]
        self.page = HealthPage(config.health_port, self.health, self._clock) if config.health_port else None
        self.screen = self._screen_at(config.screen_port) if config.screen_port is not None else None

    def start(self) -> None:
        """Serves the readers until `stop`."""
        for thread in self._threads:
            thread.daemon = True
            thread.start()
        for page in (self.page, self.screen):
            if page is not None:
                page.start()
        self._tell("started", readers=len(self._config.names()), unheard=self.gatehouse.unheard)

    def stop(self) -> None:
        """Lets each thread finish what it is at and gives ports and journal free."""
        self._stopped.set()
        self._notifier.stopping()
        for thread in self._threads:
            thread.join(UPLOAD_WITHIN + 1)
        for workers in self._workers:
            workers.shutdown(wait=False)
        self.upkeep.stop()
        for held in (self._link, self._channel, self._file, self.page, self.screen):
            if isinstance(held, HttpLink | HttpChannel | DiskFile | HealthPage | LoopbackServer):
                held.close()
        self._tell("stopped", unheard=self.gatehouse.unheard)

    def _screen_at(self, port: int) -> LoopbackServer:
        behind = (one.place for line in self._config.osdp for one in line.readers)
        doors = {one.place.gate: (one.relay, self._relays[one.relay]) for one in self._config.readers if one.relay}
        screen = Screen(
            today=self.today,
            gatehouse=self.gatehouse,
            releases=self.releases,
            clock=self._clock,
            places=frozenset((*(one.place for one in self._config.readers), *behind)),
            secret=lambda: secrets.token_hex(16),
            doors=doors,
        )
        return LoopbackServer(port, screen, lambda fault: self._tell("fault", screen=port, fault=fault))

    def _serve_reader(self, reader: ReaderConfig) -> None:
        """Opens the line and gives it to the thread of all open lines; again when it was lost."""
        name = f"reader {reader.place.reader}"
        relay = self._relays.get(reader.relay)
        port, shared, health = self._port(name, reader.path, reader.baud), self._concentrator, self.health.lines[name]
        loop = LineLoop(
            [Station(reader.place, door=reader.relay or None, relay=relay)],
            port=SharedPort(port),
            device=_device(reader),
            gatehouse=self.gatehouse,
            clock=self._clock,
            tell=self._tell,
            health=health,
            workers=shared.workers,
            woken=shared.woken,
            together=shared.together,
        )
        line = Line(port, loop)
        while not self._stopped.is_set():
            if port.open(IDLE_WAIT):
                shared.serve(line)
                line.left.wait()
                port.let_go()
            health.stepped(0, self._clock.monotonic())
        port.close()

    def _serve_open_lines(self) -> None:
        while not self._stopped.is_set():
            self._concentrator.turn()
        self._concentrator.stop()

    def _serve_osdp(self, number: int, line: OsdpConfig) -> None:
        name = f"OSDP line {number}"
        workers = ThreadPoolExecutor(len(line.readers), thread_name_prefix=name)
        self._workers.append(workers)
        port = self._port(name, line.path, line.baud)
        wirings = [
            OsdpWiring(Wired(one.address, one.key, one.install), one.output, one.seconds * 10) for one in line.readers
        ]
        loop = LineLoop(
            [
                Station(one.place, door=None if one.output is None else f"{one.place.reader}-output-{one.output}")
                for one in line.readers
            ],
            port=port,
            device=OsdpReaders(wirings, line.baud, random=secrets.token_bytes),
            gatehouse=self.gatehouse,
            clock=self._clock,
            tell=self._tell,
            health=self.health.lines[name],
            workers=workers,
        )
        self._run(loop, port)

    def _serve_relay(self, config: RelayConfig) -> None:
        relay, openings = self._relays[config.name], 0
        name = f"relay {config.name}"
        port = self._port(name, config.path, config.baud)
        health = self.health.lines[name]
        while not self._stopped.is_set():
            octets = port.read(RELAY_WAIT)
            now = self._clock.monotonic()
            health.stepped(len(octets), now)
            if port.openings != openings:
                openings = port.openings
                relay.began(now)
            out = relay.outgoing(now)
            if out and not port.write(out):
                self._tell("relay-unwritten", relay=config.name)
        port.close()

    def _port(self, name: str, path: str, baud: int) -> SerialPort:
        health = self.health.lines[name]

        def told(state: PortState, why: str) -> None:
            health.state, health.why = state.value, why
            health.openings += state is PortState.OPEN
            self._tell("line", line=name, state=state.value, why=why)

        return SerialPort(path, baud, self._clock, told)

    def _run(self, loop: LineLoop, port: Port) -> None:
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
            if heard:
                self.health.last_uploaded = self._clock.monotonic()
            self._tell("uploaded", scans=heard, unheard=self.gatehouse.unheard)

    def _keep_up(self) -> None:
        while not self._stopped.is_set():
            self.upkeep.step()
            self.health.upkeep = tuple(f"{what}: {why}" for what, why in sorted(self.upkeep.troubles.items()))
            self._stopped.wait(LOOK_EVERY)

    def _look_after(self) -> None:
        """Feeds the watchdog of the system as long as every line's loop comes round."""
        is_ready = False
        while not self._stopped.wait(LOOK_EVERY if is_ready else 0.05):
            self.health.unheard, self.health.inside = self.gatehouse.unheard, self.gatehouse.inside
            self.health.recording = self.gatehouse.is_recording
            if not self.health.is_alive(self._clock.monotonic()):
                continue
            if not is_ready:
                self._notifier.ready()
                is_ready = True
            self._notifier.alive(", ".join(self.health.troubles(self._clock.monotonic())) or "all lines are open")


def _device(reader: ReaderConfig) -> Device:
    match reader.kind:
        case kind if kind == SSI:
            return SsiScanner()
        case kind if kind == FRAMED_CARD:
            return Scanner(FramedCardCodec())
        case kind if kind == NUMBER_CARD:
            return Scanner(NumberCardCodec())
        case kind:
            return Scanner(LineCodec(prefixes=reader.prefixes), ACTUATORS.get(kind, silent))
