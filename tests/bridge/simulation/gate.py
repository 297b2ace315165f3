"""A gate of the simulated prison: its bridge, its disk, its clock and its line to the service."""

from datetime import timedelta
from typing import TYPE_CHECKING

from firmware_bridge.actuate.line import honeywell
from firmware_bridge.codecs.line import LineCodec
from firmware_bridge.decide import Direction, Verdict
from firmware_bridge.devices import Scanner
from firmware_bridge.fakes import FakeClock
from firmware_bridge.gatehouse import Gatehouse, Place
from firmware_bridge.journal import Journal, JournalDamaged
from firmware_bridge.loop import LineLoop, Station
from firmware_bridge.today import Today
from firmware_bridge.upkeep import Upkeep
from tests.bridge.simulation.checks import Told
from tests.bridge.simulation.defects import Defect, ForgetfulWay, HastyGatehouse, NoRepairDisk
from tests.bridge.simulation.journals import OWN, Post, quick
from tests.bridge.simulation.machine import Died, Disk, DyingPort, Fate, Network, Way
from tests.bridge.simulation.passes import KEYS, read_once
from tests.passes.vectors import VISIT

SAME_SCAN = 60
IN_VIEW = 3.5

BEAT = 1800.0
"""Rarer than in life: a heartbeat each minute would be all that thousands of seeds do."""


class Nowhere:
    """Keeps nothing: what the service said is asked for again at each start."""

    def read(self) -> bytes | None:
        return None

    def write(self, octets: bytes) -> None:
        """Forgets it."""


if TYPE_CHECKING:
    from tests.bridge.simulation.prison import Prison


class Gate:
    """One bridge: machine, line to each reader, and what its readers have sounded."""

    def __init__(self, name: str, zone: int, prison: "Prison") -> None:
        self.name = name
        self.prison = prison
        self.places = {
            "in": Place(f"{name}-in", name, zone, Direction.ENTRY),
            "in-2": Place(f"{name}-in-2", name, zone, Direction.ENTRY),
            "out": Place(f"{name}-out", name, zone, Direction.EXIT),
        }
        self.fate = Fate()
        self.disk = NoRepairDisk(self.fate) if prison.defect is Defect.NO_REPAIR else Disk(self.fate)
        self.offset = timedelta(0)
        self.network = Network.UP
        self.up = False
        self.gatehouse: Gatehouse | None = None
        self.loops: dict[str, tuple[LineLoop, DyingPort]] = {}
        self.clock = FakeClock(prison.now)
        self.synced = prison.now
        self.said: list[dict[str, object]] = []
        self.start()

    def start(self) -> None:
        """The machine comes up, unless it dies again while it does."""
        self.clock = FakeClock(self.prison.now + self.offset)
        self.synced = self.prison.now
        way = ForgetfulWay if self.prison.defect is Defect.FORGETS else Way
        self.way = way(self.prison.service, self.name, self.clock, self.fate)
        self.way.network = self.network
        try:
            journal = Journal(self.disk, quick)
        except JournalDamaged as damage:
            self.prison.findings.wrong(self.prison.now, f"{self.name} does not start: {damage}")
            return
        try:
            made = HastyGatehouse if self.prison.defect is Defect.ANSWERS_FIRST else Gatehouse
            self.gatehouse = gate = made(
                VISIT.institution,
                KEYS,
                journal=journal,
                link=self.way,
                clock=self.clock,
                new_id=lambda: f"{self.prison.random.getrandbits(64):016x}",
            )
        except Died:
            self.died()
            return
        if self.prison.defect is Defect.ADMITS_TWICE:
            gate._memory.inside.clear()
        self.upkeep = Upkeep(
            gate,
            journal,
            Today(self.clock),
            self.clock,
            Post(self.way, self.fate, self.prison.journals, self.name),
            OWN,
            Nowhere(),
            self._tell,
            beat=BEAT,
        )
        self.up = True
        for way, place in self.places.items():
            port = DyingPort(self.clock, self.fate)
            loop = LineLoop(
                [Station(place, door=f"{place.reader}-door" if place.direction is Direction.ENTRY else None)],
                port=port,
                device=Scanner(LineCodec(), honeywell),
                gatehouse=gate,
                clock=self.clock,
                tell=self._tell,
            )
            self.loops[way] = loop, port

    def died(self, *, power: bool | None = None, outage: float | None = None) -> None:
        """Killed, or cut from its power; started again after a while."""
        random = self.prison.random
        self.prison.findings.deaths += 1
        self.up = False
        self.fate.steps = None
        if random.random() < 0.5:
            self._building_goes_dark()
        if power if power is not None else random.random() < 0.5:
            self.disk.lose_power(random)
        wait = outage if outage is not None else random.choice([2.0, 5.0, 15.0, random.uniform(60, 7200)])
        self.prison.at(wait, self.start)

    def _building_goes_dark(self) -> None:
        """What takes the power often takes the network, and somebody tries what he can get away with."""
        random, prison = self.prison.random, self.prison
        self.set_network(random.choice([Network.DOWN, Network.SLOW]))
        prison.at(random.uniform(600, 7200), lambda: self.set_network(Network.UP))
        inside = [text for name, text in prison.walked_in if name == self.name]
        for text in inside:
            if random.random() < 0.4:
                prison.at(random.uniform(70, 500), lambda t=text: prison._copied(self, t))  # type: ignore[misc]

    def show(self, way: str, text: str) -> Told | None:
        """Somebody holds a code up. Answers what was sounded; None when nothing was."""
        if not self.up:
            return None
        self.sync()
        loop, port = self.loops[way]
        before, self.said = len(port.written), []
        port.arrive(text.encode() + b"\r")
        try:
            loop.step()
        except Died:
            self.died()
            if len(port.written) == before:
                return None
        for facts in self.said:
            if facts["event"] == "fault":
                self.prison.findings.wrong(self.prison.now, f"{self.name}: {facts['fault']}")
        answered = [facts for facts in self.said if facts["event"] == "answered"]
        if not answered:
            return None
        told = answered[-1]
        sequence = told["sequence"]
        reason = told["reason"]
        return Told(
            self.name,
            self.places[way].reader,
            read_once(text).pass_id.hex(),
            Verdict(str(told["verdict"])),
            str(reason) if reason is not None else None,
            sequence if isinstance(sequence, int) else None,
            bool(told["repeated"]),
            self.prison.now,
        )

    def upload(self) -> None:
        """The thread that tells the service what it has not heard."""
        if self.up and self.gatehouse is not None:
            self.sync()
            try:
                self.gatehouse.send_unheard(10)
                self.upkeep.step()
            except Died:
                self.died()

    def set_clock(self, offset: timedelta) -> None:
        """Somebody, or a dead battery, sets the wall clock."""
        self.sync()
        self.offset = offset
        self.clock.set(self.prison.now + offset)

    def set_network(self, network: Network) -> None:
        self.network = self.way.network = network

    def sync(self) -> None:
        """Brings the machine's clocks to the moment of the prison; they may be ahead by what it has waited."""
        behind = (self.prison.now - self.synced).total_seconds()
        if behind > 0:
            self.clock.moved(behind)
            self.synced = self.prison.now

    def _tell(self, event: str, **facts: object) -> None:
        self.said.append({"event": event, **facts})
