"""One line's loop: acknowledged first, decided one at a time, answered, counted, and never dead."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from firmware_bridge.actuate.line import honeywell
from firmware_bridge.actuate.relay import Relay, framed
from firmware_bridge.codecs.line import LineCodec
from firmware_bridge.codecs.osdp.panel import Wired
from firmware_bridge.codecs.osdp.replies import Card
from firmware_bridge.codecs.ssi import ACK, Operation, message
from firmware_bridge.devices import Device, Note, OsdpReaders, OsdpWiring, Scanner, SsiScanner, card_text
from firmware_bridge.fakes import FakeClock, FakePort, MemoryFile
from firmware_bridge.gatehouse import Gatehouse
from firmware_bridge.health import LineHealth
from firmware_bridge.journal import Journal
from firmware_bridge.loop import LineLoop, Station
from firmware_bridge.simulate.ssi import packed
from tests.bridge.cast import FAMILY, IN, MIDDAY, SECOND_IN, LiveState, gatehouse, token
from tests.bridge.osdp_line import KEY
from tests.bridge.osdp_reader import OsdpReader


class AtOnce(Executor):
    """Does what it is given when `let_go` is called."""

    def __init__(self) -> None:
        self.held: list[Callable[[], object]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.held.append(lambda: fn(*args, **kwargs))
        return Future()

    def let_go(self) -> None:
        while self.held:
            self.held.pop(0)()


class Scene:
    def __init__(
        self,
        device: Device,
        stations: list[Station] | None = None,
        gate: Gatehouse | None = None,
        workers: Executor | None = None,
    ) -> None:
        self.clock = FakeClock(MIDDAY)
        self.file = MemoryFile()
        self.port = FakePort(self.clock)
        self.said: list[tuple[str, dict[str, object]]] = []
        self.health = LineHealth("/dev/x")
        self.loop = LineLoop(
            stations or [Station(IN)],
            port=self.port,
            device=device,
            gatehouse=gate or gatehouse(None, self.file, self.clock),
            clock=self.clock,
            tell=lambda event, **facts: self.said.append((event, facts)),
            health=self.health,
            workers=workers,
        )

    def came(self, octets: bytes) -> bytes:
        """Octets arrive; what was written back."""
        before = len(self.port.written)
        self.port.arrive(octets)
        self.loop.step()
        return bytes(self.port.written[before:])


def test_an_ssi_scanner_is_acknowledged_before_it_is_answered() -> None:
    scene = Scene(SsiScanner())
    written = scene.came(packed(0xF3, b"\x1c" + FAMILY.encode()))
    assert written.startswith(ACK + message(Operation.BEEP, b"\x00"))
    assert scene.came(packed(0xD0)) == message(Operation.LED_ON, b"\x01")


def test_an_ssi_scanner_is_acknowledged_before_a_slow_service_is_asked() -> None:
    port: list[FakePort] = []
    seen: list[bytes] = []

    class Watching(LiveState):
        def ask(self, *arguments: Any, **named: Any) -> Any:
            seen.append(bytes(port[0].written))
            return super().ask(*arguments, **named)

    scene = Scene(SsiScanner(), gate=gatehouse(Watching()))
    port.append(scene.port)
    scene.came(packed(0xF3, b"\x1c" + FAMILY.encode()))
    assert seen == [ACK]


def test_a_line_is_counted() -> None:
    scene = Scene(Scanner(LineCodec(), honeywell))
    scene.came(FAMILY.encode() + b"\r")
    scene.came(FAMILY.encode() + b"\r")
    scene.came(b"\x00\xff\r")
    scene.came(b"DEFALT.\r")
    health = scene.health.readers[IN.reader]
    assert health.answers == {("admit", "offline"): 1}
    assert health.muted == 1
    assert health.dropped == {"noise": 1, "menu-code": 1}
    assert scene.health.octets == 2 * len(FAMILY) + 2 + 3 + 8


def test_a_relay_is_pulsed_for_whoever_is_let_in_and_the_door_is_in_the_journal_first() -> None:
    relay = Relay(framed(1), 5)
    scene = Scene(Scanner(LineCodec(), honeywell), [Station(IN, door="door-1", relay=relay)])
    scene.came(b"4870001234567\r")
    assert relay.outgoing(0.0) == b""
    scene.came(FAMILY.encode() + b"\r")
    assert relay.outgoing(0.0) == b"\xa0\x01\x01\xa2"
    kinds = [record.facts["kind"] for record in Journal(MemoryFile(scene.file.durable)).taken_over()]
    assert kinds == ["start", "misread", "scan", "door"]


def test_a_door_whose_opening_cannot_be_recorded_stays_shut() -> None:
    done: list[str] = []
    relay = Relay(framed(1), 5)
    scene = Scene(Scanner(LineCodec(), honeywell), [Station(IN, door="door-1", relay=relay)])

    def full_after_the_decision(step: str) -> None:
        done.append(step)
        scene.file.full = done.count("append") > 1

    scene.file._did = full_after_the_decision
    scene.came(FAMILY.encode() + b"\r")
    assert relay.outgoing(0.0) == b""
    assert scene.said[-1][1]["reason"] == "not-recorded"


def test_a_relay_is_switched_off_when_its_time_is_over_and_whenever_its_line_is_opened() -> None:
    relay = Relay(framed(2), 5)
    on, off = b"\xa0\x02\x01\xa3", b"\xa0\x02\x00\xa2"
    relay.pulse()
    relay.began(0.0)
    assert [relay.outgoing(now) for now in (0.0, 0.1, 0.2, 0.3)] == [off, b"", off, b""], (
        "what was asked before is over"
    )
    relay.pulse()
    assert relay.outgoing(1.0) == on
    relay.pulse()
    assert relay.outgoing(4.0) == on, "asked again, it stays longer"
    assert [relay.outgoing(now) for now in (6.0, 9.0, 9.1, 9.2, 9.3)] == [b"", off, b"", off, b""]


def test_whatever_fails_the_loop_goes_on_and_says_so() -> None:
    class Broken(Scanner):
        def feed(self, octets: bytes, now: float) -> Any:
            if octets:
                raise RuntimeError("a fault of the program")
            return []

    scene = Scene(Broken(LineCodec()))
    scene.came(b"X\r")
    scene.loop.step()
    assert scene.said == [("fault", {"reader": IN.reader, "fault": "RuntimeError('a fault of the program')"})]
    assert scene.health.readers[IN.reader].faults == 1
    assert scene.health.last_step is not None


def wired(*readers: OsdpReader) -> tuple[OsdpReaders, Callable[[Scene], None]]:
    device = OsdpReaders(
        [OsdpWiring(Wired(reader.address, KEY), output=0, open_tenths=50) for reader in readers],
        115_200,
        random=bytes,
    )

    def turn(scene: Scene) -> None:
        """What the panel has just written, the readers answer."""
        octets = bytes(scene.port.written)
        scene.port.written.clear()
        scene.clock.moved(0.001)
        for reader in readers:
            if reply := reader.hears(octets):
                scene.port.arrive(reply)
        scene.loop.step()
        scene.clock.moved(0.005)

    return device, turn


def test_readers_of_one_line_are_decided_beside_it_and_answered_in_their_turn() -> None:
    readers = [OsdpReader(0, KEY), OsdpReader(1, KEY)]
    device, turn = wired(*readers)
    workers = AtOnce()
    scene = Scene(device, [Station(IN, door="output-0"), Station(SECOND_IN, door="output-0")], workers=workers)
    for _ in range(60):
        turn(scene)
    assert {word for word, _ in scene.said} >= {"reader-online", "identity", "abilities", "status"}
    assert [one.online for one in scene.health.readers.values()] == [True, True]
    for reader, visitor in zip(readers, (1, 2), strict=True):
        octets = token(visitor).encode()
        reader.to_say.append((0x50, b"\0\0" + (len(octets) * 8).to_bytes(2, "little") + octets))
    for _ in range(30):
        turn(scene)
    assert len(workers.held) == 2
    polled = [len(reader.replies) for reader in readers]
    for _ in range(30):
        turn(scene)
    assert all(len(reader.replies) > before for reader, before in zip(readers, polled, strict=True)), "not held up"
    workers.let_go()
    for _ in range(60):
        turn(scene)
    answered = [facts for word, facts in scene.said if word == "answered"]
    assert [(facts["reader"], facts["verdict"]) for facts in answered] == [
        (IN.reader, "admit"),
        (SECOND_IN.reader, "admit"),
    ]
    for reader in readers:
        assert [code for code, _ in reader.did if code not in (0x61, 0x62, 0x64)] == [0x69, 0x6A, 0x68, 0x6B]


def test_an_osdp_reader_shows_a_refusal_in_red_and_opens_nothing() -> None:
    reader = OsdpReader(0, KEY)
    device, turn = wired(reader)
    scene = Scene(device, [Station(IN, door="output-0")])
    for _ in range(30):
        turn(scene)
    reader.to_say.append((0x50, b"\0\0" + (34).to_bytes(2, "little") + b"\x12\x34\x56\x78\x80"))
    for _ in range(60):
        turn(scene)
    shown = dict(reader.did)
    assert shown[0x69][5] == 1, "red"
    assert 0x68 not in shown
    assert b"REFUSE" in shown[0x6B]


def test_a_card_is_its_number_and_a_code_is_its_text() -> None:
    assert card_text(Card(0, 26, b"\x12\x34\x56\x40")) == "26:12345640"
    assert card_text(Card(0, 32, b"ABCD")) == "32:41424344", "four printable octets are still a card"
    assert card_text(Card(0, len(FAMILY) * 8, FAMILY.encode())) == FAMILY


def test_a_note_tells_no_keys() -> None:
    reader = OsdpReader(0, KEY)
    device, turn = wired(reader)
    scene = Scene(device)
    reader.to_say.append((0x53, b"\0\x04" + b"1234"))
    for _ in range(60):
        turn(scene)
    assert ("keys", {"reader": IN.reader}) in scene.said
    assert "1234" not in repr(scene.said)
    assert Note("keys").facts == {}
