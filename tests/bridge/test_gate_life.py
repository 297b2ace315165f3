"""Hours of a gate at random: nothing answered is lost, and no pass is let in twice without an exit."""

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from firmware_bridge.decide import Verdict
from firmware_bridge.fakes import FakeClock, MemoryFile
from firmware_bridge.gatehouse import Gatehouse, Place
from firmware_bridge.journal import Journal
from firmware_bridge.link import Answer, NoAnswer, OneByOne, Question
from tests.bridge.cast import IN, MIDDAY, OUT, SECOND_IN, LiveState, gatehouse, token
from tests.bridge.simulation.checks import verdicts_in


class PowerCut(Exception):
    """The bridge dies at this line."""


class DiesAsking(OneByOne):
    """The service hears the question and acts; the bridge dies before it hears the answer."""

    def __init__(self, live: LiveState) -> None:
        self.live = live

    def ask(self, question: Question, within: float) -> Answer | NoAnswer:
        self.live.ask(question, within)
        raise PowerCut


class GateLife(RuleBasedStateMachine):
    """Hours of a gate: scans both ways, a network that comes and goes, crashes, power cuts, a clock that jumps."""

    @initialize()
    def open(self) -> None:
        self.clock = FakeClock(MIDDAY)
        self.live = LiveState()
        self.file = MemoryFile()
        self.admitted: set[str] = set()
        self.answered: set[tuple[int, str]] = set()
        self.gate: Gatehouse = self.start()

    def start(self) -> Gatehouse:
        return gatehouse(self.live, self.file, self.clock)

    @rule(visitor=st.integers(0, 2), place=st.sampled_from([IN, SECOND_IN, OUT]), pause=st.integers(0, 90))
    def scan(self, visitor: int, place: Place, pause: int) -> None:
        self.clock.moved(pause)
        text = token(visitor)
        decision = self.gate.decide(place, text)
        if decision.sequence is not None:
            self.answered.add((decision.sequence, decision.verdict.value))
        if decision.verdict is Verdict.ADMIT and not decision.repeated:
            assert text not in self.admitted, "let in twice without an exit"
            self.admitted.add(text)
        elif decision.verdict is Verdict.LEAVE:
            self.admitted.discard(text)
        if place is OUT:
            assert decision.verdict is Verdict.LEAVE

    @rule(reachable=st.booleans(), arrive=st.booleans())
    def network(self, reachable: bool, arrive: bool) -> None:
        self.live.reachable, self.live.answers_arrive = reachable, arrive

    @rule()
    def power_cut(self) -> None:
        self.file = MemoryFile(self.file.durable)
        self.gate = self.start()

    @rule(visitor=st.integers(0, 2), place=st.sampled_from([IN, OUT]), torn=st.binary(max_size=30))
    def power_cut_while_asking(self, visitor: int, place: Place, torn: bytes) -> None:
        with suppress(PowerCut):
            gatehouse(DiesAsking(self.live), self.file, self.clock).decide(place, token(visitor))
        if place is OUT:  # the exit is free: whoever was at it may be gone, answered or not
            self.admitted.discard(token(visitor))
        self.file = MemoryFile(self.file.durable + torn)
        self.gate = self.start()

    @rule()
    def upload(self) -> None:
        self.gate.send_unheard(10)

    @rule(full=st.booleans())
    def disk(self, full: bool) -> None:
        self.file.full = full

    @invariant()
    def every_answer_given_is_in_the_journal(self) -> None:
        told = {
            one
            for record in Journal(MemoryFile(self.file.durable)).taken_over()
            for one in verdicts_in({"sequence": record.sequence, **record.facts}).items()
        }
        assert self.answered <= told

    def teardown(self) -> None:
        """The network comes back: every answered scan is on the service exactly once."""
        if not hasattr(self, "gate"):
            return
        self.file.full = False
        self.live.reachable = self.live.answers_arrive = True
        self.gate.send_unheard(10)
        assert self.gate.unheard == 0
        assert {sequence for sequence, _ in self.answered} <= set(self.live.scans)


TestGateLife = GateLife.TestCase
