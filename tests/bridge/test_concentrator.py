"""One thread serves every scanner's line, on real pseudo-terminals: together, and none at the cost of another."""

import select
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.actuate.line import text
from firmware_bridge.clock import SystemClock
from firmware_bridge.codecs.line import LineCodec
from firmware_bridge.concentrator import BUSY_GATHER, GATHER, Concentrator, Line, SharedPort
from firmware_bridge.decide import Decision
from firmware_bridge.devices import Scanner
from firmware_bridge.fakes import MemoryFile
from firmware_bridge.gatehouse import Gatehouse, Place
from firmware_bridge.health import LineHealth
from firmware_bridge.journal import Journal
from firmware_bridge.link import Answer, Link, NoAnswer, NoLink, Question
from firmware_bridge.loop import LineLoop, Station
from firmware_bridge.ports import PortState, SerialPort
from firmware_bridge.simulate.scanner import SimulatedScanner
from tests.bridge.cast import FAMILY, IN, JOURNAL, KEYS, MIDDAY, LiveState, token
from tests.passes.vectors import VISIT

FAST, PATIENCE = 115_200, 60.0
ADMIT = b"ADMIT offline\r\n"


class Midday(SystemClock):
    """It is always midday; whoever waits for more octets waits until `asleep` says that they are there."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.asleep: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return MIDDAY

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        super().sleep(seconds)
        self.asleep()


@dataclass
class Scene:
    shared: Concentrator
    gate: Gatehouse
    clock: Midday
    file: MemoryFile
    scanners: list[SimulatedScanner]
    lines: list[Line]
    health: list[LineHealth]
    said: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    syncs: list[str] = field(default_factory=list)

    def readable(self, *numbers: int) -> None:
        """Waits until the octets of these lines are there to be read."""
        for number in numbers:
            assert select.select([self.lines[number].port.fileno()], [], [], PATIENCE)[0]

    def turn_until(self, done: Callable[[], bool]) -> None:
        """Turns, each of which waits less than half a second, until it is so."""
        for _ in range(int(PATIENCE / 0.4)):
            if done():
                return
            self.shared.turn()
        raise AssertionError(f"it did not happen; said: {self.said}")

    def heard(self, number: int) -> bytes:
        return self.scanners[number].heard(PATIENCE)

    def kinds(self) -> list[str]:
        return [record.facts["kind"] for record in Journal(MemoryFile(self.file.durable)).taken_over()]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Callable[..., Scene]]:
    """Makes so many lines, open and served."""
    scenes: list[Scene] = []
    pools: list[Executor] = []

    def made(count: int, link: Link | None = None) -> Scene:
        clock, health = Midday(), [LineHealth(str(number)) for number in range(count)]
        scanners = [SimulatedScanner(tmp_path / f"line-{number}", baud=FAST) for number in range(count)]
        syncs: list[str] = []
        file = MemoryFile(did=lambda act: syncs.append(act) if act == "sync" else None)
        gate = Gatehouse(
            VISIT.institution,
            KEYS,
            journal=Journal(file),
            link=link or NoLink(),
            clock=clock,
            new_id=lambda: JOURNAL,
            deadline=PATIENCE,
        )
        workers = ThreadPoolExecutor(count) if gate.asks else None
        if workers is not None:
            pools.append(workers)
        said: list[tuple[str, dict[str, object]]] = []

        def tell(event: str, **facts: object) -> None:
            said.append((event, facts))

        shared = Concentrator(gate, clock, tell, workers)
        lines = []
        for number, scanner in enumerate(scanners):
            port = SerialPort(scanner.path, FAST, clock)
            assert port.open(0)
            loop = LineLoop(
                [Station(replace(IN, reader=f"in-{number}"))],
                port=SharedPort(port),
                device=Scanner(LineCodec(), text),
                gatehouse=gate,
                clock=clock,
                tell=tell,
                health=health[number],
                workers=shared.workers,
                woken=shared.woken,
                together=shared.together,
            )
            lines.append(Line(port, loop))
            shared.serve(lines[-1])
        scenes.append(Scene(shared, gate, clock, file, scanners, lines, health, said, syncs))
        return scenes[-1]

    yield made
    for scene in scenes:
        scene.shared.stop()
        for line, scanner in zip(scene.lines, scene.scanners, strict=True):
            assert line.left.is_set(), "each line is given back"
            line.port.close()
            scanner.unplug()
    for pool in pools:
        pool.shutdown()


def test_codes_that_come_together_share_a_sync_and_each_hears_its_answer(at: Callable[..., Scene]) -> None:
    scene = at(3)
    scene.clock.asleep = lambda: scene.readable(0, 1, 2)
    before = len(scene.syncs)
    for number, scanner in enumerate(scene.scanners):
        scanner.scan(token(number))
    scene.turn_until(lambda: len(scene.said) == 3)
    assert [scene.heard(number) for number in range(3)] == [ADMIT] * 3
    assert len(scene.syncs) == before + 1
    assert scene.kinds() == ["start", *["scan"] * 3]
    assert scene.clock.slept == [GATHER]


def test_codes_wait_longer_for_each_other_only_where_others_have_just_come(at: Callable[..., Scene]) -> None:
    scene = at(2)
    scene.scanners[0].scan(token(1))
    scene.turn_until(lambda: len(scene.said) == 1)
    scene.shared._last_code = float("inf")
    scene.scanners[1].scan(token(2))
    scene.turn_until(lambda: len(scene.said) == 2)
    assert (scene.clock.slept[0], scene.clock.slept[-1]) == (GATHER, BUSY_GATHER)


def test_an_unplugged_reader_is_given_back_and_the_others_are_served(at: Callable[..., Scene]) -> None:
    scene = at(2)
    scene.scanners[0].unplug()
    scene.turn_until(scene.lines[0].left.is_set)
    scene.lines[0].port.let_go()
    assert scene.lines[0].port.state is PortState.DOWN
    scene.scanners[1].scan(FAMILY)
    scene.turn_until(lambda: scene.health[1].readers["in-1"].last_answer is not None)
    assert scene.heard(1) == ADMIT
    scene.scanners[0].plug()
    for _ in range(500):
        if scene.lines[0].port.open(0.1):
            break
    scene.shared.serve(scene.lines[0])
    scene.scanners[0].scan(token(1))
    scene.turn_until(lambda: scene.health[0].readers["in-0"].last_answer is not None)
    assert scene.heard(0) == ADMIT


def test_what_came_while_an_answer_was_found_is_no_scan(
    at: Callable[..., Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = at(1)
    decide = scene.gate.decide_together

    def slowly(shown: Sequence[tuple[Place, str]]) -> list[Decision]:
        scene.scanners[0].scan(token(2))
        scene.readable(0)
        return decide(shown)

    monkeypatch.setattr(scene.gate, "decide_together", slowly)
    scene.scanners[0].scan(token(1))
    scene.turn_until(lambda: len(scene.said) >= 2)
    monkeypatch.undo()
    assert [event for event, _ in scene.said] == ["answered", "busy"]
    scene.scanners[0].scan(token(2))
    scene.turn_until(lambda: len(scene.said) >= 3)
    assert scene.said[-1][0] == "answered"


def test_a_code_that_cannot_be_decided_keeps_nobody_else_from_an_answer(
    at: Callable[..., Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = at(2)
    scene.clock.asleep = lambda: scene.readable(0, 1)
    decide = scene.gate.decide_together

    def fails(shown: Sequence[tuple[Place, str]]) -> list[Decision]:
        if any(code == "ODD" for _, code in shown):
            raise RuntimeError("a fault of the program")
        return decide(shown)

    monkeypatch.setattr(scene.gate, "decide_together", fails)
    scene.scanners[0].scan("ODD")
    scene.scanners[1].scan(FAMILY)
    scene.turn_until(lambda: sum(event == "answered" for event, _ in scene.said) == 2)
    assert scene.heard(0) == b"REFUSE offline not-recorded\r\n"
    assert scene.heard(1) == ADMIT


def test_every_line_is_seen_to_live_though_nothing_comes(at: Callable[..., Scene]) -> None:
    scene = at(2)
    scene.turn_until(lambda: all(line.last_step is not None for line in scene.health))


class Held(LiveState):
    """A service that lets one pass wait."""

    def __init__(self, held: str) -> None:
        super().__init__()
        self.released = threading.Event()
        self._held = held

    def ask(self, question: Question, within: float) -> Answer | NoAnswer:
        if question.token == self._held:
            assert self.released.wait(PATIENCE)
        return super().ask(question, within)


@contextmanager
def released(service: Held) -> Iterator[None]:
    try:
        yield
    finally:
        service.released.set()


def test_a_service_that_is_slow_for_one_reader_holds_no_other(at: Callable[..., Scene]) -> None:
    service = Held(token(1))
    with released(service):
        scene: Any = at(2, service)
        scene.scanners[0].scan(token(1))
        scene.turn_until(lambda: len(scene.gate._deciding) == 1)
        scene.scanners[1].scan(token(2))
        scene.turn_until(lambda: len(scene.said) == 1)
        assert scene.heard(1) == b"ADMIT live\r\n"
        service.released.set()
        scene.turn_until(lambda: len(scene.said) == 2)
        assert scene.heard(0) == b"ADMIT live\r\n"


def test_a_line_that_takes_nothing_any_more_is_gone(tmp_path: Path) -> None:
    scanner = SimulatedScanner(tmp_path / "stuck", baud=FAST)
    port = SerialPort(scanner.path, FAST, SystemClock())
    assert port.open(0)
    assert port.put(ADMIT)
    while port.put(bytes(4096)):
        assert not port.is_gone
    assert port.is_gone
    assert (port.take(), port.put(ADMIT)) == (b"", False)
    port.let_go()
    assert port.state is PortState.DOWN
    scanner.unplug()
