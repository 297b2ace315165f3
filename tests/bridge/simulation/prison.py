"""Two gates, their families and their misfortunes, played through three days as one seed says."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from firmware_bridge.actuate.line import honeywell
from firmware_bridge.codecs.line import LineCodec
from firmware_bridge.decide import Direction, Verdict
from firmware_bridge.devices import Scanner
from firmware_bridge.fakes import FakeClock
from firmware_bridge.gatehouse import Gatehouse, Place
from firmware_bridge.journal import Journal, JournalDamaged
from firmware_bridge.link import NoAnswer
from firmware_bridge.loop import LineLoop, Station
from firmware_bridge.passes import read
from tests.bridge.simulation.checks import Findings, Told, answers_are_kept, whole
from tests.bridge.simulation.defects import Defect, ForgetfulWay, HastyGatehouse, NoRepairDisk
from tests.bridge.simulation.machine import Died, Disk, DyingPort, Fate, Network, Way
from tests.bridge.simulation.passes import BEGAN, DAYS, KEYS, OPEN, SHUT, ZONES, passes
from tests.bridge.simulation.service import Service
from tests.passes.vectors import VISIT

SAME_SCAN = 60
IN_VIEW = 3.5


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
            journal = Journal(self.disk)
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
        self.up = True
        for way, place in self.places.items():
            port = DyingPort(self.clock, self.fate)
            loop = LineLoop(
                [Station(place)],
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
            read(text).pass_id.hex(),
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


class Prison:
    """`play` lives through the seed; what is wrong stands in the findings it answers."""

    def __init__(self, seed: int, defect: Defect = Defect.NONE) -> None:
        self.random = Random(seed)
        self.defect = defect
        self.now = BEGAN
        self.findings = Findings()
        self.service = Service(lambda: self.now, {f"gate-{zone}": zone for zone in ZONES})
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0
        self.gates = [Gate(f"gate-{zone}", zone, self) for zone in ZONES]
        self.walked_in: dict[tuple[str, str], datetime] = {}
        """Who is inside in truth: the gate and the text of the pass."""
        self.shown: dict[tuple[str, str, str], datetime] = {}

    def at(self, seconds: float, act: Callable[[], None]) -> None:
        """Does something later."""
        self._count += 1
        heapq.heappush(self._due, (self.now + timedelta(seconds=seconds), self._count, act))

    def play(self) -> Findings:
        self._misfortunes()
        self._families()
        end = BEGAN + timedelta(days=DAYS)
        while self._due and self._due[0][0] <= end:
            self.now, _, act = heapq.heappop(self._due)
            act()
        self._heal(end)
        return self.findings

    # --- what befalls them

    def _misfortunes(self) -> None:
        random, whole_time = self.random, DAYS * 86_400.0
        for gate in self.gates:
            for _ in range(random.randint(0, 4)):
                self._for_a_while(
                    lambda g=gate: g.set_network(random.choice(list(Network)[1:])),
                    lambda g=gate: g.set_network(Network.UP),
                    6,
                )  # type: ignore[misc]
            for _ in range(random.randint(0, 2)):
                self._for_a_while(
                    lambda g=gate: g.set_clock(timedelta(hours=random.choice([-3, 3, -24]))),
                    lambda g=gate: g.set_clock(timedelta(0)),
                    4,
                )  # type: ignore[misc]
            for _ in range(random.randint(0, 2)):
                self._for_a_while(
                    lambda g=gate: setattr(g.disk, "full", True), lambda g=gate: setattr(g.disk, "full", False), 1
                )  # type: ignore[misc]
            for _ in range(random.randint(2, 10)):
                self.at(random.uniform(0, whole_time), lambda g=gate: self._doom(g))  # type: ignore[misc]
            for _ in range(25):
                self.at(random.uniform(0, whole_time), gate.upload)
        for _ in range(random.randint(0, 3)):
            fault = random.choice([NoAnswer("500"), NoAnswer("422", lasting=True), NoAnswer("409", lasting=True)])
            self._for_a_while(
                lambda f=fault: setattr(self.service, "fault", f), lambda: setattr(self.service, "fault", None), 5
            )  # type: ignore[misc]

    def _for_a_while(self, begin: Callable[[], None], end: Callable[[], None], hours: float) -> None:
        start = self.random.uniform(0, DAYS * 86_400)
        self.at(start, begin)
        self.at(start + self.random.uniform(10, hours * 3600), end)

    def _doom(self, gate: Gate) -> None:
        """It dies now, or in the middle of what it does next."""
        if not gate.up:
            return
        if self.random.random() < 0.15:
            gate.died()
        else:
            gate.fate.steps = self.random.randint(1, 22)

    # --- people

    def _families(self) -> None:
        for (day, zone), texts in passes().items():
            for text in self.random.sample(texts, self.random.randint(2, 5)):
                gate = self.gates[ZONES.index(zone)]
                begins = day * 86_400 + OPEN.total_seconds()
                comes = begins + self.random.uniform(60, (SHUT - OPEN).total_seconds() - 4 * 3600)
                self.at(comes, lambda g=gate, t=text: self._comes(g, t, tries=4))  # type: ignore[misc]
                if self.random.random() < 0.15:
                    revoked = comes + self.random.uniform(-7200, 7200)
                    self.at(max(1.0, revoked), lambda t=text: self._revoke(t))  # type: ignore[misc]
                if self.random.random() < 0.35:
                    other = self.random.choice([gate, *self.gates])
                    late = comes + self.random.uniform(65, 5400)
                    self.at(late, lambda g=other, t=text: self._copied(g, t))  # type: ignore[misc]

    def _revoke(self, text: str) -> None:
        self.service.revoked.setdefault(read(text).pass_id.hex(), self.now)

    def _comes(self, gate: Gate, text: str, tries: int) -> None:
        told = self._shown(gate, "in", text)
        if told is not None and told.verdict is Verdict.ADMIT:
            stays = self.random.uniform(120, 7200)
            self.at(stays, lambda: self._goes(gate, text, tries=3))
            if self.random.random() < 0.1:
                self.at(4.0, lambda: self._again_in_view(gate, text))
        elif tries > 1:
            self.at(self.random.choice([5.0, 12.0, 40.0, 75.0, 1800.0]), lambda: self._comes(gate, text, tries - 1))

    def _again_in_view(self, gate: Gate, text: str) -> None:
        """The phone is still before the reader."""
        told = self._shown(gate, "in", text, same_person=True)
        if told is not None and told.verdict is Verdict.ADMIT and not told.repeated:
            self.findings.wrong(self.now, f"{gate.name}: the same scan was counted twice")

    def _copied(self, gate: Gate, text: str) -> None:
        """Somebody else has a picture of the pass. Only where another reader stands, or a minute later."""
        self._shown(gate, "in-2", text)

    def _goes(self, gate: Gate, text: str, tries: int) -> None:
        told = self._shown(gate, "out", text)
        if tries > 1 and (told is None or told.verdict is Verdict.REFUSE):
            self.at(self.random.choice([5.0, 30.0]), lambda: self._goes(gate, text, tries - 1))
            return
        # Nobody is kept in by a program: whoever wants to go, goes.
        self.walked_in.pop((gate.name, text), None)
        if self.random.random() < 0.3:
            self.at(self.random.uniform(90, 3600), lambda: self._comes(gate, text, tries=3))

    def _shown(self, gate: Gate, way: str, text: str, *, same_person: bool = False) -> Told | None:
        self.findings.scans += 1
        last = self.shown.get((gate.name, way, text), BEGAN - timedelta(days=1))
        self.shown[gate.name, way, text] = self.now
        pass_id = read(text).pass_id.hex()
        was_up, deaths = gate.up, self.findings.deaths
        known = self._is_known(gate, pass_id)
        told = gate.show(way, text)
        if told is None:
            in_view = self.now - last < timedelta(seconds=IN_VIEW)
            if was_up and self.findings.deaths == deaths and not in_view:
                self.findings.wrong(self.now, f"{gate.name} said nothing to a pass")
            return None
        self.findings.told.append(told)
        known = known or self._is_known(gate, pass_id)
        self._judge(gate, way, text, told, known=known)
        if told.verdict is Verdict.ADMIT and not same_person:
            before = self.walked_in.setdefault((gate.name, text), self.now)
            # Within a minute at the same reader it is the same scan, and the officer compares face and pass.
            if before != self.now and not (told.repeated and self.now - before < timedelta(seconds=SAME_SCAN)):
                self.findings.wrong(self.now, f"{gate.name} let {pass_id[-4:]} in twice")
        return told

    def _is_known(self, asked: Gate, pass_id: str) -> bool:
        """Whether a gate's journal holds that the pass went in, or another gate could not yet tell what it did.

        What the service merely meant to let in, and this gate has not, is no reason.
        """
        memories = {gate.name: gate.gatehouse._memory for gate in self.gates if gate.gatehouse is not None}
        return any(
            pass_id in memory.inside or (name != asked.name and memory.unheard_of(pass_id))
            for name, memory in memories.items()
        )

    def _judge(self, gate: Gate, way: str, text: str, told: Told, *, known: bool) -> None:
        """A refusal must have a reason, and the reason must be true."""
        if told.verdict is not Verdict.REFUSE:
            if way == "out" and told.verdict is not Verdict.LEAVE:
                self.findings.wrong(self.now, f"{gate.name} answered {told.verdict} at the exit")
            return
        found = read(text)
        clocks = [self.now, gate.clock.now()]
        revoked = self.service.revoked.get(told.pass_id)
        # The upload may have told the service since: what is true of it now was true or became so by this scan.
        is_true = {
            "too-early": any(at.timestamp() < found.not_before + 1 for at in clocks),
            "too-late": any(at.timestamp() > found.not_after for at in clocks),
            "already-inside": known,
            "revoked": revoked is not None,
            "not-recorded": gate.disk.full,
            "not-inside": way == "out",
            "wrong-gate": found.gate_zone != gate.places["in"].gate_zone,
        }
        if not is_true.get(str(told.reason), False):
            self.findings.wrong(
                self.now, f"{gate.name} refused {told.pass_id[-4:]} as {told.reason}, which is not true"
            )

    # --- the end

    def _heal(self, end: datetime) -> None:
        """Everything is mended, every bridge starts once more and uploads: nothing may be missing or changed."""
        self.now = end
        self.service.fault = None
        journals: dict[str, list[dict[str, object]]] = {}
        for gate in self.gates:
            gate.disk.full = False
            gate.fate.steps = None
            gate.network, gate.offset = Network.UP, timedelta(0)
            gate.disk.lose_power(self.random)
            self._due.clear()
            self.now += timedelta(hours=2)
            gate.start()
            for _ in range(3):
                self.now += timedelta(seconds=SAME_SCAN + 1)
                gate.upload()
            if gate.gatehouse is not None and gate.gatehouse.unheard:
                self.findings.wrong(self.now, f"{gate.name}: {gate.gatehouse.unheard} scans were never taken")
            journals[gate.name] = whole(self.findings, gate.name, gate.disk.durable)
        answers_are_kept(self.findings, journals)
        # A pass that was refused for want of an answer may have been shown again: the last answer to a scan counts.
        for told in {(told.gate, told.sequence): told for told in self.findings.told}.values():
            if told.sequence is None:
                continue
            kept = self.service.scans.get((told.gate, told.sequence))
            if kept is None:
                self.findings.wrong(told.at, f"{told.gate}: the service never heard of scan {told.sequence}")
            elif kept.verdict is not told.verdict:
                self.findings.wrong(
                    told.at, f"{told.gate}: scan {told.sequence} is {kept.verdict} at the service, was {told.verdict}"
                )
        for gate, sequence in self.service.scans:
            kinds = {record["kind"] for record in journals[gate] if record["sequence"] == sequence}
            if kinds != {"scan"}:
                self.findings.bad.append(f"{gate}: the service knows scan {sequence}, the journal does not")
