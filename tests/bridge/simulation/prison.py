"""Two gates, their families and their misfortunes, played through three days as one seed says."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from firmware_bridge.decide import Verdict
from firmware_bridge.link import NoAnswer
from tests.bridge.simulation.checks import Findings, Told, answers_are_kept, left_before, whole
from tests.bridge.simulation.days import days_are_compared
from tests.bridge.simulation.defects import Defect
from tests.bridge.simulation.gate import Gate
from tests.bridge.simulation.journals import Journals
from tests.bridge.simulation.machine import Network
from tests.bridge.simulation.passes import BEGAN, DAYS, OPEN, SHUT, ZONES, passes, read_once
from tests.bridge.simulation.service import Service

SAME_SCAN = 60
IN_VIEW = 3.5


class Prison:
    """`play` lives through the seed; what is wrong stands in the findings it answers."""

    def __init__(
        self,
        seed: int,
        defect: Defect = Defect.NONE,
        service: Callable[[Callable[[], datetime]], Service] | None = None,
    ) -> None:
        self.random = Random(seed)
        self.defect = defect
        self.now = BEGAN
        self.findings = Findings()
        zones = {f"gate-{zone}": zone for zone in ZONES}
        self.service = service(lambda: self.now) if service else Service(lambda: self.now, zones)
        self.journals = Journals()
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
        self.service.revoked.setdefault(read_once(text).pass_id.hex(), self.now)

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
        pass_id = read_once(text).pass_id.hex()
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
            is_same = told.repeated and self.now - before < timedelta(seconds=SAME_SCAN)
            if before != self.now and not is_same:
                if left_before(gate.disk.durable, pass_id):
                    self.walked_in[gate.name, text] = self.now
                else:
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
        found = read_once(text)
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

    def _told_to_the_end(self, gate: Gate, records: list[dict[str, object]]) -> None:
        """The service has the journal as it stands on the disk."""
        have = [entry.number for entry in self.journals.taken.get(gate.name, [])]
        if have != [record["sequence"] for record in records]:
            self.findings.bad.append(f"{gate.name}: the service has {len(have)} of {len(records)} records")

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
            if gate.gatehouse is not None:
                self._told_to_the_end(gate, journals[gate.name])
        answers_are_kept(self.findings, journals)
        days_are_compared(self.findings, self.journals)
        for device, refused in self.journals.refused:
            self.findings.bad.append(f"{device}: entry {refused.number} was refused: {refused.kind}")
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
